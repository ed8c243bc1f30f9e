-- SPDX-License-Identifier: MIT
-- Module net: reading, writing and the end of connections.
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local unpack = table.unpack

-- The methods as functions, for both styles.
local methods
do
  local near <close>, _ = link.pair()
  methods = { read = near.read, write = near.write }
end
local read, write = methods.read, methods.write

-- ---------------------------------------------------------------- formats

test.styles("a count gives exactly so many bytes", function(t, call)
  local near <close>, far = link.pair()
  near:write("abcdef")
  t.equal(call(read, far, 2), "ab")
  t.equal(call(read, far, 4), "cdef")
  t.equal(call(read, far, 0), "")
  far:close()
end)

test.styles("a count waits for the rest", function(t, call)
  local near, far = link.pair()
  local reader = task.spawn(function() return call(read, far, 6) end)
  for piece in ("abcdef"):gmatch(".") do
    near:write(piece)
    task.sleep(0.001)
  end
  t.equal(reader:join(), "abcdef")
  near:close()
  far:close()
end)

test.styles("at the end of the stream a count gives what is left, then eof", function(t, call)
  local near, far = link.pair()
  near:write("abc")
  near:close()
  t.equal(call(read, far, 10), "abc")
  local data, err = call(read, far, 10)
  t.equal(data, nil)
  t.equal(err.code, "eof")
  far:close()
end)

test.styles("lines come without their end, raw lines with it", function(t, call)
  local near, far = link.pair()
  near:write("one\ntwo\r\n\nfour\r\n\rfive\r\r\nsix")
  near:close()
  t.equal(call(read, far, "l"), "one")
  t.equal(call(read, far), "two")
  t.equal(call(read, far, "*l"), "")
  t.equal(call(read, far, "L"), "four\r\n")
  t.equal(call(read, far, "l"), "\rfive\r")
  t.equal(call(read, far, "L"), "six")
  t.equal(select(2, call(read, far, "l")).code, "eof")
  far:close()
end)

test.styles("all gives everything, also nothing, and does not end", function(t, call)
  local near, far = link.pair()
  near:write(link.all_bytes())
  near:close()
  t.equal(call(read, far, "a"), link.all_bytes())
  t.equal(call(read, far, "*a"), "")
  t.equal(select(2, call(read, far, "some")).code, "eof")
  far:close()
end)

test.styles("all takes a limit", function(t, call)
  local near, far = link.pair()
  near:write("abcdef")
  t.equal(call(read, far, "a", 4), "abcd")
  near:close()
  t.equal(call(read, far, "a", 4), "ef")
  far:close()
end)

test.styles("some gives what comes first, at most the limit", function(t, call)
  local near, far = link.pair()
  near:write("abcdef")
  t.equal(call(read, far, "some", 2), "ab")
  t.equal(call(read, far, "some"), "cdef")
  t.equal(call(read, far, "some", 0), "")
  near:close()
  far:close()
end)

test.styles("until gives the data with the delimiter, however it comes", function(t, call)
  local near, far = link.pair()
  near:write("a--b--")
  t.equal(call(read, far, "until", "--"), "a--")
  t.equal(call(read, far, "until", "--"), "b--")
  local reader = task.spawn(function() return call(read, far, "until", "\0\r\n\0") end)
  for piece in ("x\0\r\0\r\n\0y"):gmatch(".") do
    near:write(piece)
    task.sleep(0.001)
  end
  t.equal(reader:join(), "x\0\r\0\r\n\0")
  t.equal(call(read, far, 1), "y")
  near:close()
  far:close()
end)

test.styles("too long consumes nothing", function(t, call)
  local near, far = link.pair()
  near:write("abcdefgh;ij\n")
  for _, format in ipairs { { "until", ";", 4 }, { "l", 4 }, { "L", 4 } } do
    local data, err = call(read, far, unpack(format))
    t.equal(data, nil)
    t.equal(err.code, "too_long")
  end
  t.equal(call(read, far, "until", ";", 9), "abcdefgh;")
  t.equal(call(read, far, "l", 2), nil)
  t.equal(call(read, far, "l", 3), "ij")
  near:close()
  far:close()
end)

