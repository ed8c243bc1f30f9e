-- SPDX-License-Identifier: MIT
-- UDP: _PY.udp_* by waiting and by callback, and net.udp.
local net = require "net"
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local udp = {}
for _, name in ipairs { "connect", "bind", "write", "read", "send_to", "receive", "close" } do
  udp[name] = _PY["udp_" .. name]
end

-- A bound socket: its id and its port.
local function server(host)
  local ok, id, message = udp.bind(host or "127.0.0.1", 0)
  assert(ok, message)
  local _, port = _PY.udp_local_address(id)
  return id, port
end

-- A port where nobody receives.
local function closed_port()
  local id, port = server()
  udp.close(id)
  return port
end

-- ---------------------------------------------------------------- opening and closing

test.styles("a connection gives true, its id and a message", function(t, call)
  local far, port = server()

  local result = table.pack(call(udp.connect, "127.0.0.1", port))

  t.same(result, { true, result[2], "UDP connected (conn_id=" .. result[2] .. ")", n = 3 })
  t.equal(math.type(result[2]), "integer")
  t.same({ call(udp.close, result[2]) }, { true, "Connection " .. result[2] .. " closed" })
  t.same({ call(udp.close, result[2]) }, { false, "Connection " .. result[2] .. " not found" })
  udp.close(far)
end)

test.styles("an unknown name gives a connect error", function(t, call)
  local result = table.pack(call(udp.connect, "nosuch.invalid", 9))

  t.same({ result[1], result[2], result.n }, { false, nil, 3 })
  t.match(result[3], "^UDP connect error: ")
end)

test.styles("a bound socket tells its address", function(t, call)
  local ok, id, message = call(udp.bind, "127.0.0.1", 0)

  local ip, port = _PY.udp_local_address(id)

  t.same({ ok, message, ip }, { true, "UDP bound to 127.0.0.1:" .. port, "127.0.0.1" })
  call(udp.close, id)
  t.same(table.pack(_PY.udp_local_address(id)), { nil, nil, n = 2 })
end)

test.styles("an address in use gives a bind error", function(t, call)
  local id, port = server()

  t.same(table.pack(call(udp.bind, "127.0.0.1", port)), { false, nil, "UDP bind error: Address already in use", n = 3 })

  udp.close(id)
end)

test.case("ids come from the sequence of all connections", function(t)
  local tcp, far <close> = link.numbered()
  local id = server()
  t.ok(id > tcp)
  t.same({ _PY.tcp_close(id) }, { false, "Connection " .. id .. " not found" })
  t.same({ udp.close(tcp) }, { false, "Connection " .. tcp .. " not found" })
  _PY.tcp_close(tcp)
  udp.close(id)
end)

test.case("the callback form returns nothing and calls later", function(t)
  local called = 0
  t.equal(select("#", udp.bind("127.0.0.1", 0, function(_, id)
    called = called + 1
    udp.close(id)
  end)), 0)
  t.equal(called, 0)
  link.await(function() return called == 1 end)
end)

test.case("an open socket is an active network operation", function(t)
  local before = _PY.has_active_network_operations()
  local id = server()
  t.same({ before, _PY.has_active_network_operations() }, { false, true })
  udp.close(id)
end)

-- ---------------------------------------------------------------- writing and reading

test.styles("a write gives the count of bytes and the address as it was given", function(t, call)
  local far, port = server()
  local _, id = udp.connect("127.0.0.1", port)

  t.same({ call(udp.write, id, "hello", "127.0.0.1", port) }, { true, 5, "Sent 5 bytes to 127.0.0.1:" .. port })
  t.same({ call(udp.write, id, 42, "localhost", port) }, { true, 2, "Sent 2 bytes to localhost:" .. port })

  local _, own = _PY.udp_local_address(id)
  t.same({ call(udp.read, far, 100) }, { true, "hello", "Received 5 bytes from 127.0.0.1:" .. own })
  t.same({ call(udp.read, far, 100) }, { true, "42", "Received 2 bytes from 127.0.0.1:" .. own })
  call(udp.close, id)
  call(udp.close, far)
end)

test.styles("a connected socket writes to its peer only", function(t, call)
  local far, port = server()
  local _, id = udp.connect("127.0.0.1", port)

  local ok, count, message = call(udp.write, id, "x", "127.0.0.1", port ~ 1)

  t.same({ ok, count }, { false, nil })
  t.match(message, "^UDP write error: ")
  udp.close(id)
  udp.close(far)
end)

test.styles("datagrams wait for a read, in their order and each for itself", function(t, call)
  local far, port = server()
  local sender = server()
  for i = 1, 5 do udp.write(sender, "datagram " .. i, "127.0.0.1", port) end
  task.sleep(0.01)

  for i = 1, 5 do t.equal(select(2, call(udp.read, far, 100)), "datagram " .. i) end

  udp.close(far)
  udp.close(sender)
end)

