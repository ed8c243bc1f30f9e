-- SPDX-License-Identifier: MIT
-- net.WebSocketServer and net.WebSocketEchoServer.
local callback = require "plua.net.callback"
local need = require "plua.net.host_functions"
local net = require "net"

---@class net.WebSocketServer
---@field debug boolean whether it prints what happens
---@field server_id? integer for the websocket_server functions of _PY; nil while it is stopped
local WebSocketServer = {}
WebSocketServer.__index = WebSocketServer

---Makes a server that does not listen yet.
---
---    local server = net.WebSocketServer()
---    server:start("127.0.0.1", 8080, { receive = function(client, message) server:send(client, message) end })
---@param debug? boolean prints what happens
---@return net.WebSocketServer
function net.WebSocketServer(debug)
  need("net.WebSocketServer", "websocket_server_create")
  return setmetatable({ debug = debug or false }, WebSocketServer)
end

function WebSocketServer:__tostring()
  return "WebSocketServer object: " .. (self.server_id and "server " .. self.server_id or "not started")
end

-- The event of _PY, the function of the table that it goes to.
local events = {
  client_connected = "connected",
  message = "receive",
  client_disconnected = "disconnected",
  error = "error",
}

---@class net.WebSocketServer.callbacks
---@field receive? fun(client: integer, message: string, isBinary: boolean)
---@field connected? fun(client: integer, request: table)
---@field disconnected? fun(client: integer)
---@field error? fun(message: string)

---Listens, in the background.
---
---    server:start("127.0.0.1", 8080, { connected = function(client) server:send(client, "welcome") end })
---@param host string address to bind
---@param port integer
---@param callbacks net.WebSocketServer.callbacks
function WebSocketServer:start(host, port, callbacks)
  assert(type(host) == "string", "Host must be a string")
  assert(type(port) == "number", "Port must be a number")
  assert(type(callbacks) == "table", "Callbacks must be a table")
  self:stop()
  local id = _PY.websocket_server_create()
  self.server_id = id
  for event, name in pairs(events) do
    _PY.websocket_server_add_event_listener(id, event, function(...)
      if self.debug then print("[WebSocketServer] " .. id .. " " .. event, ...) end
      callback.call("WebSocketServer " .. name, callbacks[name], ...)
    end)
  end
  _PY.websocket_server_start(id, host, port)
end

---Sends a text to a client.
---
---    server:send(client, "hello")
---@param client integer from the events
---@param message string
---@return boolean sent
---@return string? why not
function WebSocketServer:send(client, message)
  if not self.server_id then return false, "Server not started" end
  return _PY.websocket_server_send(self.server_id, client, message)
end

---Stops listening and closes the clients. Allowed twice.
---
---    server:stop()
function WebSocketServer:stop()
  local id = self.server_id
  self.server_id = nil
  if id then _PY.websocket_server_close(id) end
end

---Starts a server that answers "Echo " and what it was sent.
---
---    local server = net.WebSocketEchoServer("127.0.0.1", 8080)
---@param host string
---@param port integer
---@param debug? boolean
---@return net.WebSocketServer
function net.WebSocketEchoServer(host, port, debug)
  need("net.WebSocketEchoServer", "websocket_server_create")
  local server = net.WebSocketServer(debug)
  server:start(host, port, { receive = function(client, message) server:send(client, "Echo " .. message) end })
  return server
end
