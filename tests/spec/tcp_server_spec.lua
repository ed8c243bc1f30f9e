-- SPDX-License-Identifier: MIT
-- The event-driven TCP server: events, exactly one disconnection for every cause, its life and the process's.
local net = require "net"
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local create, listen_for = _PY.tcp_server_create, _PY.tcp_server_add_event_listener
local start, close = _PY.tcp_server_start, _PY.tcp_server_close

-- A running server that notes its events; stops when it goes out of scope.
local function serve(events, host)
  local log = { id = create(), events = {}, clients = {}, gone = {} }
  local function note(name)
    return function(...)
      log.events[#log.events + 1] = table.pack(name, ...)
      if name == "client_connected" then log.clients[#log.clients + 1] = ... end
      if name == "client_disconnected" then log.gone[#log.gone + 1] = ... end
      local more = events and events[name]
      if more then more(log, ...) end
    end
  end
  for _, name in ipairs { "client_connected", "client_disconnected", "error" } do listen_for(log.id, name, note(name)) end
  if events and events.data_received then listen_for(log.id, "data_received", note("data_received")) end
  start(log.id, host or "127.0.0.1", 0)
  link.await(function() return _PY.tcp_server_is_ready(log.id) or #log.events > 0 end, "a server that listens")
  log.port = _PY.tcp_server_port(log.id)
  return setmetatable(log, { __close = function() close(log.id) end })
end

local function connect(log)
  local count = #log.clients
  local peer = assert(net.connect { host = "127.0.0.1", port = log.port })
  link.await(function() return #log.clients > count end, "client_connected")
  return peer, log.clients[#log.clients]
end

-- Waits for the disconnection, then long enough to see a second one.
local function expect_one_disconnection(t, log, client)
  link.await(function() return #log.gone > 0 end, "client_disconnected")
  task.sleep(0.02)
  t.same(log.gone, { client })
end

-- ---------------------------------------------------------------- events

test.case("a client is announced with its id and address", function(t)
  local log <close> = serve()
  local peer <close>, client = connect(log)
  local host, port = peer:local_address()
  local event = log.events[1]

  t.same({ event.n, event[1], event[2] }, { 3, "client_connected", client })
  t.equal(math.type(client), "integer")
  local address = event[3]
  t.equal(type(address), "table")
  t.same({ address[1], address[2], address.host, address.port }, { host, port, host, port })
  t.equal(tostring(address), host .. ":" .. port)
end)

test.case("several listeners of one event are all called", function(t)
  local log <close> = serve()
  local calls = {}
  listen_for(log.id, "client_connected", function(id) calls[#calls + 1] = id end)
  listen_for(log.id, "client_connected", function(id) calls[#calls + 1] = id end)

  local peer <close>, client = connect(log)

  link.await(function() return #calls == 2 end)
  t.same(calls, { client, client })
end)

test.case("unknown events and unknown servers are ignored", function(t)
  local id = create()
  t.equal(select("#", listen_for(id, "no such event", t.expect(nil, 0))), 0)
  t.equal(select("#", listen_for(999999, "client_connected", t.expect(nil, 0))), 0)
  t.equal(select("#", start(999999, "127.0.0.1", 0)), 0)
  t.equal(select("#", close(999999)), 0)
  t.equal(_PY.tcp_server_is_ready(999999), false)
  t.equal(_PY.tcp_server_port(999999), nil)
end)

test.case("an event's callback may wait", function(t)
  local log <close> = serve { client_connected = function(_, client)
    task.sleep(0.002)
    _PY.tcp_write(client, "hello\n")
  end }
  local peer <close> = connect(log)
  t.equal(peer:read(), "hello")
end)

test.case("an error in a callback is reported and the server goes on", function(t)
  local output, status = link.run([[
    local net = require("net")
    local id = _PY.tcp_server_create()
    local calls = 0
    _PY.tcp_server_add_event_listener(id, "client_connected", function()
      calls = calls + 1
      if calls == 2 then _PY.tcp_server_close(id) end
      error("oops " .. calls)
    end)
    _PY.tcp_server_start(id, "127.0.0.1", 0)
    while not _PY.tcp_server_is_ready(id) do require("task").yield() end
    for _ = 1, 2 do net.connect{host = "127.0.0.1", port = _PY.tcp_server_port(id)} end
  ]])
  t.equal(status, 0)
  t.match(output, "Network callback failed: [^\n]+: oops 1\n")
  t.match(output, "oops 2\n")
end)

test.case("the server listens on IPv6", function(t)
  if not link.has_ipv6() then t.skip("no IPv6 here") end
  local log <close> = serve(nil, "::1")
  local peer <close> = assert(net.connect { host = "::1", port = log.port })
  link.await(function() return #log.clients == 1 end)
  t.equal(log.events[1][3].host, "::1")
  t.match(tostring(log.events[1][3]), "^%[?::1%]?:%d+$")
end)

test.case("the server listens by name", function(t)
  local log <close> = serve(nil, "localhost")
  local peer <close> = assert(net.connect { host = "localhost", port = log.port })
  link.await(function() return #log.clients == 1 end)
end)

-- ---------------------------------------------------------------- the ends of clients

test.case("a peer that closes is one disconnection", function(t)
  local log <close> = serve()
  local peer, client = connect(log)
  peer:close()
  expect_one_disconnection(t, log, client)
  local event = log.events[2]
  t.same({ event.n, event[1], event[2], event[3].host }, { 3, "client_disconnected", client, "127.0.0.1" })
end)

test.case("a peer that closes during a pending read is one disconnection", function(t)
  local reply
  local log <close> = serve { client_connected = function(_, client) reply = { _PY.tcp_read(client, 100) } end }
  local peer, client = connect(log)
  task.sleep(0.005)
  peer:close()
  expect_one_disconnection(t, log, client)
  t.same(reply, { false, nil, "Connection closed by peer" })
end)

test.case("a peer that resets is one disconnection", function(t)
  local log <close> = serve()
  local peer, client = connect(log)
  _PY.tcp_write(client, "never read")
  task.sleep(0.005)
  peer:close() -- with unread data: the system sends a reset
  expect_one_disconnection(t, log, client)
end)

test.case("closing a client by the script is one disconnection", function(t)
  for _, name in ipairs { "tcp_close", "tcp_close_sync", "tcp_close_sync_client" } do
    local log <close> = serve()
    local peer <close>, client = connect(log)
    t.ok(_PY[name](client))
    expect_one_disconnection(t, log, client)
    t.equal(select(2, peer:read("some")).code, "eof")
  end
end)

test.case("a write error is one disconnection", function(t)
  local log <close> = serve()
  local peer, client = connect(log)
  peer:close()
  link.await(function() return not _PY.tcp_write(client, ("x"):rep(100000)) end)
  expect_one_disconnection(t, log, client)
end)

test.case("after the disconnection a close succeeds once", function(t)
  local log <close> = serve()
  local peer, client = connect(log)
  peer:close()
  expect_one_disconnection(t, log, client)
  t.same({ _PY.tcp_close(client) }, { true, "Connection " .. client .. " closed" })
  t.same({ _PY.tcp_close(client) }, { false, "Connection " .. client .. " not found" })
  t.equal(#log.gone, 1)
end)

test.case("unread data can be read after the peer has closed, then the disconnection comes", function(t)
  local log <close> = serve()
  local peer, client = connect(log)
  peer:write("last words")
  peer:close()
  task.sleep(0.01)
  t.equal(#log.gone, 0)
  t.same({ _PY.tcp_read(client, 4) }, { true, "last", "Received 4 bytes" })
  t.same({ _PY.tcp_read(client, 100) }, { true, " words", "Received 6 bytes" })
  expect_one_disconnection(t, log, client)
  t.same({ _PY.tcp_read(client, 100) }, { false, nil, "Connection closed by peer" })
end)

test.case("a client that closes its sending side only can still be answered", function(t)
  local log <close> = serve()
  local peer <close>, client = connect(log)
  peer:write("request")
  peer:shutdown()
  local _, request = _PY.tcp_read(client, 100)
  task.sleep(0.01)
  _PY.tcp_write(client, request:upper())
  _PY.tcp_close(client)
  t.equal(peer:read("a"), "REQUEST")
  expect_one_disconnection(t, log, client)
end)

test.case("clients that left and were not closed do not use up descriptors", function(t)
  local log <close> = serve()
  local function descriptors()
    local count = 0
    for _ in io.popen("ls /proc/" .. io.open("/proc/self/stat"):read("n") .. "/fd"):lines() do count = count + 1 end
    return count
  end
  local before = descriptors()
  for i = 1, 300 do
    net.connect({ host = "127.0.0.1", port = log.port }):close()
    link.await(function() return #log.gone == i end)
  end
  t.ok(descriptors() - before < 150, descriptors() - before)
end)

test.case("closing the server closes the clients without events", function(t)
  local log <close> = serve()
  local peer <close>, client = connect(log)
  t.equal(select("#", close(log.id)), 0)
  t.equal(select(2, peer:read("some")).code, "eof")
  task.sleep(0.01)
  t.same(log.gone, {})
  t.equal(_PY.tcp_server_is_ready(log.id), false)
  t.same({ _PY.tcp_read(client, 1) }, { false, nil, "TCP connection " .. client .. " not found" })
  close(log.id)
end)

-- ---------------------------------------------------------------- data

test.case("data is announced when somebody listens for it, in order, to the last byte", function(t)
  local received = {}
  local log <close> = serve { data_received = function(_, client, data) received[#received + 1] = data end }
  local peer, client = connect(log)
  local data = link.pattern(300000) .. link.all_bytes()
  peer:write(data)
  peer:close()
  expect_one_disconnection(t, log, client)
  t.ok(table.concat(received) == data)
  t.equal(log.events[#log.events][1], "client_disconnected")
end)

test.case("tcp_server_send answers a client", function(t)
  local replies = {}
  local log <close> = serve { data_received = function(log, client, data)
    replies[#replies + 1] = { _PY.tcp_server_send(log.id, client, data:upper()) }
  end }
  local peer <close>, client = connect(log)
  peer:write("hello")
  t.equal(peer:read(5), "HELLO")
  link.await(function() return replies[1] end)
  t.same(replies[1], { true, "Sent 5 bytes to client " .. client })
  t.same({ _PY.tcp_server_send(log.id, 999999, "x") }, { false, "Client 999999 not found" })
  t.same({ _PY.tcp_server_send(999999, client, "x") }, { false, "Client " .. client .. " not found" })
  local other <close> = serve()
  t.same({ _PY.tcp_server_send(other.id, client, "x") }, { false, "Client " .. client .. " not found" })
end)

test.case("an answer that is under way reaches a client that has closed its sending side", function(t)
  local log <close> = serve { data_received = function(log, client, data) _PY.tcp_server_send(log.id, client, data) end }
  local peer <close>, client = connect(log)
  local data = link.pattern(4 * 1024 * 1024)
  local writer = task.spawn(function()
    peer:write(data)
    peer:shutdown()
  end)
  task.sleep(0.05)
  t.ok(peer:read("a") == data)
  writer:join()
  expect_one_disconnection(t, log, client)
end)

test.styles("tcp_server_write_sync and tcp_server_read_sync give full tuples", function(t, call)
  local log <close> = serve()
  local peer <close>, client = connect(log)
  local write, read = _PY.tcp_server_write_sync, _PY.tcp_server_read_sync

  t.same({ call(write, client, "hello") }, { true, "Sent 5 bytes to client " .. client })
  t.equal(peer:read(5), "hello")
  peer:write("abcdef")
  t.same({ call(read, client, 4) }, { true, "abcd", "Received 4 bytes from client " .. client })
  t.same({ call(read, client) }, { true, "ef", "Received 2 bytes from client " .. client })
  peer:close()
  t.same({ call(read, client) }, { false, nil, "Client " .. client .. " disconnected" })
  t.same({ call(read, client) }, { false, nil, "Client " .. client .. " not found" })
  t.same({ call(write, client, "x") }, { false, "Client " .. client .. " not found" })
  expect_one_disconnection(t, log, client)
end)

test.case("the client functions work with a server's clients", function(t)
  local log <close> = serve()
  local peer <close>, client = connect(log)
  peer:write("one\ntwo;")
  t.same({ _PY.tcp_read_sync(client, "*l") }, { true, "one", "Received line (3 chars)" })
  t.same({ _PY.tcp_read_until(client, ";", 10) }, { true, "two;", "Received 4 bytes (delimiter found)" })
  t.same({ _PY.tcp_write_sync(client, "x") }, { true, 1, "Sent 1 bytes" })
end)

test.case("a silent server stops reading ahead when nobody wants the data", function(t)
  local log <close> = serve()
  local peer <close>, client = connect(log)
  peer:set_timeout(0.2)
  local _, err = peer:write(("x"):rep(64 * 1024 * 1024))
  t.equal(err.code, "timeout")
end)

test.case("two servers do not share ids", function(t)
  local a <close> = serve()
  local b <close> = serve()
  local peer_a <close>, client_a = connect(a)
  local peer_b <close>, client_b = connect(b)
  t.ok(a.id ~= b.id and client_a ~= client_b)
  _PY.tcp_close(client_a)
  expect_one_disconnection(t, a, client_a)
  t.same(b.gone, {})
end)

-- ---------------------------------------------------------------- start, stop, failure

test.case("a port in use is an error event with the system's text", function(t)
  local taken <close>, port = link.listen()
  local id, message = create(), nil
  listen_for(id, "error", function(text) message = text end)
  t.equal(select("#", start(id, "127.0.0.1", port)), 0)
  t.equal(_PY.tcp_server_is_ready(id), false)
  link.await(function() return message end)
  t.equal(message, "Address already in use")
  t.equal(_PY.tcp_server_is_ready(id), false)

  taken:close() -- and now it can start
  start(id, "127.0.0.1", port)
  link.await(function() return _PY.tcp_server_is_ready(id) end)
  close(id)
end)

test.case("an unknown host is an error event", function(t)
  local id, message = create(), nil
  listen_for(id, "error", function(text) message = text end)
  start(id, "nosuch.invalid", 0)
  link.await(function() return message end)
  t.equal(type(message), "string")
end)

test.case("starting a running server does nothing", function(t)
  local log <close> = serve()
  start(log.id, "127.0.0.1", 0)
  task.sleep(0.005)
  t.equal(_PY.tcp_server_port(log.id), log.port)
  t.same(log.events, {})
end)

test.case("a closed server can be started again, also at once", function(t)
  local log <close> = serve()
  local first <close> = connect(log)
  close(log.id)
  start(log.id, "127.0.0.1", log.port)
  link.await(function() return _PY.tcp_server_is_ready(log.id) end)
  t.equal(_PY.tcp_server_port(log.id), log.port)
  local second <close>, client = connect(log)
  second:close()
  expect_one_disconnection(t, log, client)
  for _ = 1, 20 do
    close(log.id)
    start(log.id, "127.0.0.1", 0)
  end
  link.await(function() return _PY.tcp_server_is_ready(log.id) end)
end)

test.case("has_active_tcp_server_operations tells whether one runs", function(t)
  local active = _PY.has_active_tcp_server_operations
  local id = create()
  t.equal(active(), false)
  start(id, "127.0.0.1", 0)
  t.equal(active(), true)
  close(id)
  t.equal(active(), false)
end)

test.case("misuse is raised at the call", function(t)
  t.error(function() start(1, "127.0.0.1", 65536) end, "^[^:]+:%d+: bad argument #3 to 'tcp_server_start'")
  t.error(function() start(1) end, "^[^:]+:%d+: bad argument #2 to 'tcp_server_start'")
  t.error(function() listen_for(1, "error") end, "bad argument #3 to 'tcp_server_add_event_listener'")
  t.error(function() _PY.tcp_server_send(1, 2) end, "bad argument #3 to 'tcp_server_send'")
  t.error(function() _PY.tcp_server_read_sync(1, -1) end, "bad argument #2 to 'tcp_server_read_sync'")
end)

-- ---------------------------------------------------------------- life of the process

test.case("a listening server keeps the program alive until it is closed", function(t)
  local output, status = link.run([[
    local id = _PY.tcp_server_create()
    _PY.tcp_server_start(id, "127.0.0.1", 0)
    setTimeout(function()
      print("still here", _PY.active_operations()["tcp server"])
      _PY.tcp_server_close(id)
    end, 200)
  ]])
  t.same({ output, status }, { "still here\t1\n", 0 })
end)

test.case("a client ends a program that only serves", function(t)
  local output, status = link.run([[
    local net = require("net")
    local id = _PY.tcp_server_create()
    _PY.tcp_server_add_event_listener(id, "client_connected", function(client)
      print("connected")
      _PY.tcp_server_close(id)
    end)
    _PY.tcp_server_start(id, "127.0.0.1", 0)
    setTimeout(function() net.connect{host = "127.0.0.1", port = _PY.tcp_server_port(id)} end, 1)
  ]])
  t.same({ output, status }, { "connected\n", 0 })
end)
