-- SPDX-License-Identifier: MIT
-- net.WebSocketClient and net.WebSocketClientTls.
local callback = require "plua.net.callback"
local need = require "plua.net.host_functions"
local net = require "net"

---@class net.WebSocketClient
---@field opts table what it was made with
---@field conn_id integer for the websocket functions of _PY
---@field package label string
---@field package url? string
local WebSocketClient = {}
WebSocketClient.__index = WebSocketClient

function WebSocketClient:__tostring()
  return self.label .. " object: " .. (self.url and self:isOpen() and self.url or "not connected")
end

---Adds a function for an event: "connected" (), "disconnected" (code, reason), "error" (message), "dataReceived" (data,
---isBinary). There may be several for one.
---
---    client:addEventListener("dataReceived", function(data) print(data) end)
---@param event string
---@param fn function
function WebSocketClient:addEventListener(event, fn)
  local label = self.label .. " " .. event
  _PY.websocket_add_event_listener(self.conn_id, event, function(...) callback.call(label, fn, ...) end)
end

---Connects, in the background: events tell what came of it.
---
---    client:connect("ws://127.0.0.1:8080/", { Authorization = "token" })
---@param url string "ws://..." or "wss://..."
---@param headers? table<string, string> sent with the handshake
function WebSocketClient:connect(url, headers)
  self.url = url
  _PY.websocket_connect(self.conn_id, url, headers)
end

---Sends a text.
---
---    if not client:send("hello") then print("not connected") end
---@param data string
---@return boolean sent
function WebSocketClient:send(data) return _PY.websocket_send(self.conn_id, data) end

---@return boolean
function WebSocketClient:isOpen() return _PY.websocket_is_open(self.conn_id) end

---Closes the connection. Allowed twice.
---
---    client:close()
function WebSocketClient:close() _PY.websocket_close(self.conn_id) end

local function make(label, tls, opts)
  local made = { opts = opts or {}, conn_id = _PY.websocket_client_create(tls), label = label }
  return setmetatable(made, WebSocketClient)
end

---Makes a WebSocket client that is not connected yet.
---
---    local client = net.WebSocketClient()
---    client:addEventListener("connected", function() client:send("hello") end)
---    client:addEventListener("dataReceived", function(data) print(data) client:close() end)
---    client:connect("ws://127.0.0.1:8080/")
---@param opts? table
---@return net.WebSocketClient
function net.WebSocketClient(opts)
  need("net.WebSocketClient", "websocket_client_create")
  return make("WebSocketClient", false, opts)
end

---The same for wss://; the URL decides.
---
---    local client = net.WebSocketClientTls()
---@param opts? table
---@return net.WebSocketClient
function net.WebSocketClientTls(opts)
  need("net.WebSocketClientTls", "websocket_client_create")
  return make("WebSocketClientTls", true, opts)
end
