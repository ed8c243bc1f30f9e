-- SPDX-License-Identifier: MIT
-- Module net: timeouts, many tasks on one connection, cancellation.
local net = require "net"
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

-- ---------------------------------------------------------------- timeouts

test.case("a read times out and the connection goes on, without loss", function(t)
  local near, far = link.pair()
  far:set_timeout(0.005)
  for _, format in ipairs { { "l" }, { 100 }, { "a" }, { "until", ";" } } do
    near:write("x")
    local data, err = far:read(table.unpack(format))
    t.equal(data, nil)
    t.equal(err.code, "timeout")
  end
  far:set_timeout(nil)
  near:write("\n")
  t.equal(far:read(), "xxxx")
  near:close()
  far:close()
end)

test.case("a timeout of zero takes what is there, of any size", function(t)
  local near, far = link.pair()
  far:set_timeout(0)
  t.equal(select(2, far:read("some")).code, "timeout")
  near:write(("x"):rep(100000), "\n")
  local line
  link.await(function()
    line = far:read()
    return line
  end)
  t.equal(#line, 100000)
  near:close()
  link.await(function() return select(2, far:read("some")).code == "eof" end)
  far:close()
end)

test.case("a timeout of zero does not push in before a task that waits", function(t)
  local near, far = link.pair()
  local reader = task.spawn(function() return far:read() end)
  task.yield()
  near:write("for the first\n")
  far:set_timeout(0)
  t.equal(select(2, far:read("some")).code, "timeout")
  t.equal(reader:join(), "for the first")
  near:close()
  far:close()
end)

test.case("a read that gives up leaves its part to the next in the queue", function(t)
  local near, far = link.pair()
  far:set_timeout(0.02)
  local line = task.spawn(function() return select(2, far:read("l")).code end)
  task.yield()
  far:set_timeout(nil)
  local some = task.spawn(function() return far:read("some") end)
  task.yield()
  near:write("no end")
  t.equal(line:join(), "timeout")
  t.equal(some:join(), "no end")
  near:close()
  far:close()
end)

test.case("a peer that never answers does not keep a read for ever", function(t)
  local server <close>, port = link.listen()
  local near <close> = assert(net.connect { host = "127.0.0.1", port = port })
  near:set_timeout(0.02)
  t.equal(select(2, near:read()).code, "timeout")
end)

-- ---------------------------------------------------------------- many tasks

test.case("many readers of one connection are served in order", function(t)
  local near, far = link.pair()
  local order, readers = {}, {}
  for i = 1, 50 do
    readers[i] = task.spawn(function()
      for _ = 1, 4 do
        local number = tonumber(far:read())
        order[#order + 1] = number
        task.yield()
      end
    end)
  end
  for i = 1, 200 do near:write(i, "\n") end
  for i = 1, 50 do readers[i]:join() end
  local sorted = {}
  for i = 1, 200 do sorted[i] = i end
  t.same(order, sorted)
  near:close()
  far:close()
end)

test.case("many writers of one connection do not mix", function(t)
  local near, far = link.pair()
  local size, writers = 300000, {}
  for i = 1, 20 do
    writers[i] = task.spawn(function() return near:write(string.char(64 + i):rep(size), "\n") end)
  end
  local seen = {}
  for _ = 1, 20 do
    local line = far:read()
    t.equal(line, line:sub(1, 1):rep(size))
    seen[#seen + 1] = line:sub(1, 1)
  end
  t.equal(table.concat(seen), "ABCDEFGHIJKLMNOPQRST")
  for i = 1, 20 do t.equal(writers[i]:join(), size + 1) end
  near:close()
  far:close()
end)

-- ---------------------------------------------------------------- cancellation

test.case("a cancelled read leaves the connection and the data to others", function(t)
  local near, far = link.pair()
  local first = task.spawn(function() far:read() end)
  local second = task.spawn(function() return far:read() end)
  task.yield()
  near:write("half ")
  task.sleep(0.005)
  t.equal(first:cancel(), true)
  t.equal(select(2, first:join()).code, "cancelled")
  near:write("line\n")
  t.equal(second:join(), "half line")
  t.equal(far:write("ok"), 2)
  near:close()
  far:close()
end)

test.case("a cancelled write leaves the connection to others", function(t)
  local near, far = link.pair()
  local big = task.spawn(function() near:write(("x"):rep(32 * 1024 * 1024)) end)
  local small = task.spawn(function() return near:write("the end") end)
  task.sleep(0.01)
  big:cancel()
  t.equal(select(2, big:join()).code, "cancelled")
  local reader = task.spawn(function() return far:read("a") end)
  t.equal(small:join(), 7)
  near:close()
  t.match(reader:join(), "xthe end$")
  far:close()
end)

test.case("a cancelled connect or lookup ends at once", function(t)
  local server <close>, port = link.listen()
  for _, host in ipairs { "127.0.0.1", "localhost", "nosuch.invalid" } do
    for turns = 0, 3 do
      local connecting = task.spawn(function() return net.connect { host = host, port = port, timeout = 5 } end)
      for _ = 1, turns do task.yield() end
      if connecting:cancel() then t.equal(select(2, connecting:join()).code, "cancelled") end
    end
  end
  assert(net.connect { host = "127.0.0.1", port = port }):close()
end)

test.case("coroutine.close ends the wait inside it", function(t)
  local near, far = link.pair()
  local generator = coroutine.create(function() return far:read() end)
  local outer = task.spawn(function() return coroutine.resume(generator) end)
  task.sleep(0.002)
  t.equal(coroutine.close(generator), true)
  t.equal((outer:join()), false)
  near:write("next\n")
  t.equal(far:read(), "next")
  near:close()
  far:close()
end)
