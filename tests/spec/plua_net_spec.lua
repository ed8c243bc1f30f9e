-- SPDX-License-Identifier: MIT
-- PLua's part of the module net: sockets and servers with callbacks.
local net = require "plua.net"
local task = require "task"
local test = require "test"
local support = arg[0]:match("^(.*/)") .. "support/"
local link = dofile(support .. "link.lua")
local outcome = dofile(support .. "outcome.lua")

-- A TCPSocket and the other end as an object of the native module.
local function connected(opts)
  local server <close>, port = link.listen()
  local socket = net.TCPSocket(opts)
  assert(outcome(socket, "connect", "127.0.0.1", port) == "success")
  return socket, assert(server:accept_one(5)), port
end

local function started(server)
  return link.await(function() return server:port() end)
end

-- ---------------------------------------------------------------- the module

test.case("both names give one table with both vocabularies", function(t)
  t.equal(require "net", net)
  t.equal(package.loaded["plua.net"], net)
  for _, name in ipairs { "connect", "listen", "udp", "TCPSocket", "UDPSocket", "TCPServer", "EchoServer" } do
    t.equal(type(net[name]), "function", name)
  end
end)

test.case("the Lua part is loaded by the first name that the native part lacks", function(t)
  local output = link.run [[
    local net = require "net"
    assert(net.listen { port = 0 }):close()
    print(package.loaded["plua.net"])
    print(type(net.TCPSocket), net == package.loaded["plua.net"], net.nothing, getmetatable(net))
    print(require "plua.net" == net)
  ]]
  t.equal(output, "nil\nfunction\ttrue\tnil\tnil\ntrue\n")
end)

-- ---------------------------------------------------------------- TCPSocket

test.case("a socket connects, writes and reads", function(t)
  local socket, far <close> = connected()
  t.equal(math.type(socket.socket), "integer")

  t.same(table.pack(outcome(socket, "write", "hello")), { "success", n = 1 })
  t.equal(far:read(5), "hello")
  far:write "answer"
  t.same(table.pack(outcome(socket, "read")), { "success", "answer", n = 2 })
  far:write "line\nrest"
  t.same(table.pack(outcome(socket, "readUntil", "\n")), { "success", "line\n", n = 2 })
  t.same(table.pack(outcome(socket, "read")), { "success", "rest", n = 2 })
  socket:close()
  t.equal(socket.socket, nil)
end)

