-- SPDX-License-Identifier: MIT
-- net.TCPSocket, and the functions that make a coroutine wait for a connection.
local callback = require "plua.net.callback"
local net = require "net"

---@class net.callbacks
---@field success? function
---@field error? fun(message: string)

-- ---------------------------------------------------------------- socket

---A TCP connection whose functions tell what came of them by callbacks, each in a task of its own.
---@class net.TCPSocket
---@field opts table what it was made with
---@field socket? integer the connection's id for the functions of _PY; nil when not connected
---@field package peer? string
local TCPSocket = {}
TCPSocket.__index = TCPSocket

---Makes a socket that is not connected yet.
---
---    local socket = net.TCPSocket { timeout = 2000 }
---    socket:connect("127.0.0.1", 8080, {
---      success = function() socket:write("hello\n") end,
---      error = function(message) print("no connection:", message) end,
---    })
---@param opts? { timeout?: number } milliseconds for connecting, and for each read and write
---@return net.TCPSocket
function net.TCPSocket(opts) return setmetatable({ opts = opts or {} }, TCPSocket) end

function TCPSocket:__tostring() return "TCPSocket object: " .. (self.socket and self.peer or "not connected") end

-- Takes over a connection, as the server does.
---@package
---@param id integer
---@param peer string
function TCPSocket:attach(id, peer)
  self:close()
  self.socket, self.peer = id, peer
  if self.opts.timeout then _PY.tcp_set_timeout_sync(id, self.opts.timeout / 1000) end
end

---Connects; an earlier connection is closed.
---
---    socket:connect("127.0.0.1", 8080, { success = function() print("connected") end })
---@param ip string address or name
---@param port integer
---@param callbacks? net.callbacks `success()`, `error(message)`
function TCPSocket:connect(ip, port, callbacks)
  callbacks = callback.table(callbacks, 3, "connect")
  local limit = self.opts.timeout and self.opts.timeout / 1000
  _PY.tcp_connect(ip, port, limit, function(ok, id, message)
    if not ok then return callback.settle("TCP connect", callbacks, false, message) end
    self:attach(id, ip .. ":" .. port)
    callback.settle("TCP connect", callbacks, true)
  end)
end

---Reads what comes first, up to 1024 bytes. Waits 5 s, or `opts.timeout`.
---
---    socket:read { success = function(data) print(data) end, error = function(message) print(message) end }
---@param callbacks? net.callbacks `success(data)`, `error(message)`: "Connection closed by peer", "Read timeout"...
function TCPSocket:read(callbacks)
  callbacks = callback.table(callbacks, 1, "read")
  if not self.socket then return callback.later("TCP read error", callbacks.error, "Not connected") end
  _PY.tcp_read(self.socket, 1024, function(ok, data, message)
    callback.settle("TCP read", callbacks, ok, ok and data or message)
  end)
end

---Reads up to and with a delimiter, at most 8192 bytes.
---
---    socket:readUntil("\n", { success = function(line) print(line) end })
---@param delimiter string
---@param callbacks? net.callbacks `success(data)`, `error(message)`
function TCPSocket:readUntil(delimiter, callbacks)
  callbacks = callback.table(callbacks, 2, "readUntil")
  if not self.socket then return callback.later("TCP readUntil error", callbacks.error, "Not connected") end
  _PY.tcp_read_until(self.socket, delimiter, 8192, function(ok, data, message)
    callback.settle("TCP readUntil", callbacks, ok, ok and data or message)
  end)
end

---Sends all of it.
---
---    socket:write("hello\n", { success = function() print("sent") end })
---@param data string
---@param callbacks? net.callbacks `success()`, `error(message)`
function TCPSocket:write(data, callbacks)
  callbacks = callback.table(callbacks, 2, "write")
  if not self.socket then return callback.later("TCP write error", callbacks.error, "Not connected") end
  _PY.tcp_write(self.socket, data, function(ok, _, message)
    if ok then return callback.settle("TCP write", callbacks, true) end
    callback.settle("TCP write", callbacks, false, message)
  end)
end

---Closes the connection. Allowed when there is none.
---
---    socket:close()
function TCPSocket:close()
  local id = self.socket
  self.socket, self.peer = nil, nil
  if id then _PY.tcp_close_sync(id) end
end

-- ---------------------------------------------------------------- by coroutines

-- Calls the callback form and suspends the coroutine until the callback. The main chunk cannot be suspended by a yield,
-- so there the function itself waits.
local function yielding(operation)
  return function(...)
    local thread, is_main = coroutine.running()
    if is_main then return operation(...) end
    local arguments = table.pack(...)
    arguments[arguments.n + 1] = function(...)
      if coroutine.status(thread) ~= "suspended" then return end
      local ok, err = coroutine.resume(thread, ...)
      if not ok then error(type(err) == "string" and debug.traceback(thread, err) or err, 0) end
    end
    operation(table.unpack(arguments, 1, arguments.n + 1))
    return coroutine.yield()
  end
end

---Connects. Suspends the running coroutine, whose resumer goes on, until it is done.
---
---    coroutine.wrap(function()
---      local ok, id, message = net.tcp_connect_sync("127.0.0.1", 8080)
---      print(ok, message)
---    end)()
---@param host string
---@param port integer
---@return boolean ok
---@return integer? id for the other functions and those of _PY
---@return string message
net.tcp_connect_sync = yielding(_PY.tcp_connect)

---Sends all of it; suspends the running coroutine.
---
---    local ok, count, message = net.tcp_write_sync(id, "hello\n")
---@param id integer
---@param data string
---@return boolean ok
---@return integer? count of bytes
---@return string message
net.tcp_write_sync = yielding(_PY.tcp_write)

---Reads what comes first within 5 s; suspends the running coroutine.
---
---    local ok, data, message = net.tcp_read_sync(id, 1024)
---@param id integer
---@param max_bytes integer
---@return boolean ok
---@return string? data
---@return string message
net.tcp_read_sync = yielding(_PY.tcp_read)

---Closes a connection.
---
---    local ok, message = net.tcp_close_sync(id)
---@param id integer
---@return boolean ok
---@return string message
net.tcp_close_sync = yielding(_PY.tcp_close)

---The functions of _PY under other names: they wait, and suspend the task as a whole.
net.tcp_connect_direct = _PY.tcp_connect_sync
net.tcp_write_direct = _PY.tcp_write_sync
net.tcp_read_direct = _PY.tcp_read_sync
net.tcp_close_direct = _PY.tcp_close_sync