test.styles("a limit means the same for data in one piece and byte by byte", function(t, call)
  for limit = 1, 6 do
    local results = {}
    for _, size in ipairs { 1, 100 } do
      local near, far = link.pair()
      local reader = task.spawn(function()
        local data, err = call(read, far, "l", limit)
        return data or err.code
      end)
      for at = 1, 4, size do
        near:write(("abc\n"):sub(at, at + size - 1))
        task.sleep(0.002)
      end
      results[#results + 1] = reader:join()
      near:close()
      far:close()
    end
    t.equal(results[1], results[2], "limit " .. limit)
    t.equal(results[1], limit >= 4 and "abc" or "too_long")
  end
end)

test.case("lines iterates until the peer closes", function(t)
  local near, far = link.pair()
  near:write("one\ntwo\r\nthree")
  near:close()
  local seen = {}
  for line in far:lines() do seen[#seen + 1] = line end
  t.same(seen, { "one", "two", "three" })
  far:close()
end)

test.case("lines raises every failure but the end", function(t)
  local near <close>, far = link.pair()
  far:set_timeout(0.005)
  local e = t.error(function() for _ in far:lines() do end end)
  t.equal(e.code, "timeout")
  far:close()
  e = t.error(function() for _ in far:lines() do end end)
  t.equal(e.code, "closed")
end)

test.case("a wrong format is raised at the call, in both forms", function(t)
  local near <close>, far = link.pair()
  local function wrong(argument, ...)
    local given = table.pack(...)
    local pattern = "bad argument #" .. argument .. " to 'read'"
    t.error(function() far:read(unpack(given, 1, given.n)) end, "^[^:]+:%d+: " .. pattern)
    given[given.n + 1] = t.expect(nil, 0)
    t.error(function() far:read(unpack(given, 1, given.n + 1)) end, "^[^:]+:%d+: " .. pattern)
  end
  wrong(1, "x")
  wrong(1, -1)
  wrong(1, 1.5)
  wrong(1, {})
  wrong(2, "until")
  wrong(2, "until", "")
  wrong(3, "until", ";", -1)
  wrong(2, "l", "many")
  t.error(function() far:write() end, "bad argument #1 to 'write'")
  t.error(function() far:write("a", {}) end, "bad argument #2 to 'write'")
  t.error(function() far:write("a", {}, t.expect(nil, 0)) end, "bad argument #2 to 'write'")
  t.error(function() far:write(nil) end, "bad argument #1 to 'write'")
  t.error(function() far:set_timeout(-1) end, "bad argument")
  t.error(function() far:shutdown("sideways") end, "bad argument")
  far:close()
end)

-- ---------------------------------------------------------------- writing

test.styles("a write takes several values and numbers and gives the count", function(t, call)
  local near, far = link.pair()
  t.equal(call(write, near, "a", 1, 2.5, "\0z"), 7)
  t.equal(call(write, near, ""), 0)
  near:close()
  t.equal(far:read("a"), "a12.5\0z")
  far:close()
end)

test.case("16 MB pass in both directions at once", function(t)
  local near, far = link.pair()
  local data = link.pattern(16 * 1024 * 1024)
  local writers = {
    task.spawn(function() return near:write(data) end),
    task.spawn(function() return far:write(data) end),
  }
  local readers = {
    task.spawn(function() return near:read(#data) == data end),
    task.spawn(function() return far:read(#data) == data end),
  }
  for i = 1, 2 do
    t.equal(readers[i]:join(), true)
    t.equal(writers[i]:join(), #data)
  end
  near:close()
  far:close()
end)

test.case("a writer waits for a slow reader", function(t)
  local near, far = link.pair()
  local written = false
  local size = 16 * 1024 * 1024
  local writer = task.spawn(function()
    near:write(("x"):rep(size))
    written = true
  end)
  task.sleep(0.05)
  t.equal(written, false)
  local got = 0
  while got < size do got = got + #far:read("some") end
  writer:join()
  t.equal(got, size)
  near:close()
  far:close()
end)

test.case("one byte at a time is all the same", function(t)
  local near, far = link.pair()
  local text = "line one\nline two\nEND"
  local writer = task.spawn(function()
    for c in text:gmatch(".") do
      near:write(c)
      task.yield()
    end
    near:close()
  end)
  t.same({ far:read(), far:read(), far:read(3), far:read("a") }, { "line one", "line two", "END", "" })
  writer:join()
  far:close()
end)

test.case("a write timeout tells how much went out, and the rest can follow", function(t)
  local near, far = link.pair()
  local data = link.pattern(32 * 1024 * 1024)
  near:set_timeout(0.03)
  local count, err, sent = near:write(data)
  t.equal(count, nil)
  t.equal(err.code, "timeout")
  t.ok(sent > 0 and sent < #data)
  near:set_timeout(nil)
  local reader = task.spawn(function() return far:read("a") == data end)
  t.equal(near:write(data:sub(sent + 1)), #data - sent)
  near:close()
  t.equal(reader:join(), true)
  far:close()
end)

-- ---------------------------------------------------------------- the end

test.case("half a connection stays usable after shutdown", function(t)
  local near, far = link.pair()
  near:write("question")
  t.equal(near:shutdown(), true)
  t.equal(far:read("a"), "question")
  far:write("answer")
  far:close()
  t.equal(near:read("a"), "answer")
  local count, err = near:write("more")
  t.equal(count, nil)
  t.equal(err.code, "EPIPE")
  near:close()
  t.equal(select(2, near:shutdown()).code, "closed")
end)

test.case("shutdown of receiving gives eof at once", function(t)
  local near <close>, far = link.pair()
  local reader = task.spawn(function() return select(2, far:read("some")).code end)
  task.sleep(0.005)
  t.equal(far:shutdown("receive"), true)
  t.equal(reader:join(), "eof")
  t.equal(far:write("still"), 5)
  t.equal(far:shutdown("both"), true)
  far:close()
end)

test.case("a peer that closes ends a pending read", function(t)
  for _, format in ipairs { "l", "L", "some", 10 } do
    local near, far = link.pair()
    local reader = task.spawn(function() return far:read(format) end)
    task.sleep(0.002)
    near:close()
    local data, err = reader:join()
    t.equal(data, nil)
    t.equal(err.code, "eof")
    far:close()
  end
end)

test.case("a peer that goes away ends a pending write", function(t)
  local near, far = link.pair()
  local writer = task.spawn(function() return near:write(("x"):rep(32 * 1024 * 1024)) end)
  task.sleep(0.02)
  far:close()
  local count, err, sent = writer:join()
  t.equal(count, nil)
  t.ok(err.code == "ECONNRESET" or err.code == "EPIPE", err)
  t.equal(math.type(sent), "integer")
  near:close()
end)

test.case("a reset is told by its name, also to the next read", function(t)
  local near, far = link.pair()
  near:write("x")
  far:write("y")
  task.sleep(0.005)
  near:close() -- with unread data: the system sends a reset
  task.sleep(0.01)
  local seen = {}
  for i = 1, 3 do
    local data, err = far:read("some")
    seen[i] = data or err.code
  end
  t.equal(seen[3], "ECONNRESET")
  t.equal(seen[2], "ECONNRESET")
  far:close()
end)

test.case("a close ends the pending reads and writes of all tasks", function(t)
  local near, far <close> = link.pair()
  local waiting = {}
  for i = 1, 3 do waiting[i] = task.spawn(function() return select(2, near:read("l")).code end) end
  for i = 4, 6 do
    waiting[i] = task.spawn(function() return select(2, near:write(("x"):rep(16 * 1024 * 1024))).code end)
  end
  task.sleep(0.005)
  near:close()
  for i = 1, 6 do t.equal(waiting[i]:join(), "closed") end
end)

test.case("a closed connection answers every call", function(t)
  local near, far <close> = link.pair()
  local host, port = near:remote_address()
  near:close()
  near:close()
  t.equal(select(2, near:read()).code, "closed")
  local count, err, sent = near:write("x")
  t.same({ count, err.code, sent }, { nil, "closed", 0 })
  t.equal(select(2, near:shutdown()).code, "closed")
  near:set_timeout(1)
  t.same({ near:remote_address() }, { host, port })
  t.match(tostring(near), "^net%.connection %(127%.0%.0%.1:%d+, closed%)$")
end)

test.case("<close> closes, and the peer sees the end", function(t)
  local near, far = link.pair()
  do
    local scoped <close> = near
  end
  t.equal(select(2, far:read("some")).code, "eof")
  far:close()
end)

test.case("garbage collection closes, and the peer sees the end", function(t)
  local far = select(2, link.pair())
  collectgarbage()
  collectgarbage()
  t.equal(select(2, far:read("some")).code, "eof")
  far:close()
end)

test.case("a connection that a task reads is not collected", function(t)
  local near, far = link.pair()
  local reader = task.spawn(function(c) return c:read() end, far)
  far = nil
  task.yield()
  collectgarbage()
  collectgarbage()
  near:write("here\n")
  t.equal(reader:join(), "here")
  near:close()
end)
