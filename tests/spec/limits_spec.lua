-- SPDX-License-Identifier: MIT
-- Depth, numbers of tasks, and the garbage collector at work in every step.
local task = require "task"
local test = require "test"

-- Under memcheck or a sanitizer.
local slow = os.getenv("PLUA_MEMCHECK") or os.getenv("ASAN_OPTIONS") or os.getenv("TSAN_OPTIONS")

test.case("endless recursion is a stack overflow that pcall catches", function(t)
  local function f() return 1 + f() end
  t.error(f, "stack overflow")
  local meta = setmetatable({}, {})
  getmetatable(meta).__index = function(_, k) return meta[k] end
  t.error(function() return meta.x end, "stack overflow")
  task.sleep(0)
end)

test.case("native nesting of coroutines ends with a C stack overflow", function(t)
  local depth = 0
  local function a()
    depth = depth + 1
    coroutine.wrap(a)()
  end
  t.error(a, "C stack overflow")
  t.ok(depth > 150, depth)
  t.ok(depth < 250, depth)
  task.sleep(0)
end)

test.case("nesting with a wait at each level ends with the same error", function(t)
  local depth = 0
  local function a()
    depth = depth + 1
    task.yield()
    coroutine.wrap(a)()
  end
  t.error(a, "C stack overflow")
  t.ok(depth >= 900, depth)
  t.ok(depth <= 1001, depth)
  t.same(table.pack(coroutine.resume(coroutine.create(function()
    task.sleep(0)
    return "still works"
  end))), { true, "still works", n = 2 })
end)

test.case("the depth of one task does not count for another", function(t)
  local function nested(n)
    if n == 0 then return task.sleep(0.001) end
    task.yield()
    return coroutine.wrap(nested)(n - 1)
  end
  local tasks = {}
  for i = 1, 5 do tasks[i] = task.spawn(nested, 600) end
  for i = 1, 5 do
    tasks[i]:join()
    t.equal(tasks[i].status, "finished")
  end
end)

test.case("a coroutine that was closed while it waited gives its depth back", function(t)
  local function nested(n, innermost)
    if n == 0 then
      innermost.co = coroutine.running()
      task.sleep(60)
      return
    end
    task.yield()
    return coroutine.resume(coroutine.create(function()
      if n == 100 then innermost.outer = coroutine.running() end
      return nested(n - 1, innermost)
    end))
  end
  local place = {}
  local finished
  local worker = task.spawn(function()
    for _ = 1, 20 do nested(100, place) end
    finished = true
  end)
  for _ = 1, 20 do
    place.co = nil
    while not place.co do task.yield() end
    coroutine.close(place.outer)
  end
  worker:join()
  t.ok(finished)
end)

test.case("many tasks sleep at once", function(t)
  local many = slow and 3000 or 100000
  local ended = 0
  local function sleeper()
    task.sleep(0.05)
    ended = ended + 1
  end
  for _ = 1, many do task.spawn(sleeper) end
  while ended < many do task.sleep(0.01) end
  t.equal(ended, many)
end)

