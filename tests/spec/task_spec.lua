-- SPDX-License-Identifier: MIT
-- Module task: spawn, yield, current, join and what a handle tells.
local task = require "task"
local test = require "test"

test.case("a spawned task runs when the caller waits, with its arguments", function(t)
  local got
  local handle = task.spawn(function(...) got = table.pack(...) end, 1, nil, "x", nil)
  t.equal(got, nil)
  t.equal(handle.status, "ready")
  task.yield()
  t.same(got, { 1, nil, "x", nil, n = 4 })
  t.equal(handle.status, "finished")
end)

test.case("spawn checks its argument", function(t)
  t.error(task.spawn, "bad argument #1 to 'spawn' %(function expected, got no value%)")
  t.error(task.spawn, "bad argument #1 to 'spawn' %(function expected, got number%)", 1)
end)

test.case("tasks start in the order in which they were spawned", function(t)
  local order, tasks = {}, {}
  for i = 1, 10 do tasks[i] = task.spawn(function() order[#order + 1] = i end) end
  for i = 1, 10 do tasks[i]:join() end
  t.same(order, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
end)

test.case("yield lets every ready task run once", function(t)
  local log, tasks = {}, {}
  for name in ("abc"):gmatch "." do
    tasks[#tasks + 1] = task.spawn(function()
      for i = 1, 3 do
        log[#log + 1] = name .. i
        task.yield()
      end
    end)
  end
  for _, h in ipairs(tasks) do h:join() end
  t.equal(table.concat(log, " "), "a1 b1 c1 a2 b2 c2 a3 b3 c3")
end)

test.case("a callable object is no function for spawn", function(t)
  t.error(task.spawn, "function expected", setmetatable({}, { __call = print }))
end)

test.case("current is the running task, also below coroutines", function(t)
  local inside, below
  local handle = task.spawn(function()
    inside = task.current()
    task.yield()
    below = coroutine.wrap(function()
      task.yield()
      return task.current()
    end)()
  end)
  handle:join()
  t.ok(inside == handle)
  t.ok(below == handle)
  t.ok(task.current() ~= handle)
end)

test.case("a handle has id, name, status and a text", function(t)
  local handle = task.spawn(function() task.sleep(0.001) end)
  t.equal(math.type(handle.id), "integer")
  t.equal(handle.name, "task " .. handle.id)
  t.equal(tostring(handle), "task (task " .. handle.id .. ", ready)")
  handle:set_name("worker")
  t.equal(handle.name, "worker")
  task.yield()
  t.equal(handle.status, "waiting")
  handle:join()
  t.equal(tostring(handle), "task (worker, finished)")
  t.equal(handle.no_such_field, nil)
end)

test.case("ids are never used twice", function(t)
  local seen = {}
  for _ = 1, 100 do
    local handle = task.spawn(function() end)
    handle:join()
    t.equal(seen[handle.id], nil)
    seen[handle.id] = true
  end
end)

test.case("status follows the life of a task", function(t)
  local seen = {}
  local handle
  handle = task.spawn(function()
    seen[#seen + 1] = handle.status
    task.sleep(0.001)
    error("end", 0)
  end)
  seen[#seen + 1] = handle.status
  task.yield()
  seen[#seen + 1] = handle.status
  handle:join()
  seen[#seen + 1] = handle.status
  t.same(seen, { "ready", "running", "waiting", "failed" })
end)

test.case("methods check their handle", function(t)
  local handle = task.spawn(function() end)
  t.error(handle.join, "bad argument #1 to 'join' %(task expected, got no value%)")
  t.error(handle.join, "task expected, got table", {})
  t.error(handle.cancel, "task expected, got FILE", io.stdout)
  t.equal(handle == io.stdout, false)
  t.equal(getmetatable(handle), "task")
  handle:join()
end)

-- ---------------------------------------------------------------- join

test.styles("join gives what the function returned", function(t, call)
  local function outcome(...)
    local handle = task.spawn(function(...)
      task.yield()
      return ...
    end, ...)
    return table.pack(call(handle.join, handle))
  end
  t.same(outcome(), { n = 0 })
  t.same(outcome(5), { 5, n = 1 })
  t.same(outcome(nil), { nil, n = 1 })
  t.same(outcome(nil, nil), { nil, nil, n = 2 })
  t.same(outcome(1, nil, 3, nil), { 1, nil, 3, nil, n = 4 })
end)

test.case("join gives thousands of results", function(t)
  local list = {}
  for i = 1, 5000 do list[i] = i end
  local handle = task.spawn(table.unpack, list)
  local result = table.pack(handle:join())
  t.equal(result.n, 5000)
  t.equal(result[5000], 5000)
end)

test.styles("join gives nil and the error of a task that failed", function(t, call)
  local values = { "text", 1, false, {}, print }
  for _, value in ipairs(values) do
    local handle = task.spawn(function()
      task.yield()
      error(value, 0)
    end)
    t.same(table.pack(call(handle.join, handle)), { nil, value, n = 2 })
    t.equal(handle.status, "failed")
  end
  local nothing = task.spawn(function() error() end)
  t.same(table.pack(call(nothing.join, nothing)), { nil, nil, n = 2 })
end)

test.case("the error of a failed task has the position where it was raised", function(t)
  local handle = task.spawn(function()
    task.yield()
    local x
    return x.field
  end)
  local _, e = handle:join()
  t.match(e, "task_spec%.lua:%d+: attempt to index a nil value %(local 'x'%)")
end)

test.case("several tasks may join one", function(t)
  local target = task.spawn(function()
    task.sleep(0.005)
    return "shared"
  end)
  local joiners = {}
  for i = 1, 5 do joiners[i] = task.spawn(target.join, target) end
  for i = 1, 5 do t.equal(joiners[i]:join(), "shared") end
  t.equal(target:join(), "shared")
  t.equal(target:join(), "shared")
end)

test.case("a chain of joins ends from the first", function(t)
  local first = task.spawn(function()
    task.sleep(0.002)
    return 1
  end)
  local last = first
  for _ = 1, 100 do
    local previous = last
    last = task.spawn(function() return previous:join() + 1 end)
  end
  t.equal(last:join(), 101)
end)

test.case("a task cannot join itself", function(t)
  local handle
  handle = task.spawn(function() return pcall(handle.join, handle) end)
  local ok, e = handle:join()
  t.equal(ok, false)
  t.match(e, "cannot join itself")
end)

test.case("a cancelled join leaves its target alone", function(t)
  local target = task.spawn(function()
    task.sleep(0.005)
    return "done"
  end)
  local joiner = task.spawn(target.join, target)
  task.yield()
  joiner:cancel()
  t.equal(select(2, joiner:join()).code, "cancelled")
  t.equal(target:join(), "done")
end)

test.case("results are kept as long as a handle exists", function(t)
  local handle = task.spawn(function() return {} end)
  task.yield()
  local result = handle:join()
  t.equal(type(result), "table")
  collectgarbage()
  t.equal(handle:join(), result)
end)

test.case("results of a task without handles are garbage", function(t)
  local weak = setmetatable({}, { __mode = "v" })
  local function start()
    local handle = task.spawn(function()
      weak.kept = {}
      return weak.kept
    end)
    handle = nil
  end
  start()
  collectgarbage()
  task.yield()
  collectgarbage()
  t.equal(weak.kept, nil)
end)

test.case("a handle that is collected drops the results", function(t)
  local weak = setmetatable({}, { __mode = "v" })
  local handle = task.spawn(function()
    weak.kept = {}
    return weak.kept
  end)
  task.yield()
  t.ok(weak.kept)
  handle = nil
  collectgarbage()
  collectgarbage()
  t.equal(weak.kept, nil)
end)

test.case("a join works on a handle that nobody else holds", function(t)
  local waiting = task.spawn(function()
    return task.spawn(function()
      task.sleep(0.002)
      return "kept for the join"
    end):join()
  end)
  task.yield()
  collectgarbage()
  t.equal(waiting:join(), "kept for the join")
end)

test.case("a task that spawns at its end is followed by its child", function(t)
  local called = t.expect()
  task.spawn(function()
    task.spawn(function() task.spawn(called) end)
  end)
  for _ = 1, 4 do task.yield() end
end)

test.case("a finished task's thread is reused only when no script holds it", function(t)
  local root
  local first = task.spawn(function() root = coroutine.running() end)
  first:join()
  local others = {}
  for i = 1, 20 do others[i] = task.spawn(function() return coroutine.running() end) end
  for i = 1, 20 do t.ok(others[i]:join() ~= root) end
  t.equal(coroutine.status(root), "dead")
  t.same(table.pack(coroutine.resume(root)), { false, "cannot resume dead coroutine", n = 2 })
end)

test.case("a hook that a task sets for itself does not reach the next task", function(t)
  local hits = 0
  task.spawn(function()
    debug.sethook(function() hits = hits + 1 end, "l")
    local _ = 1
  end):join()
  local before = hits
  t.ok(before > 0)
  for _ = 1, 10 do
    task.spawn(function()
      local x = 1
      x = x + 1
    end):join()
  end
  t.equal(hits, before)
end)
