-- SPDX-License-Identifier: MIT
-- _PY.tcp_connect, tcp_write, tcp_read, tcp_read_until, tcp_close and the timeouts: by waiting and by callback.
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local tcp = {}
for _, name in ipairs { "connect", "write", "read", "read_until", "close", "set_timeout", "get_timeout" } do
  tcp[name] = _PY["tcp_" .. name]
end

-- ---------------------------------------------------------------- connecting and closing

test.styles("a connection gives true, its id and a message", function(t, call)
  local server <close>, port = link.listen()

  local ok, id, message = call(tcp.connect, "127.0.0.1", port)

  t.same({ ok, message }, { true, "Connected to 127.0.0.1:" .. port })
  t.equal(math.type(id), "integer")
  t.ok(id > 0)
  t.same({ call(tcp.close, id) }, { true, "Connection " .. id .. " closed" })
end)

test.styles("a refused connection gives false, nil and the system's text", function(t, call)
  local result = table.pack(call(tcp.connect, "127.0.0.1", link.closed_port()))

  t.same(result, { false, nil, "TCP connect error: Connection refused", n = 3 })
end)

test.styles("an unknown name gives a connect error", function(t, call)
  local ok, id, message = call(tcp.connect, "nosuch.invalid", 80)

  t.same({ ok, id }, { false, nil })
  t.match(message, "^TCP connect error: ")
end)

test.styles("a connection is found by name", function(t, call)
  local server <close>, port = link.listen()

  local ok, id, message = call(tcp.connect, "localhost", port)

  t.same({ ok, message }, { true, "Connected to localhost:" .. port })
  call(tcp.close, id)
end)

test.styles("a port may be a numeric string", function(t, call)
  local server <close>, port = link.listen()

  local ok, id = call(tcp.connect, "127.0.0.1", tostring(port))

  t.ok(ok)
  call(tcp.close, id)
end)

test.styles("IPv6 addresses work", function(t, call)
  if not link.has_ipv6() then t.skip("no IPv6 here") end
  local id, far = link.numbered("::1")

  t.same({ call(tcp.write, id, "six") }, { true, 3, "Sent 3 bytes" })

  t.equal(far:read(3), "six")
  t.equal(far:remote_address(), "::1")
  call(tcp.close, id)
  far:close()
end)

test.styles("ids are never used again", function(t, call)
  local server <close>, port = link.listen()
  local last = 0
  for _ = 1, 5 do
    local ok, id = call(tcp.connect, "127.0.0.1", port)
    t.ok(ok)
    t.ok(id > last)
    call(tcp.close, id)
    last = id
  end
end)

test.styles("closing an unknown id, or twice, gives false", function(t, call)
  local id, far <close> = link.numbered()

  t.same({ call(tcp.close, id) }, { true, "Connection " .. id .. " closed" })
  t.same({ call(tcp.close, id) }, { false, "Connection " .. id .. " not found" })
  t.same({ call(tcp.close, 1 << 40) }, { false, "Connection " .. (1 << 40) .. " not found" })
end)

test.styles("after a close the id is unknown to every function", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.close, id)
  local unknown = "TCP connection " .. id .. " not found"

  t.same(table.pack(call(tcp.write, id, "x")), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(tcp.read, id, 10)), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(tcp.read_until, id, "\n", 10)), { false, nil, unknown, n = 3 })
  t.same({ call(tcp.set_timeout, id, 1) }, { false, unknown })
  t.same(table.pack(call(tcp.get_timeout, id)), { false, nil, unknown, n = 3 })
end)

test.styles("a close ends a pending read of another task", function(t, call)
  local id, far <close> = link.numbered()
  local reader = task.spawn(function() return call(tcp.read, id, 10) end)
  task.sleep(0.01)

  t.ok(call(tcp.close, id))

  t.same(table.pack(reader:join()), { false, nil, "TCP connection " .. id .. " not found", n = 3 })
end)

