-- SPDX-License-Identifier: MIT
-- net.UDPSocket.
local callback = require "plua.net.callback"
local net = require "net"

---A UDP socket whose functions tell what came of them by callbacks, each in a task of its own.
---@class net.UDPSocket
---@field opts table what it was made with
---@field socket? integer its id for the udp functions of _PY; nil until it is opened
local UDPSocket = {}
UDPSocket.__index = UDPSocket

---Makes a socket. The first `sendTo`, or `bind`, opens it; from then on datagrams wait for `receive`.
---
---    local socket = net.UDPSocket { timeout = 2000 }
---    socket:sendTo("ping", "127.0.0.1", 5353)
---    socket:receive {
---      success = function(data, ip, port) print(data, ip, port) socket:close() end,
---      error = function(message) print(message) socket:close() end,
---    }
---@param opts? { timeout?: number, broadcast?: boolean } timeout: milliseconds for each receive
---@return net.UDPSocket
function net.UDPSocket(opts) return setmetatable({ opts = opts or {} }, UDPSocket) end

function UDPSocket:__tostring()
  local ip, port = self:localAddress()
  return "UDPSocket object: " .. (ip and ip .. ":" .. port or "not open")
end

---Opens the socket at an address, for datagrams from anybody; what was open is closed.
---
---    socket:bind("127.0.0.1", 5353, { success = function() socket:receive { success = print } end })
---@param ip string address; "" for all
---@param port integer 0 lets the system choose
---@param callbacks? net.callbacks `success(ip, port)`, `error(message)`
function UDPSocket:bind(ip, port, callbacks)
  callbacks = callback.table(callbacks, 3, "bind")
  _PY.udp_bind(ip, port, self.opts.broadcast, function(ok, id, message)
    if not ok then return callback.settle("UDP bind", callbacks, false, message) end
    self:close()
    self.socket = id
    callback.settle("UDP bind", callbacks, true, _PY.udp_local_address(id))
  end)
end

---Where it is bound; nothing while it is not open.
---
---    local ip, port = socket:localAddress()
---@return string? ip
---@return integer? port
function UDPSocket:localAddress()
  if self.socket then return _PY.udp_local_address(self.socket) end
end

---Sends a datagram. Opens the socket when it is not open.
---
---    socket:sendTo("ping", "127.0.0.1", 5353, { error = function(message) print(message) end })
---@param data string
---@param ip string address or name
---@param port integer
---@param callbacks? net.callbacks `success()`, `error(message)`
function UDPSocket:sendTo(data, ip, port, callbacks)
  callbacks = callback.table(callbacks, 4, "sendTo")
  if not self.socket then
    local ok, id, message = _PY.udp_open(self.opts.broadcast)
    if not ok then return callback.later("UDP sendTo error", callbacks.error, message) end
    self.socket = id
  end
  _PY.udp_send_to(self.socket, data, ip, port, function(err)
    if err then return callback.settle("UDP sendTo", callbacks, false, err) end
    callback.settle("UDP sendTo", callbacks, true)
  end)
end

---Takes the next datagram: one that waits already, or the first that comes.
---
---    socket:receive { success = function(data, ip, port) print(data, ip, port) end }
---@param callbacks? net.callbacks `success(data, ip, port)`, `error(message)`
function UDPSocket:receive(callbacks)
  callbacks = callback.table(callbacks, 1, "receive")
  if not self.socket then return callback.later("UDP receive error", callbacks.error, "Not connected") end
  local limit = self.opts.timeout and self.opts.timeout / 1000
  _PY.udp_receive(self.socket, limit, function(data, ip, port, err)
    if err then return callback.settle("UDP receive", callbacks, false, err) end
    callback.settle("UDP receive", callbacks, true, data, ip, port)
  end)
end

---Closes the socket; a receive that waits ends with an error. Allowed when it is not open.
---
---    socket:close()
function UDPSocket:close()
  local id = self.socket
  self.socket = nil
  if id then _PY.udp_close(id) end
end