test.case("read gives at most 1024 bytes, readUntil at most 8192", function(t)
  local socket, far <close> = connected()
  far:write(("x"):rep(20000))
  task.sleep(0.01)
  t.equal(#select(2, outcome(socket, "read")), 1024)
  t.equal(#select(2, outcome(socket, "readUntil", "\n")), 8192)
  socket:close()
end)

test.case("a refused connection and an end of the peer are errors", function(t)
  local socket = net.TCPSocket()
  t.same(table.pack(outcome(socket, "connect", "127.0.0.1", link.closed_port())),
    { "error", "TCP connect error: Connection refused", n = 2 })
  t.equal(socket.socket, nil)
  local far
  socket, far = connected()
  far:close()
  t.same(table.pack(outcome(socket, "read")), { "error", "Connection closed by peer", n = 2 })
  socket:close()
  socket:close()
end)

test.case("opts.timeout limits connecting, reading and writing", function(t)
  local socket, far <close> = connected { timeout = 10 }
  t.same(table.pack(outcome(socket, "read")), { "error", "Read timeout", n = 2 })
  far:write "later"
  t.same(table.pack(outcome(socket, "read")), { "success", "later", n = 2 })
  t.same(socket.opts, { timeout = 10 })
  socket:close()
end)

test.case("without a connection every function says so", function(t)
  local socket = net.TCPSocket()
  t.same(socket.opts, {})
  for method, argument in pairs { read = false, readUntil = "\n", write = "x" } do
    local result = argument and table.pack(outcome(socket, method, argument)) or table.pack(outcome(socket, method))
    t.same(result, { "error", "Not connected", n = 2 }, method)
  end
  socket:close()
end)

test.case("callbacks may be left out", function(t)
  local socket, far <close> = connected()
  socket:write "one "
  socket:write("two", {})
  t.equal(far:read(7), "one two")
  far:write "lost\n"
  socket:readUntil "\n"
  net.TCPSocket():read()
  net.TCPSocket():connect("127.0.0.1", link.closed_port())
  t.error(socket.read, "bad argument #1 to 'read' %(table expected, got function%)", socket, print)
  t.error(socket.write, "bad argument #2 to 'write'", net.TCPSocket(), nil, 5)
  task.sleep(0.02)
  socket:close()
end)

test.case("a callback may wait and use the socket", function(t)
  local socket, far <close> = connected()
  local log = {}
  socket:write("question\n", { success = function()
    task.sleep(0.001)
    socket:readUntil("\n", { success = function(line) log[1] = line end })
  end })
  far:write("answer to ", far:read "l", "\n")
  t.equal(link.await(function() return log[1] end), "answer to question\n")
  socket:close()
end)

test.case("tostring shows the peer", function(t)
  local socket, far <close>, port = connected()
  t.equal(tostring(socket), "TCPSocket object: 127.0.0.1:" .. port)
  socket:close()
  t.equal(tostring(socket), "TCPSocket object: not connected")
  t.equal(tostring(net.TCPSocket()), "TCPSocket object: not connected")
end)

test.case("connecting again closes the first connection", function(t)
  local socket, far <close> = connected()
  local server <close>, port = link.listen()
  t.equal(outcome(socket, "connect", "127.0.0.1", port), "success")
  t.equal(select(2, far:read()).code, "eof")
  socket:close()
end)

test.case("errors of callbacks are printed with their label and go no further", function(t)
  local output, status = link.run [[
    local net = require "plua.net"
    local server = net.TCPServer()
    server:start("127.0.0.1", 0, function(client) client:write("hello\nmore") end)
    while not server:port() do require("task").yield() end
    local socket = net.TCPSocket()
    socket:connect("127.0.0.1", server:port(), { success = function()
      socket:readUntil("\n", { success = function()
        socket:read { success = function()
          socket:write("x", { success = function()
            server:stop()
            socket:read { error = function() error { code = 5 } end }
            error("in write", 0)
          end })
          error("in read", 0)
        end }
        error("in readUntil", 0)
      end })
      error("in connect", 0)
    end })
    net.UDPSocket():receive { error = function() error(setmetatable({}, { __tostring = function() return "shown" end })) end }
  ]]
  t.equal(status, 0)
  t.match(output, "Error in TCP connect success callback: in connect\n")
  t.match(output, "Error in TCP readUntil success callback: in readUntil\n")
  t.match(output, "Error in TCP read success callback: in read\n")
  t.match(output, "Error in TCP write success callback: in write\n")
  t.match(output, "Error in TCP read error callback: table: 0x")
  t.match(output, "Error in UDP receive error callback: shown\n")
  t.match(output, "stack traceback:")
end)

-- ---------------------------------------------------------------- by coroutines

test.case("tcp_*_sync suspend the coroutine and let its resumer go on", function(t)
  local server <close>, port = link.listen()
  local log = {}
  local thread = coroutine.create(function()
    local ok, id, message = net.tcp_connect_sync("127.0.0.1", port)
    log[#log + 1] = message
    log[#log + 1] = select(3, net.tcp_write_sync(id, "hello"))
    log[#log + 1] = select(2, net.tcp_read_sync(id, 100))
    log[#log + 1] = select(2, net.tcp_close_sync(id))
    return ok
  end)
  t.equal(coroutine.resume(thread), true)
  t.equal(#log, 0)
  local far <close> = assert(server:accept_one(5))
  t.equal(far:read(5), "hello")
  far:write "world"
  link.await(function() return coroutine.status(thread) == "dead" end)
  t.match(log[4], "^Connection %d+ closed$")
  t.same({ log[1], log[2], log[3] }, { "Connected to 127.0.0.1:" .. port, "Sent 5 bytes", "world" })
end)

test.case("coroutines wait at the same time", function(t)
  local server <close>, port = link.listen()
  local got = {}
  for i = 1, 3 do
    coroutine.wrap(function()
      local _, id = net.tcp_connect_sync("127.0.0.1", port)
      net.tcp_write_sync(id, tostring(i))
      got[i] = select(2, net.tcp_read_sync(id, 100))
      net.tcp_close_sync(id)
    end)()
  end
  local peers = {}
  for i = 1, 3 do peers[i] = assert(server:accept_one(5)) end
  for _, peer in ipairs(peers) do peer:write("answer to ", peer:read(1)) end
  link.await(function() return #got == 3 end)
  t.same(got, { "answer to 1", "answer to 2", "answer to 3" })
  for _, peer in ipairs(peers) do peer:close() end
end)

test.case("tcp_*_sync work in the main chunk and report what the coroutine raises", function(t)
  local output, status = link.run [[
    local net = require "plua.net"
    local server = net.EchoServer("127.0.0.1", 0)
    while not server:port() do require("task").yield() end
    local ok, id = net.tcp_connect_sync("127.0.0.1", server:port())
    print(ok, net.tcp_write_sync(id, "x"))
    print(net.tcp_read_sync(id, 10))
    coroutine.wrap(function()
      net.tcp_close_sync(id)
      server:stop()
      error("oops")
    end)()
  ]]
  t.equal(status, 0)
  t.match(output, "^true\ttrue\t1\tSent 1 bytes\ntrue\tEcho: x\tReceived 7 bytes\n")
  t.match(output, "%[ERROR%] Network callback failed: [^\n]*oops")
end)

test.case("tcp_*_direct are the functions of _PY", function(t)
  for _, name in ipairs { "connect", "write", "read", "close" } do
    t.equal(net["tcp_" .. name .. "_direct"], _PY["tcp_" .. name .. "_sync"])
  end
end)

-- ---------------------------------------------------------------- TCPServer and EchoServer

test.case("a server hands each client to a function", function(t)
  local server = net.TCPServer()
  t.equal(math.type(server.server_id), "integer")
  t.match(server, "^TCPServer object: %d+, not listening$")
  local addresses = {}
  server:start("127.0.0.1", 0, function(client, address)
    addresses[#addresses + 1] = address
    client:read { success = function(data)
      client:write("got " .. data, { success = function() client:close() end })
    end }
  end)
  local port = started(server)
  t.match(server, "port " .. port .. "$")
  for _, word in ipairs { "one", "two" } do
    local near <close> = assert(net.connect { host = "127.0.0.1", port = port })
    local _, own = near:local_address()
    near:write(word)
    t.equal(near:read "a", "got " .. word)
    local address = addresses[#addresses]
    t.same({ address[1], address[2], address.host, address.port, tostring(address) },
      { "127.0.0.1", own, "127.0.0.1", own, "127.0.0.1:" .. own })
  end
  server:stop()
  server:stop()
  t.equal(server:port(), nil)
end)

test.case("a server may be started again, with another function", function(t)
  local server = net.TCPServer()
  local calls = {}
  for i = 1, 2 do
    server:start("127.0.0.1", 0, function(client)
      calls[#calls + 1] = i
      client:close()
    end)
    local near <close> = assert(net.connect { host = "127.0.0.1", port = started(server) })
    t.equal(select(2, near:read()).code, "eof")
    server:stop()
  end
  t.same(calls, { 1, 2 })
  t.error(server.start, "bad argument #3 to 'start' %(function expected, got nil%)", server, "127.0.0.1", 0)
end)

test.case("the echo server answers with its prefix", function(t)
  local server = net.EchoServer("127.0.0.1", 0)
  local port = started(server)
  local near <close> = assert(net.connect { host = "127.0.0.1", port = port })
  for _, word in ipairs { "hello", "again" } do
    near:write(word)
    t.equal(near:read(6 + #word), "Echo: " .. word)
  end
  server:stop()
end)

test.case("a failing function is printed and turns debug on; a failure to bind is told", function(t)
  local output, status = link.run [[
    local net = require "net"
    local server = net.TCPServer()
    server:start("127.0.0.1", 0, function()
      setTimeout(function() print(server.debug) server:stop() end, 10)
      error("oops", 0)
    end)
    while not server:port() do require("task").yield() end
    local other = net.TCPServer(true)
    other:start("127.0.0.1", server:port(), print)
    net.TCPSocket():connect("127.0.0.1", server:port())
  ]]
  t.equal(status, 0)
  t.match(output, "%[Server%] %d+ Error in callback: oops\n")
  t.match(output, "%[Server%] %d+ Error: Address already in use\n")
  t.match(output, "true\n")
end)

test.case("a running server keeps the program alive until it is stopped", function(t)
  local output, status = link.run [[
    local net = require "net"
    local server = net.EchoServer("127.0.0.1", 0)
    setTimeout(function() print("stopping") server:stop() end, 30)
  ]]
  t.same({ output, status }, { "stopping\n", 0 })
end)

-- ---------------------------------------------------------------- UDPSocket

test.case("two sockets talk", function(t)
  local a, b = net.UDPSocket(), net.UDPSocket()
  local which, ip, port = outcome(b, "bind", "127.0.0.1", 0)
  t.same({ which, ip }, { "success", "127.0.0.1" })
  t.match(b, "^UDPSocket object: 127.0.0.1:" .. port .. "$")
  t.equal(tostring(a), "UDPSocket object: not open")

  t.same(table.pack(outcome(a, "sendTo", "ping", "127.0.0.1", port)), { "success", n = 1 })
  local _, own = a:localAddress()
  t.same(table.pack(outcome(b, "receive")), { "success", "ping", "127.0.0.1", own, n = 4 })
  t.same(table.pack(outcome(b, "sendTo", "pong", "localhost", own)), { "success", n = 1 })
  t.equal(select(2, outcome(a, "receive")), "pong")

  for _, socket in ipairs { a, b, a, b } do socket:close() end
  t.equal(a.socket, nil)
end)

test.case("a fast answer waits for receive", function(t)
  local far <close> = assert(net.udp { port = 0 })
  local _, port = far:local_address()
  local socket = net.UDPSocket()
  socket:sendTo("question", "127.0.0.1", port)
  local data, ip, from = far:receive()
  far:send_to("answer to " .. data, ip, from)
  far:send_to("and more", ip, from)
  task.sleep(0.01)
  t.equal(select(2, outcome(socket, "receive")), "answer to question")
  t.equal(select(2, outcome(socket, "receive")), "and more")
  socket:close()
end)

test.case("what goes wrong with a UDP socket is an error", function(t)
  local socket = net.UDPSocket { timeout = 10 }
  t.same(table.pack(outcome(socket, "receive")), { "error", "Not connected", n = 2 })
  t.match(select(2, outcome(socket, "sendTo", ("x"):rep(70000), "127.0.0.1", 9)), "^UDP write error: ")
  t.same(table.pack(outcome(socket, "receive")), { "error", "UDP read timeout", n = 2 })
  t.match(select(2, outcome(socket, "bind", "nosuch.invalid", 0)), "^UDP bind error: ")
  socket:close()
end)

test.case("close ends a receive that waits", function(t)
  local socket = net.UDPSocket()
  t.equal(outcome(socket, "bind", "127.0.0.1", 0), "success")
  local message
  socket:receive { success = print, error = function(text) message = text end }
  task.sleep(0.005)
  socket:close()
  t.match(link.await(function() return message end), "^UDP connection %d+ not found$")
end)
