-- SPDX-License-Identifier: MIT
-- The functions with _sync: full tuples, their own patterns and messages. They suspend the calling task only.
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local tcp = {}
for _, name in ipairs { "connect", "write", "read", "read_until", "close", "set_timeout", "get_timeout" } do
  tcp[name] = _PY["tcp_" .. name .. "_sync"]
end

test.styles("connect, write, read and close give full tuples", function(t, call)
  local server <close>, port = link.listen()
  local ok, id, message = call(tcp.connect, "127.0.0.1", port)
  t.same({ ok, message }, { true, "Connected to 127.0.0.1:" .. port })
  local far <close> = server:accept_one(5)

  t.same(table.pack(call(tcp.write, id, "ping\n")), { true, 5, "Sent 5 bytes", n = 3 })
  t.equal(far:read(), "ping")
  far:write("pong")
  t.same(table.pack(call(tcp.read, id, 100)), { true, "pong", "Received 4 bytes", n = 3 })
  t.same(table.pack(call(tcp.close, id)), { true, "Connection " .. id .. " closed", n = 2 })
  t.same(table.pack(call(tcp.close, id)), { false, "Connection " .. id .. " not found", n = 2 })
end)

test.styles("a refused connection gives a failure tuple", function(t, call)
  t.same(table.pack(call(tcp.connect, "127.0.0.1", link.closed_port())),
    { false, nil, "TCP connect error: Connection refused", n = 3 })
end)

test.styles("every function knows an unknown id", function(t, call)
  local unknown = "TCP connection 999999 not found"
  t.same(table.pack(call(tcp.write, 999999, "x")), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(tcp.read, 999999, "*l")), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(tcp.read, 999999, "bogus")), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(tcp.read_until, 999999, "\n")), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(tcp.set_timeout, 999999, 1)), { false, unknown, n = 2 })
  t.same(table.pack(call(tcp.get_timeout, 999999)), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(tcp.close, 999999)), { false, "Connection 999999 not found", n = 2 })
end)

test.case("the connect limit does not become the limit of reads", function(t)
  local id, far <close> = link.numbered()
  t.same(table.pack(tcp.get_timeout(id)), { true, nil, "Socket is in blocking mode for connection " .. id, n = 3 })
  tcp.close(id)
end)

test.styles("a connect limit may be given", function(t, call)
  local server <close>, port = link.listen()
  local ok, id = call(tcp.connect, "127.0.0.1", port, 2.5)
  t.ok(ok)
  call(tcp.close, id)
end)

test.styles("IPv6 is no obstacle", function(t, call)
  if not link.has_ipv6() then t.skip("no IPv6 here") end
  local server <close>, port = link.listen("::1")
  local ok, id, message = call(tcp.connect, "::1", tostring(port))
  t.same({ ok, message }, { true, "Connected to ::1:" .. port })
  call(tcp.close, id)
end)

-- ---------------------------------------------------------------- patterns

test.styles("*a reads to the end of the stream", function(t, call)
  local id, far = link.numbered()
  local bytes = link.all_bytes()
  far:write(bytes)
  far:close()

  t.same(table.pack(call(tcp.read, id, "*a")), { true, bytes, "Received 512 bytes (all data)", n = 3 })
  t.same(table.pack(call(tcp.read, id, "*a")), { false, nil, "Connection closed by peer", n = 3 })
  t.same(table.pack(call(tcp.read, id, "*a")), { false, nil, "TCP connection " .. id .. " not found", n = 3 })
  t.same({ call(tcp.close, id) }, { true, "Connection " .. id .. " closed" })
end)

test.styles("*l gives a line without newline and without any carriage return", function(t, call)
  local id, far <close> = link.numbered()
  far:write("a\rb\r\n\n\0\xff\n")

  t.same({ call(tcp.read, id, "*l") }, { true, "ab", "Received line (2 chars)" })
  t.same({ call(tcp.read, id, "*l") }, { true, "", "Received line (0 chars)" })
  t.same({ call(tcp.read, id, "*l") }, { true, "\0\xff", "Received line (2 chars)" })
  call(tcp.close, id)
end)

test.styles("*l gives the last line without newline, then the end", function(t, call)
  local id, far = link.numbered()
  far:write("partial")
  far:close()

  t.same({ call(tcp.read, id, "*l") }, { true, "partial", "Received line (7 chars)" })
  t.same(table.pack(call(tcp.read, id, "*l")), { false, nil, "Connection closed by peer", n = 3 })
  t.ok(call(tcp.close, id))
end)

test.styles("a number gives what comes first, truncated to an integer", function(t, call)
  local id, far <close> = link.numbered()
  far:write("abcdef")

  t.same({ call(tcp.read, id, 2.9) }, { true, "ab", "Received 2 bytes" })
  t.same({ call(tcp.read, id, 0) }, { true, "", "Received 0 bytes" })
  t.same({ call(tcp.read, id, "3") }, { true, "cde", "Received 3 bytes" })
  t.same({ call(tcp.read, id, 1000) }, { true, "f", "Received 1 bytes" })
  call(tcp.close, id)
end)

