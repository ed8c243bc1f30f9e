-- SPDX-License-Identifier: MIT
-- net.TCPServer and net.EchoServer.
local callback = require "plua.net.callback"
local net = require "net"

---A TCP server that hands each client to a function. It keeps the program alive until it is stopped.
---@class net.TCPServer
---@field server_id integer for the tcp_server functions of _PY
---@field debug boolean whether it prints what happens
---@field package serve? fun(client: net.TCPSocket, address: table)
local TCPServer = {}
TCPServer.__index = TCPServer

---Makes a server that does not listen yet.
---
---    local server = net.TCPServer()
---    server:start("127.0.0.1", 8080, function(client, address)
---      client:write("hello " .. tostring(address) .. "\n", { success = function() client:close() end })
---    end)
---@param debug? boolean prints what happens; a failing function turns it on
---@return net.TCPServer
function net.TCPServer(debug)
  return setmetatable({ server_id = _PY.tcp_server_create(), debug = debug or false }, TCPServer)
end

function TCPServer:__tostring()
  local port = self:port()
  return ("TCPServer object: %d, %s"):format(self.server_id, port and "port " .. port or "not listening")
end

---@package
function TCPServer:say(text) print(("[Server] %d %s"):format(self.server_id, text)) end

---@package
function TCPServer:welcome(id, address)
  if self.debug then self:say("Client " .. id .. " connected from " .. tostring(address)) end
  local client = net.TCPSocket()
  client:attach(id, tostring(address))
  local title = ("[Server] %d Error in callback: "):format(self.server_id)
  if not callback.protect(title, self.serve, client, address) then self.debug = true end
end

-- Registered once: a server may be started again.
---@package
function TCPServer:listen_for_events()
  local function on(event, fn) _PY.tcp_server_add_event_listener(self.server_id, event, fn) end
  on("client_connected", function(id, address) self:welcome(id, address) end)
  on("client_disconnected", function(id)
    if self.debug then self:say("Client " .. id .. " disconnected") end
  end)
  on("error", function(message)
    if self.debug then return self:say("Error: " .. message) end
    io.stderr:write(("[Server] %d Error: %s\n"):format(self.server_id, message))
  end)
end

---Listens, in the background; does nothing while it listens already. A failure to bind is printed.
---
---    server:start("127.0.0.1", 0, function(client) client:close() end)
---@param host string address to bind; "" for all
---@param port integer 0 lets the system choose
---@param serve fun(client: net.TCPSocket, address: table) called for each client in a task of its own; `address` has
---  `host` and `port`
function TCPServer:start(host, port, serve)
  if type(serve) ~= "function" then
    error(("bad argument #3 to 'start' (function expected, got %s)"):format(type(serve)), 2)
  end
  if not self.serve then self:listen_for_events() end
  self.serve = serve
  _PY.tcp_server_start(self.server_id, host, port)
end

---The port that it listens on, nil while it does not.
---
---    print(server:port())
---@return integer?
function TCPServer:port() return _PY.tcp_server_port(self.server_id) end

---Stops listening and closes the clients. Allowed twice.
---
---    server:stop()
function TCPServer:stop() _PY.tcp_server_close(self.server_id) end

---Starts a server that answers "Echo: " and what it was sent.
---
---    local server = net.EchoServer("127.0.0.1", 8080)
---@param host string
---@param port integer
---@param debug? boolean
---@return net.TCPServer
function net.EchoServer(host, port, debug)
  local server = net.TCPServer(debug)
  server:start(host, port, function(client)
    local id = client.socket
    repeat
      local ok, data = _PY.tcp_read_sync(id, 1024)
      if ok then ok = _PY.tcp_write(id, "Echo: " .. data) end
    until not ok
    client:close()
  end)
  return server
end
