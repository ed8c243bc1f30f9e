-- SPDX-License-Identifier: MIT
-- Module net: opening connections, names, errors.
local net = require "net"
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

test.case("errors are objects that read as sentences", function(t)
  local port = link.closed_port()
  local conn, err = net.connect { host = "127.0.0.1", port = port }
  t.equal(conn, nil)
  t.same({ err.code, err.operation, err.address, err.category },
    { "ECONNREFUSED", "connect", "127.0.0.1:" .. port, "system" })
  t.equal(tostring(err), "connect 127.0.0.1:" .. port .. ": Connection refused")
  t.equal("got: " .. err, "got: " .. tostring(err))
  t.equal(err .. "!", tostring(err) .. "!")
  t.equal(t.error(function() assert(nil, err) end), err)
end)

test.case("an unknown name is an error of the lookup", function(t)
  local conn, err = net.connect { host = "nosuch.invalid", port = 80 }
  t.equal(conn, nil)
  t.same({ err.operation, err.address, err.category }, { "resolve", "nosuch.invalid", "resolve" })
  t.match(err, "^resolve nosuch%.invalid: ")
end)

test.case("a name with a zero byte is unknown", function(t)
  local server <close>, port = link.listen()
  local conn, err = net.connect { host = "localhost\0.evil", port = port }
  t.equal(conn, nil)
  t.equal(err.operation, "resolve")
end)

test.case("many lookups of unknown names do not hold up a known one", function(t)
  local server <close>, port = link.listen()
  local failing = {}
  for i = 1, 40 do
    failing[i] = task.spawn(function() return net.connect { host = "nosuch" .. i .. ".invalid", port = 1 } end)
  end
  assert(net.connect { host = "localhost", port = port, timeout = 10 }):close()
  for i = 1, 40 do
    failing[i]:cancel()
    local conn, err = failing[i]:join()
    t.equal(conn, nil)
    t.ok(err.operation == "resolve" or err.code == "cancelled", err)
  end
end)

test.case("a connect limit is told as a timeout", function(t)
  -- A listener whose queue is full does not answer further requests.
  local server <close> = assert(net.listen { port = 0, backlog = 0 })
  local _, port = server:address()
  local open = {}
  local err
  for i = 1, 5 do
    open[i], err = net.connect { host = "127.0.0.1", port = port, timeout = 0.05 }
    if err then break end
  end
  t.ok(err, "no connect was held up")
  t.equal(err.code, "timeout")
  t.equal(err.operation, "connect")
  for _, c in pairs(open) do c:close() end
end)

test.case("addresses tell both ends", function(t)
  local near, far = link.pair()
  t.same({ near:local_address() }, { far:remote_address() })
  t.same({ near:remote_address() }, { far:local_address() })
  t.match(tostring(near), "^net%.connection %(127%.0%.0%.1:%d+%)$")
  near:close()
  far:close()
end)

test.case("misuse of connect is raised at the call", function(t)
  t.error(function() net.connect() end, "^[^:]+:%d+: bad argument #1 to 'connect'")
  t.error(function() net.connect { port = 1 } end, "^[^:]+:%d+: bad argument #1 to 'connect' %(field 'host'")
  t.error(function() net.connect { host = "a", port = 65536 } end, "field 'port'")
  t.error(function() net.connect({ host = "a", port = -1 }, t.expect(nil, 0)) end, "field 'port'")
end)