test.styles("a read cuts a datagram to its limit", function(t, call)
  local far, port = server()
  local sender = server()
  udp.write(sender, "0123456789", "127.0.0.1", port)
  udp.write(sender, "next", "127.0.0.1", port)

  local ok, data, message = call(udp.read, far, 4)
  t.same({ ok, data }, { true, "0123" })
  t.match(message, "^Received 4 bytes from ")
  t.equal(select(2, call(udp.read, far, 100)), "next")

  udp.close(far)
  udp.close(sender)
end)

test.styles("all bytes pass, and so does an empty datagram", function(t, call)
  local far, port = server()
  local sender = server()

  t.ok(call(udp.write, sender, link.all_bytes(), "127.0.0.1", port))
  t.ok(call(udp.write, sender, "", "127.0.0.1", port))

  t.equal(select(2, call(udp.read, far, 1000)), link.all_bytes())
  t.equal(select(2, call(udp.read, far, 1000)), "")
  udp.close(far)
  udp.close(sender)
end)

test.styles("an unknown id is told by every function", function(t, call)
  local id = server()
  udp.close(id)
  local unknown = "UDP connection " .. id .. " not found"

  t.same(table.pack(call(udp.write, id, "x", "127.0.0.1", 9)), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(udp.read, id, 10)), { false, nil, unknown, n = 3 })
  t.same(table.pack(call(udp.send_to, id, "x", "127.0.0.1", 9)), { unknown, n = 1 })
  t.same(table.pack(call(udp.receive, id)), { nil, nil, nil, unknown, n = 4 })
end)

test.case("a read waits 5 s at most", function(t)
  local id = server()
  local begun = os.time()
  t.same(table.pack(udp.read(id, 10)), { false, nil, "UDP read timeout", n = 3 })
  local lasted = os.time() - begun
  t.ok(lasted >= 4 and lasted < 20, lasted)
  udp.close(id)
end)

test.styles("a close ends a pending read of another task", function(t, call)
  local id = server()
  local reader = task.spawn(function() return call(udp.read, id, 10) end)
  task.sleep(0.01)

  t.ok(call(udp.close, id))

  t.same(table.pack(reader:join()), { false, nil, "UDP connection " .. id .. " not found", n = 3 })
end)

test.styles("a refusal is told by the pending read, and by the next when none waits", function(t, call)
  local refused = closed_port()
  local _, id = udp.connect("127.0.0.1", refused)
  local waiting = task.spawn(function() return call(udp.read, id, 10) end)
  task.sleep(0.01)
  t.ok(call(udp.write, id, "x", "127.0.0.1", refused))
  t.same(table.pack(waiting:join()), { false, nil, "UDP read error: Connection refused", n = 3 })

  t.ok(call(udp.write, id, "x", "127.0.0.1", refused))
  t.same(table.pack(call(udp.read, id, 10)), { false, nil, "UDP read error: Connection refused", n = 3 })
  udp.close(id)
end)

test.styles("IPv6 addresses work", function(t, call)
  if not link.has_ipv6() then t.skip("no IPv6 here") end
  local far, port = server("::1")
  local _, id = call(udp.connect, "::1", port)

  t.ok(call(udp.write, id, "six", "::1", port))

  local _, data, message = call(udp.read, far, 10)
  local _, own = _PY.udp_local_address(id)
  t.same({ data, message }, { "six", "Received 3 bytes from [::1]:" .. own })
  udp.close(far)
  udp.close(id)
end)

-- ---------------------------------------------------------------- send_to and receive

test.styles("send_to and receive tell the other side's address", function(t, call)
  local far, port = server()
  local near, own = server()

  t.same(table.pack(call(udp.send_to, near, "ping", "127.0.0.1", port)), { nil, n = 1 })
  t.same(table.pack(call(udp.receive, far)), { "ping", "127.0.0.1", own, nil, n = 4 })
  t.equal(call(udp.send_to, far, "pong", "localhost", own), nil)
  t.equal(call(udp.receive, near), "pong")

  udp.close(far)
  udp.close(near)
end)

test.styles("receive takes a limit of time", function(t, call)
  local id = server()
  t.same(table.pack(call(udp.receive, id, 0.01)), { nil, nil, nil, "UDP read timeout", n = 4 })
  t.same(table.pack(call(udp.receive, id, 0)), { nil, nil, nil, "UDP read timeout", n = 4 })
  udp.close(id)
end)

test.styles("a failing send gives a message", function(t, call)
  local id = server()
  t.match(call(udp.send_to, id, ("x"):rep(70000), "127.0.0.1", 9), "^UDP write error: ")
  t.match(call(udp.send_to, id, "x", "nosuch.invalid", 9), "^UDP write error: ")
  udp.close(id)
end)

test.case("a socket without an address opens at once and answers find it", function(t)
  local far, port = server()
  local ok, id = _PY.udp_open()
  t.ok(ok)
  udp.send_to(id, "question", "127.0.0.1", port)
  local _, ip, from = udp.receive(far)
  udp.send_to(far, "answer", ip, from)
  t.equal(udp.receive(id), "answer")
  udp.close(id)
  udp.close(far)
end)

