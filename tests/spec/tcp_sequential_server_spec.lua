-- SPDX-License-Identifier: MIT
-- tcp_server_create_sync and its relatives: the server that accepts one client at a time, with tables as replies.
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local create, accept, close = _PY.tcp_server_create_sync, _PY.tcp_server_accept_sync, _PY.tcp_server_close_sync
local connect = _PY.tcp_connect_to_sync_server
local write, read, close_client = _PY.tcp_write_sync_client, _PY.tcp_read_sync_client, _PY.tcp_close_sync_client

-- A free port: the functions here do not tell which one the system chose.
local function serve(call)
  for _ = 1, 20 do
    local port = link.closed_port()
    local ok, id = pcall(call, create, "127.0.0.1", port)
    if ok then return id, port end
  end
  error("no port is free")
end

local function direct(operation, ...) return operation(...) end

test.styles("a server accepts a client and both talk", function(t, call)
  local server, port = serve(call)
  t.equal(math.type(server), "integer")
  local near = call(connect, "127.0.0.1", port)
  t.same({ near.success, near.message }, { true, "Connected to sync server" })
  local far = call(accept, server, 5)
  t.equal(far.success, true)
  t.match(far.message, "^Accepted from 127%.0%.0%.1:%d+$")
  local bytes = link.all_bytes()

  t.same(call(write, near.client_id, bytes), { success = true, bytes_written = 512, message = "Success" })
  local data = ""
  while #data < 512 do
    local reply = call(read, far.client_id)
    t.same({ reply.success, reply.message }, { true, "Success" })
    data = data .. reply.data
  end

  t.equal(data, bytes)
  t.equal(call(close_client, near.client_id), true)
  t.same(call(read, far.client_id), { success = false, message = "Connection closed" })
  t.equal(call(close_client, far.client_id), true)
  t.equal(call(close_client, far.client_id), false)
  t.equal(call(close, server), true)
  t.equal(call(close, server), false)
end)

test.case("replies are plain tables", function(t)
  local reply = write(999999, "x")
  t.equal(type(reply), "table")
  t.same(reply, { success = false, message = "Client not found" })
  t.equal(reply.anything, nil)
end)

test.styles("a server that cannot be made raises a string with the caller's position", function(t, call)
  local server <close>, port = link.listen()
  if call ~= test.await then
    local e = t.error(function() create("127.0.0.1", port) end, "^[^:]+:%d+: .*Address already in use")
    t.equal(type(e), "string")
  end
end)

test.styles("accepting times out", function(t, call)
  local server = serve(call)
  t.same(call(accept, server, 0.01), { success = false, message = "Accept timeout" })
  t.same(call(accept, server, 0), { success = false, message = "Accept timeout" })
  call(close, server)
end)

test.styles("accepting without waiting takes a client that is there", function(t, call)
  local server, port = serve(call)
  local near = call(connect, "127.0.0.1", port)
  local far = call(accept, server, 0)
  t.equal(far.success, true)
  call(close_client, near.client_id)
  call(close_client, far.client_id)
  call(close, server)
end)

test.styles("an unknown server is told", function(t, call)
  t.same(call(accept, 999999, 1), { success = false, message = "Server not found" })
  t.equal(call(close, 999999), false)
end)

test.styles("closing the server ends a pending accept", function(t, call)
  local server = serve(call)
  local waiting = task.spawn(function() return call(accept, server) end)
  task.sleep(0.01)

  t.equal(call(close, server), true)

  t.same(waiting:join(), { success = false, message = "Server not found" })
end)

test.styles("a refused connection gives the system's text", function(t, call)
  t.same(call(connect, "127.0.0.1", link.closed_port()), { success = false, message = "Connection refused" })
end)

test.styles("unknown clients are told", function(t, call)
  t.same(call(write, 999999, "x"), { success = false, message = "Client not found" })
  t.same(call(read, 999999), { success = false, message = "Client not found" })
  t.equal(call(close_client, 999999), false)
end)

test.styles("a read takes 1024 bytes unless told otherwise", function(t, call)
  local server, port = serve(call)
  local near = call(connect, "127.0.0.1", port)
  local far = call(accept, server)
  call(write, near.client_id, ("x"):rep(3000))

  t.equal(#call(read, far.client_id).data, 1024)
  t.equal(#call(read, far.client_id, 100).data, 100)

  for _, id in ipairs { near.client_id, far.client_id } do call(close_client, id) end
  call(close, server)
end)

test.case("a connected client has a limit of 10 seconds", function(t)
  local server, port = serve(direct)
  local near = connect("127.0.0.1", port)
  t.same({ _PY.tcp_get_timeout_sync(near.client_id) },
    { true, 10, "Current timeout: 10 seconds for connection " .. near.client_id })
  close_client(near.client_id)
  close(server)
end)

test.case("all families share one space of ids", function(t)
  local server, port = serve(direct)
  local near = connect("127.0.0.1", port)
  local far = accept(server)
  t.ok(server < near.client_id and near.client_id < far.client_id)

  t.same({ _PY.tcp_write_sync(near.client_id, "line\n") }, { true, 5, "Sent 5 bytes" })
  t.same({ _PY.tcp_read_sync(far.client_id, "*l") }, { true, "line", "Received line (4 chars)" })
  t.same({ _PY.tcp_close_sync(far.client_id) }, { true, "Connection " .. far.client_id .. " closed" })
  t.same(read(near.client_id), { success = false, message = "Connection closed" })
  close_client(near.client_id)
  close(server)
end)

test.case("a client accepted over IPv6 shows its address in brackets", function(t)
  if not link.has_ipv6() then t.skip("no IPv6 here") end
  local port
  do
    local free <close>, chosen = link.listen("::1")
    port = chosen
  end
  local server = create("::1", port)
  local near = connect("::1", port)
  local far = accept(server)
  t.match(far.message, "^Accepted from %[::1%]:%d+$")
  close_client(near.client_id)
  close_client(far.client_id)
  close(server)
end)

test.case("misuse is raised at the call", function(t)
  t.error(function() create("127.0.0.1") end, "^[^:]+:%d+: bad argument #2 to 'tcp_server_create_sync'")
  t.error(function() create("127.0.0.1", 99999) end, "^[^:]+:%d+: bad argument #2 to 'tcp_server_create_sync'")
  t.error(function() accept("x") end, "^[^:]+:%d+: bad argument #1 to 'tcp_server_accept_sync'")
  t.error(function() connect("127.0.0.1", {}) end, "^[^:]+:%d+: bad argument #2 to 'tcp_connect_to_sync_server'")
  t.error(function() read(1, -1) end, "^[^:]+:%d+: bad argument #2 to 'tcp_read_sync_client'")
  t.error(function() read(1, -1, t.expect(nil, 0)) end, "^[^:]+:%d+: bad argument #2 to 'tcp_read_sync_client'")
  t.error(function() write(1, {}) end, "^[^:]+:%d+: bad argument #2 to 'tcp_write_sync_client'")
end)

test.case("an idle sequential server does not keep the program alive", function(t)
  local output, status = link.run([[
    local ok, id = pcall(_PY.tcp_server_create_sync, "127.0.0.1", 0)
    print(ok)
  ]])
  t.same({ output, status }, { "true\n", 0 })
end)