test.case("ten thousand tasks join in a ring of spawns", function(t)
  local many = slow and 500 or 10000
  local handles = {}
  for i = 1, many do
    handles[i] = task.spawn(function()
      task.sleep(0.001 * (i % 7))
      return i
    end)
  end
  local sum = 0
  for i = 1, many do sum = sum + handles[i]:join() end
  t.equal(sum, many * (many + 1) // 2)
end)

test.case("a busy task and a thousand sleepers share the time", function(t)
  local awake = 0
  for i = 1, 1000 do
    task.spawn(function()
      task.sleep(0.001 * (i % 10))
      awake = awake + 1
    end)
  end
  local turns = 0
  while awake < 1000 do
    task.yield()
    turns = turns + 1
  end
  t.ok(turns > 1)
end)

test.case("wide calls pass a wait: a thousand arguments and results", function(t)
  local list = {}
  for i = 1, 1000 do list[i] = i end
  local function f(...)
    task.yield()
    return ...
  end
  t.equal(select("#", f(table.unpack(list))), 1000)
  t.equal(select("#", pcall(f, table.unpack(list))), 1001)
  t.equal(select("#", coroutine.wrap(f)(table.unpack(list))), 1000)
  t.equal(select("#", task.spawn(f, table.unpack(list)):join()), 1000)
end)

-- ---------------------------------------------------------------- garbage collection

-- Runs `body` with a collector that is always at work.
local function stressed(body)
  collectgarbage()
  local mode = collectgarbage("incremental", 1, 1000, 1)
  local ok, e = pcall(body)
  collectgarbage(mode)
  collectgarbage("incremental", 200, 100, 13)
  if not ok then error(e, 0) end
end

test.case("collections at each step harm no nested coroutine", function(t)
  stressed(function()
    local function level(n)
      return coroutine.wrap(function()
        for i = 1, 5 do
          collectgarbage("step")
          task.yield()
          coroutine.yield(n > 0 and level(n - 1)() or { i })
          collectgarbage("step")
        end
      end)
    end
    for value in level(8) do t.equal(type(value), "table") end
  end)
end)

test.case("full collections while coroutines wait harm nothing", function(t)
  local handles = {}
  for i = 1, 20 do
    handles[i] = task.spawn(function()
      return coroutine.wrap(function()
        local kept = { i }
        for _ = 1, 5 do
          task.sleep(0)
          collectgarbage()
        end
        return kept[1]
      end)()
    end)
  end
  for i = 1, 20 do t.equal(handles[i]:join(), i) end
end)

test.case("tasks without handles survive collections until they end", function(t)
  local ended = 0
  for _ = 1, 50 do
    task.spawn(function()
      local values = { {}, {}, {} }
      task.sleep(0.002)
      t.equal(#values, 3)
      ended = ended + 1
    end)
  end
  while ended < 50 do
    collectgarbage()
    task.yield()
  end
end)

test.case("abandoned generators that hold closed-over state are collected", function(t)
  local weak = setmetatable({}, { __mode = "k" })
  local function abandon()
    local gen = coroutine.create(function()
      local object = {}
      weak[object] = true
      task.sleep(0)
      coroutine.yield()
    end)
    coroutine.resume(gen)
  end
  for _ = 1, 20 do abandon() end
  collectgarbage()
  collectgarbage()
  local left = 0
  for _ in pairs(weak) do left = left + 1 end
  t.ok(left <= 1, left)
end)

test.case("abandoned parked tasks are collected", function(t)
  local before = select(2, _PY.describe_tasks():gsub("\n", ""))
  local started = 0
  for _ = 1, 100 do
    task.spawn(function()
      started = started + 1
      coroutine.yield()
    end)
  end
  while started < 100 do task.yield() end
  collectgarbage()
  collectgarbage()
  task.yield()
  local left = select(2, _PY.describe_tasks():gsub("\n", "")) - before
  t.ok(left <= 1, left)
end)

test.case("finalizers run while tasks are created and end", function(t)
  local finalized = 0
  stressed(function()
    for i = 1, 300 do
      setmetatable({}, { __gc = function()
        finalized = finalized + 1
        task.spawn(function() end)
      end })
      local handle = task.spawn(function()
        task.yield()
        return i
      end)
      t.equal(handle:join(), i)
      if i % 20 == 0 then collectgarbage() end
    end
  end)
  t.ok(finalized > 0)
end)

test.case("a finalizer may cancel a task that waits", function(t)
  local sleeper = task.spawn(task.sleep, 60)
  task.yield()
  local function make() setmetatable({}, { __gc = function() sleeper:cancel() end }) end
  make()
  collectgarbage()
  collectgarbage()
  local _, e = sleeper:join()
  t.equal(e.code, "cancelled")
end)

test.case("memory does not grow with the number of tasks that have ended", function(t)
  local function round()
    for _ = 1, 200 do
      task.spawn(function()
        task.sleep(0)
        coroutine.wrap(function() task.yield() end)()
      end):join()
    end
    collectgarbage()
    collectgarbage()
    return collectgarbage("count")
  end
  round()
  local first = round()
  for _ = 1, 5 do round() end
  t.ok(round() < first + 50)
end)