test.case("misuse is raised at the call", function(t)
  local id = server()
  t.error(udp.connect, "bad argument #2 to 'udp_connect'", "127.0.0.1")
  t.error(udp.connect, "bad argument #2 to 'udp_connect'", "127.0.0.1", 70000)
  t.error(udp.write, "bad argument #3 to 'udp_write'", id, "x")
  t.error(udp.read, "bad argument #2 to 'udp_read'", id, -1)
  t.error(udp.write, "bad argument #2 to 'udp_write'", id, {}, "127.0.0.1", 9, print)
  udp.close(id)
end)

test.case("a socket keeps the program alive only while something waits", function(t)
  local output, status = link.run [[
    local _, id = _PY.udp_bind("127.0.0.1", 0)
    local _, other = _PY.udp_bind("127.0.0.1", 0)
    local _, port = _PY.udp_local_address(id)
    _PY.udp_receive(id, function(data) print(data) end)
    setTimeout(function() _PY.udp_send_to(other, "the end", "127.0.0.1", port) end, 20)
  ]]
  t.same({ output, status }, { "the end\n", 0 })
end)

-- ---------------------------------------------------------------- the module net

test.case("net.udp gives an object", function(t)
  local a <close> = assert(net.udp { port = 0 })
  local b <close> = assert(net.udp { host = "127.0.0.1" })
  local _, port = b:local_address()

  t.equal(a:send_to("hello", "127.0.0.1", port), 5)

  local data, host, from = b:receive()
  local own_host, own = a:local_address()
  t.same({ data, host, from }, { "hello", own_host, own })
  t.match(a, "^net.datagram_socket %(127.0.0.1:%d+%)$")
  b:send_to("abcdef", host, from)
  t.equal(a:receive(3), "abc")
end)

test.case("net.udp with a peer sends and receives without addresses", function(t)
  local server <close> = assert(net.udp { port = 0 })
  local host, port = server:local_address()
  local client <close> = assert(net.udp { peer_host = host, peer_port = port })
  t.equal(client:send("x"), 1)
  local _, from_host, from = server:receive()
  server:send_to("y", from_host, from)
  t.equal(client:receive(), "y")
  t.equal(select(2, server:send("nobody")).code, "EDESTADDRREQ")
  t.equal(select(2, client:send_to("x", host, port ~ 1)).code, "EISCONN")
end)

test.case("failures of net.udp are nil and an error object", function(t)
  local first <close> = assert(net.udp { port = 0 })
  local _, port = first:local_address()
  local none, err = net.udp { port = port }
  t.same({ none, err.code, err.operation }, { nil, "EADDRINUSE", "bind" })
  none, err = net.udp { host = "nosuch.invalid", port = 0 }
  t.same({ none, err.operation }, { nil, "resolve" })
  t.error(net.udp, "bad argument #1 to 'udp' %(field 'peer_port' expected", { peer_host = "localhost" })
  t.error(net.udp, "bad argument #1 to 'udp' %(field 'port'", { port = 70000 })
end)

test.case("a timeout, a close and a cancel end a receive", function(t)
  local socket <close> = assert(net.udp { port = 0 })
  local host, port = socket:local_address()
  socket:set_timeout(0.01)
  t.equal(select(2, socket:receive()).code, "timeout")
  socket:set_timeout(nil)
  t.error(socket.set_timeout, "bad argument #2 to 'set_timeout'", socket, -1)

  local waiting = task.spawn(function() return socket:receive() end)
  task.yield()
  waiting:cancel()
  t.equal(select(2, waiting:join()).code, "cancelled")
  socket:send_to("kept", host, port)
  t.equal(socket:receive(), "kept")

  waiting = task.spawn(function() return socket:receive() end)
  task.yield()
  socket:close()
  t.equal(select(2, waiting:join()).code, "closed")
  t.match(socket, "closed")
  t.same(table.pack(socket:local_address()), { "", 0, n = 2 })
end)

test.case("many tasks share a socket", function(t)
  local server <close> = assert(net.udp { port = 0 })
  local host, port = server:local_address()
  local answers = {}
  local workers = {}
  for i = 1, 4 do
    workers[i] = task.spawn(function()
      while true do
        local data, from_host, from = server:receive()
        if not data then return end
        task.sleep(0.001)
        server:send_to("answer to " .. data, from_host, from)
      end
    end)
  end
  local clients = {}
  for i = 1, 20 do
    clients[i] = task.spawn(function()
      local socket <close> = assert(net.udp { peer_host = host, peer_port = port })
      socket:set_timeout(5)
      assert(socket:send("question " .. i))
      answers[i] = assert(socket:receive())
    end)
  end
  for _, each in ipairs(clients) do each:join() end
  server:close()
  for _, each in ipairs(workers) do each:join() end
  for i = 1, 20 do t.equal(answers[i], "answer to question " .. i) end
end)