test.case("the callback form returns nothing and calls later", function(t)
  local server <close>, port = link.listen()
  local called, id = false, nil
  local result = table.pack(tcp.connect("127.0.0.1", port, function(_, made)
    called, id = true, made
  end))
  t.same({ result.n, called }, { 0, false })
  link.await(function() return called end)
  t.same(table.pack(tcp.close(id, t.expect())).n, 0)
  task.yield()
end)

test.case("a callback may wait itself", function(t)
  local server <close>, port = link.listen()
  local done
  tcp.connect("127.0.0.1", port, function(ok, id)
    task.sleep(0.001)
    local far <close> = server:accept_one(5)
    tcp.write(id, "from the callback")
    done = { ok, far:read(17) }
    tcp.close(id)
  end)
  link.await(function() return done end)
  t.same(done, { true, "from the callback" })
end)

-- ---------------------------------------------------------------- writing

test.styles("a write gives the count of bytes", function(t, call)
  local id, far <close> = link.numbered()

  t.same({ call(tcp.write, id, "hello") }, { true, 5, "Sent 5 bytes" })
  t.same({ call(tcp.write, id, "") }, { true, 0, "Sent 0 bytes" })

  t.equal(far:read(5), "hello")
  call(tcp.close, id)
end)

test.styles("numbers are sent as their text", function(t, call)
  local id, far <close> = link.numbered()

  t.same({ call(tcp.write, id, 42) }, { true, 2, "Sent 2 bytes" })
  t.same({ call(tcp.write, id, 2.5) }, { true, 3, "Sent 3 bytes" })

  t.equal(far:read(5), "422.5")
  call(tcp.close, id)
end)

test.styles("all bytes pass in both directions", function(t, call)
  local id, far <close> = link.numbered()
  local bytes = link.all_bytes()

  t.same({ call(tcp.write, id, bytes) }, { true, 512, "Sent 512 bytes" })
  t.equal(far:read(512), bytes)
  far:write(bytes)
  local data = ""
  while #data < 512 do
    local ok, more = call(tcp.read, id, 512)
    t.ok(ok)
    data = data .. more
  end
  t.equal(data, bytes)
  call(tcp.close, id)
end)