test.styles("anything else is an invalid pattern and keeps the connection", function(t, call)
  local id, far <close> = link.numbered()
  local function invalid(pattern, shown)
    t.same(table.pack(call(tcp.read, id, pattern)),
      { false, nil, "Invalid pattern: " .. shown .. ". Use '*a', '*l', or a number", n = 3 })
  end
  invalid(nil, "nil")
  invalid("l", "l")
  invalid("", "")
  invalid("*n", "*n")
  invalid({}, "table")
  invalid(true, "boolean")
  invalid(-5, "-5")
  invalid(0 / 0, tostring(0 / 0))
  t.same({ call(tcp.write, id, "x") }, { true, 1, "Sent 1 bytes" })
  call(tcp.close, id)
end)

test.case("an invalid pattern is told at once while another task reads", function(t)
  local id, far <close> = link.numbered()
  local reader = task.spawn(function() return tcp.read(id, "*l") end)
  task.yield()

  local ok, data, message = tcp.read(id, "bogus")

  t.same({ ok, data }, { false, nil })
  t.match(message, "^Invalid pattern: bogus")
  far:write("line\n")
  t.same({ reader:join() }, { true, "line", "Received line (4 chars)" })
  tcp.close(id)
end)

-- ---------------------------------------------------------------- lack of data

test.styles("a timeout is true, an empty string and a message", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0.01)
  for _, pattern in ipairs { "*a", "*l", 10 } do
    t.same(table.pack(call(tcp.read, id, pattern)), { true, "", "No data available (non-blocking socket)", n = 3 })
  end
  t.same(table.pack(call(tcp.read_until, id, "\n")), { true, "", "No data available (non-blocking socket)", n = 3 })
  call(tcp.close, id)
end)

test.styles("would block is told alike by all reads", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0)
  for _, pattern in ipairs { "*a", "*l", 10 } do
    t.same(table.pack(call(tcp.read, id, pattern)), { true, "", "No data available (would block)", n = 3 })
  end
  t.same(table.pack(call(tcp.read_until, id, "\n")), { true, "", "No data available (would block)", n = 3 })
  call(tcp.close, id)
end)

test.styles("a non-blocking connection gets what has come", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0)
  far:write("a line\nrest;")
  local line
  link.await(function()
    local _, data = call(tcp.read, id, "*l")
    line = data
    return data ~= ""
  end)

  t.equal(line, "a line")
  t.same({ call(tcp.read_until, id, ";") }, { true, "rest;", "Received 5 bytes (delimiter found)" })
  far:close()
  link.await(function()
    local ok, _, message = call(tcp.read, id, 10)
    return not ok and message == "Connection closed by peer"
  end)
  t.ok(call(tcp.close, id))
end)

test.styles("no part of the data is lost by timeouts", function(t, call)
  local id, far <close> = link.numbered()
  call(tcp.set_timeout, id, 0.01)
  far:write("abc")
  local empty = { true, "", "No data available (non-blocking socket)" }
  t.same({ call(tcp.read, id, "*l") }, empty)
  t.same({ call(tcp.read_until, id, ";") }, empty)
  t.same({ call(tcp.read, id, "*a") }, empty)
  t.same({ call(tcp.read, id, 1) }, { true, "a", "Received 1 bytes" })
  t.same({ call(tcp.read, id, "*a") }, empty)

  far:write("def")
  far:close()
  call(tcp.set_timeout, id, 5)

  t.same({ call(tcp.read, id, "*a") }, { true, "bcdef", "Received 5 bytes (all data)" })
  call(tcp.close, id)
end)

test.case("a read that is satisfied by what another one left is not forgotten", function(t)
  local id, far <close> = link.numbered()
  tcp.set_timeout(id, 0.03)
  local line = task.spawn(function() return tcp.read(id, "*l") end)
  task.yield()
  tcp.set_timeout(id, 10)
  local some = task.spawn(function() return tcp.read(id, 100) end)
  task.yield()

  far:write("no newline")

  t.same({ line:join() }, { true, "", "No data available (non-blocking socket)" })
  t.same({ some:join() }, { true, "no newline", "Received 10 bytes" })
  tcp.close(id)
end)

-- ---------------------------------------------------------------- it only suspends the caller

test.case("while one task waits in a sync function the others run", function(t)
  local id, far <close> = link.numbered()
  local ticks = 0
  local ticker = setInterval(function()
    ticks = ticks + 1
    if ticks == 5 then far:write("done\n") end
  end, 1)

  t.same({ tcp.read(id, "*l") }, { true, "done", "Received line (4 chars)" })

  t.ok(ticks >= 5)
  clearInterval(ticker)
  tcp.close(id)
end)

test.case("a sync function works inside pcall, coroutines and metamethods", function(t)
  local id, far <close> = link.numbered()
  far:write("one\ntwo\nthree\n")
  local function line() return (select(2, tcp.read(id, "*l"))) end

  t.same({ pcall(line) }, { true, "one" })
  t.equal(coroutine.wrap(line)(), "two")
  t.equal(setmetatable({}, { __index = line }).x, "three")
  tcp.close(id)
end)

test.case("misuse is raised with the position of the caller", function(t)
  t.equal(type(t.error(function() tcp.connect({}, 1) end, "^[^:]+:%d+: bad argument #1 to 'tcp_connect")), "string")
  t.error(function() tcp.read(1) end, "^[^:]+:%d+: bad argument #2 to 'tcp_read")
  t.error(function() tcp.write(1) end, "^[^:]+:%d+: bad argument #2 to 'tcp_write")
  t.error(function() tcp.read_until(1, "") end, "^[^:]+:%d+: bad argument #2 to 'tcp_read_until")
  t.error(function() tcp.close("x") end, "^[^:]+:%d+: bad argument #1 to 'tcp_close")
end)