test.styles("a write waits until all is sent", function(t, call)
  local id, far <close> = link.numbered()
  local data = link.pattern(8 * 1024 * 1024)
  local reader = task.spawn(function() return far:read(#data) end)

  t.same({ call(tcp.write, id, data) }, { true, #data, "Sent " .. #data .. " bytes" })

  t.ok(reader:join() == data)
  call(tcp.close, id)
end)

test.styles("a write to a peer that has gone gives a write error and ends the id once", function(t, call)
  local id, far = link.numbered()
  far:close()

  local ok, count, message
  link.await(function()
    ok, count, message = call(tcp.write, id, "x")
    return not ok
  end)

  t.equal(count, nil)
  t.match(message, "^TCP write error: ")
  t.same({ call(tcp.write, id, "x") }, { false, nil, "TCP connection " .. id .. " not found" })
  t.same({ call(tcp.close, id) }, { true, "Connection " .. id .. " closed" })
  t.same({ call(tcp.close, id) }, { false, "Connection " .. id .. " not found" })
end)

test.styles("a write that nobody takes ends by the timeout", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0.02)

  local ok, count, message = call(tcp.write, id, ("x"):rep(32 * 1024 * 1024))

  t.same({ ok, count, message }, { false, nil, "TCP write error: timed out" })
  t.same({ call(tcp.close, id) }, { true, "Connection " .. id .. " closed" })
end)

-- ---------------------------------------------------------------- reading

test.styles("a read gives what is there, up to the count", function(t, call)
  local id, far <close> = link.numbered()
  far:write("abcdef")

  t.same({ call(tcp.read, id, 4) }, { true, "abcd", "Received 4 bytes" })
  t.same({ call(tcp.read, id, 1024) }, { true, "ef", "Received 2 bytes" })
  call(tcp.close, id)
end)

test.styles("a read of no bytes is no end of the stream", function(t, call)
  local id, far <close> = link.numbered()

  t.same({ call(tcp.read, id, 0) }, { true, "", "Received 0 bytes" })

  far:write("x")
  t.same({ call(tcp.read, id, 10.9) }, { true, "x", "Received 1 bytes" })
  call(tcp.close, id)
end)

test.styles("the patterns *l and *a are accepted, and -1 for all", function(t, call)
  local id, far = link.numbered()
  far:write("one\r\ntwo\nrest")
  far:close()

  t.same({ call(tcp.read, id, "*l") }, { true, "one", "Received line (3 chars)" })
  t.same({ call(tcp.read, id, "*l") }, { true, "two", "Received line (3 chars)" })
  t.same({ call(tcp.read, id, "*a") }, { true, "rest", "Received 4 bytes (all data)" })

  local other, other_far = link.numbered()
  other_far:write("everything")
  other_far:close()
  t.same({ call(tcp.read, other, -1) }, { true, "everything", "Received 10 bytes (all data)" })
  call(tcp.close, id)
  call(tcp.close, other)
end)

test.styles("a wrong pattern is an error of the reply and keeps the connection", function(t, call)
  local id, far <close> = link.numbered()

  t.same(table.pack(call(tcp.read, id, "l")), { false, nil, "Invalid pattern: l. Use '*a', '*l', or a number", n = 3 })
  t.same({ call(tcp.read, id, -2) }, { false, nil, "Invalid pattern: -2. Use '*a', '*l', or a number" })
  t.same({ call(tcp.read, id, nil) }, { false, nil, "Invalid pattern: nil. Use '*a', '*l', or a number" })

  far:write("still here")
  t.same({ call(tcp.read, id, 100) }, { true, "still here", "Received 10 bytes" })
  call(tcp.close, id)
end)

test.styles("the end of the peer ends the id, and one close succeeds", function(t, call)
  local id, far = link.numbered()
  far:close()

  t.same(table.pack(call(tcp.read, id, 10)), { false, nil, "Connection closed by peer", n = 3 })

  t.same({ call(tcp.read, id, 10) }, { false, nil, "TCP connection " .. id .. " not found" })
  t.same({ call(tcp.close, id) }, { true, "Connection " .. id .. " closed" })
  t.same({ call(tcp.close, id) }, { false, "Connection " .. id .. " not found" })
end)

test.styles("a read times out by the connection's setting and the connection stays", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0.01)

  t.same(table.pack(call(tcp.read, id, 10)), { false, nil, "Read timeout", n = 3 })

  far:write("late")
  call(tcp.set_timeout, id, 5)
  t.same({ call(tcp.read, id, 10) }, { true, "late", "Received 4 bytes" })
  call(tcp.close, id)
end)

test.case("a read without a setting times out after 5 seconds", function(t)
  if os.getenv("PLUA_MEMCHECK") then t.skip("counts time") end
  local id, far <close> = link.numbered()
  local start = os.time()

  t.same({ tcp.read(id, 10) }, { false, nil, "Read timeout" })

  t.ok(os.time() - start >= 4)
  tcp.close(id)
end)

test.styles("a timeout of zero gets what is there and does not wait", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0)
  t.same({ call(tcp.read, id, 10) }, { false, nil, "Read timeout" })

  far:write("now")

  local data
  link.await(function()
    local ok, got = call(tcp.read, id, 10)
    data = ok and got
    return ok
  end)
  t.equal(data, "now")
  call(tcp.close, id)
end)

test.styles("what a line lacked at its timeout is not lost", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0.02)
  far:write("first half, ")
  t.same({ call(tcp.read, id, "*l") }, { false, nil, "Read timeout" })

  far:write("second half\n")

  t.same({ call(tcp.read, id, "*l") }, { true, "first half, second half", "Received line (23 chars)" })
  call(tcp.close, id)
end)

-- ---------------------------------------------------------------- until

test.styles("read_until gives the data with the delimiter", function(t, call)
  local id, far <close> = link.numbered()
  far:write("head\r\n\r\nbody")

  t.same({ call(tcp.read_until, id, "\r\n\r\n", 1024) }, { true, "head\r\n\r\n", "Received 8 bytes (delimiter found)" })
  t.same({ call(tcp.read, id, 1024) }, { true, "body", "Received 4 bytes" })
  call(tcp.close, id)
end)

test.styles("read_until stops at the count", function(t, call)
  local id, far <close> = link.numbered()
  far:write("abcdefgh;")

  t.same({ call(tcp.read_until, id, ";", 4) }, { true, "abcd", "Received 4 bytes (max bytes reached)" })
  t.same({ call(tcp.read_until, id, ";", 5) }, { true, "efgh;", "Received 5 bytes (delimiter found)" })
  call(tcp.close, id)
end)

test.styles("read_until takes 8192 bytes unless told otherwise", function(t, call)
  local id, far <close> = link.numbered()
  far:write(("x"):rep(10000))

  local ok, data, message = call(tcp.read_until, id, ";")

  t.same({ ok, #data, message }, { true, 8192, "Received 8192 bytes (max bytes reached)" })
  call(tcp.close, id)
end)

test.styles("read_until gives the rest when the peer closes, then the end", function(t, call)
  local id, far = link.numbered()
  far:write("no delimiter")
  far:close()

  t.same({ call(tcp.read_until, id, ";", 100) }, { true, "no delimiter", "Received 12 bytes (connection closed)" })
  t.same(table.pack(call(tcp.read_until, id, ";", 100)), { false, nil, "Connection closed by peer", n = 3 })
  t.ok(call(tcp.close, id))
end)

test.styles("what read_until lacked at its timeout is not lost", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0.02)
  far:write("ab-")
  t.same({ call(tcp.read_until, id, "--", 100) }, { true, "", "No data available (non-blocking socket)" })

  far:write("-cd")

  t.same({ call(tcp.read_until, id, "--", 100) }, { true, "ab--", "Received 4 bytes (delimiter found)" })
  call(tcp.close, id)
end)

-- ---------------------------------------------------------------- timeouts

test.styles("the timeout is set and told", function(t, call)
  local id, far <close> = link.numbered()
  local of = " for connection " .. id

  t.same(table.pack(call(tcp.get_timeout, id)), { true, nil, "Socket is in blocking mode" .. of, n = 3 })
  t.same({ call(tcp.set_timeout, id, 2.5) }, { true, "Timeout set to 2.5 seconds" .. of })
  t.same({ call(tcp.get_timeout, id) }, { true, 2.5, "Current timeout: 2.5 seconds" .. of })
  t.same({ call(tcp.set_timeout, id, 3) }, { true, "Timeout set to 3 seconds" .. of })
  t.same({ call(tcp.set_timeout, id, 0) }, { true, "Socket set to non-blocking mode" .. of })
  t.same({ call(tcp.get_timeout, id) }, { true, 0, "Socket is in non-blocking mode" .. of })
  t.same({ call(tcp.set_timeout, id, nil) }, { true, "Socket set to blocking mode" .. of })
  local ok, message = call(tcp.set_timeout, id, -1)
  t.equal(ok, false)
  t.match(message, "^TCP timeout set error: ")
  t.same({ call(tcp.get_timeout, id) }, { true, nil, "Socket is in blocking mode" .. of })
  call(tcp.close, id)
end)

-- ---------------------------------------------------------------- several tasks

test.styles("overlapping reads are served in the order of the calls", function(t, call)
  local id, far <close> = link.numbered()
  local order, readers = {}, {}
  for i = 1, 5 do
    readers[i] = task.spawn(function()
      local _, line = call(tcp.read, id, "*l")
      order[#order + 1] = i .. line
    end)
  end
  task.sleep(0.01)

  far:write("a\nb\nc\nd\ne\n")

  for i = 1, 5 do readers[i]:join() end
  t.same(order, { "1a", "2b", "3c", "4d", "5e" })
  call(tcp.close, id)
end)

test.styles("overlapping writes do not mix", function(t, call)
  local id, far <close> = link.numbered()
  local size, writers = 1024 * 1024, {}
  for i = 1, 4 do
    writers[i] = task.spawn(function() return call(tcp.write, id, tostring(i):rep(size)) end)
  end

  for i = 1, 4 do t.ok(far:read(size) == tostring(i):rep(size)) end

  for i = 1, 4 do t.same({ writers[i]:join() }, { true, size, "Sent " .. size .. " bytes" }) end
  call(tcp.close, id)
end)

test.case("one connection serves the callback family and the waiting family", function(t)
  local id, far <close> = link.numbered()
  far:write("one\ntwo\nthree\n")

  t.same({ _PY.tcp_read_sync(id, "*l") }, { true, "one", "Received line (3 chars)" })
  t.same({ test.await(_PY.tcp_read, id, 4) }, { true, "two\n", "Received 4 bytes" })
  t.same({ _PY.tcp_read_until_sync(id, "\n") }, { true, "three\n", "Received 6 bytes (delimiter found)" })
  t.same({ _PY.tcp_write_sync(id, "x") }, { true, 1, "Sent 1 bytes" })
  t.same({ test.await(_PY.tcp_close, id) }, { true, "Connection " .. id .. " closed" })
end)

-- ---------------------------------------------------------------- misuse

test.case("misuse is raised at the call, in both forms, with the argument", function(t)
  local function both(pattern, operation, ...)
    local arguments = table.pack(...)
    local position = "^[^:]+:%d+: "
    local e = t.error(function() operation(table.unpack(arguments, 1, arguments.n)) end, position .. pattern)
    t.equal(type(e), "string")
    arguments[arguments.n + 1] = t.expect(nil, 0)
    t.error(function() operation(table.unpack(arguments, 1, arguments.n + 1)) end, position .. pattern)
  end
  both("bad argument #1 to 'tcp_connect'", tcp.connect)
  both("bad argument #1 to 'tcp_connect'", tcp.connect, {}, 80)
  both("bad argument #2 to 'tcp_connect'", tcp.connect, "127.0.0.1")
  both("bad argument #2 to 'tcp_connect'", tcp.connect, "127.0.0.1", "http")
  both("bad argument #2 to 'tcp_connect'", tcp.connect, "127.0.0.1", 65536)
  both("bad argument #2 to 'tcp_connect'", tcp.connect, "127.0.0.1", -1)
  both("bad argument #1 to 'tcp_write'", tcp.write, "x", "data")
  both("bad argument #2 to 'tcp_write'", tcp.write, 1)
  both("bad argument #2 to 'tcp_write'", tcp.write, 1, {})
  both("bad argument #1 to 'tcp_read'", tcp.read)
  both("bad argument #2 to 'tcp_read'", tcp.read, 1)
  both("bad argument #2 to 'tcp_read_until'", tcp.read_until, 1)
  both("bad argument #2 to 'tcp_read_until'", tcp.read_until, 1, "", 10)
  both("bad argument #3 to 'tcp_read_until'", tcp.read_until, 1, ";", -1)
  both("bad argument #1 to 'tcp_close'", tcp.close, nil)
  both("bad argument #2 to 'tcp_set_timeout'", tcp.set_timeout, 1, "soon")
end)

test.case("surplus arguments are ignored", function(t)
  local id, far <close> = link.numbered()
  t.same({ tcp.write(id, "x", 1, 2, 3) }, { true, 1, "Sent 1 bytes" })
  t.ok(tcp.close(id, "more"))
end)

-- ---------------------------------------------------------------- life of the process

test.case("an open idle connection does not keep the program alive", function(t)
  local server <close>, port = link.listen()
  local acceptor = task.spawn(function() return server:accept_one(20) end)
  local output, status = link.run(
    ("_PY.tcp_connect('127.0.0.1', %d, function(ok) print(ok, _PY.has_active_network_operations()) end)"):format(port))
  t.same({ output, status }, { "true\ttrue\n", 0 })
  acceptor:join():close()
end)

test.case("has_active_network_operations tells of connections and operations", function(t)
  local output = link.run([[
    print(_PY.has_active_network_operations())
    local net = require("net")
    local server = net.listen{port = 0}
    local _, port = server:address()
    local ok, id = _PY.tcp_connect("127.0.0.1", port)
    print(_PY.has_active_network_operations())
    _PY.tcp_close(id)
    print(_PY.has_active_network_operations())
  ]])
  t.equal(output, "false\ntrue\nfalse\n")
end)
