-- SPDX-License-Identifier: MIT
-- task:cancel() reaches the task at its wait, once; the task may catch it and go on.
local task = require "task"
local test = require "test"

local function cancelled(t, handle)
  local result = table.pack(handle:join())
  t.equal(result.n, 2)
  t.equal(result[1], nil)
  t.equal(result[2].code, "cancelled")
  t.equal(handle.status, "cancelled")
end

test.case("a cancelled sleep ends its task at once", function(t)
  local handle = task.spawn(task.sleep, 60)
  task.yield()
  t.equal(handle:cancel(), true)
  t.equal(_PY.active_operations().sleep, nil)
  cancelled(t, handle)
end)

test.case("cancel never runs the task before it returns", function(t)
  local ran = false
  local handle = task.spawn(function()
    pcall(task.sleep, 60)
    ran = true
  end)
  task.yield()
  handle:cancel()
  t.equal(ran, false)
  handle:join()
  t.ok(ran)
end)

test.case("a task cancelled before it starts never runs", function(t)
  local handle = task.spawn(t.expect(nil, 0))
  t.equal(handle:cancel(), true)
  t.equal(handle.status, "cancelled")
  cancelled(t, handle)
end)

test.case("a task cancelled before it starts wakes those that join it", function(t)
  local target
  local joiner = task.spawn(function() return target:join() end)
  target = task.spawn(function() end)
  local canceller = task.spawn(function() return target:cancel() end)
  -- The joiner runs first and waits, then the canceller would be too late: it goes in front.
  canceller:join()
  joiner:join()
  t.ok(target.status == "finished" or target.status == "cancelled")
end)

test.case("a task cancelled while it joins another leaves the join", function(t)
  local sleeper = task.spawn(task.sleep, 0.01)
  local handle = task.spawn(sleeper.join, sleeper)
  task.yield()
  handle:cancel()
  cancelled(t, handle)
  sleeper:join()
end)

test.case("a task cancelled in its yield raises there", function(t)
  local handle = task.spawn(function()
    while true do task.yield() end
  end)
  task.yield()
  handle:cancel()
  cancelled(t, handle)
end)

test.case("a parked task that is cancelled closes its variables", function(t)
  local closed
  local handle = task.spawn(function()
    local guard <close> = setmetatable({}, { __close = function() closed = true end })
    coroutine.running()
    coroutine.yield()
  end)
  task.yield()
  t.equal(handle.status, "parked")
  handle:cancel()
  cancelled(t, handle)
  t.ok(closed)
end)

test.case("a parked task that is cancelled while another task drives it leaves that task alive", function(t)
  local root, closed
  local parked = task.spawn(function()
    local guard <close> = setmetatable({}, { __close = function() closed = true end })
    root = coroutine.running()
    coroutine.yield()
    task.sleep(60)
  end)
  task.yield()
  local driver = task.spawn(function()
    local ok, e = coroutine.resume(root)
    task.sleep(0.001)
    return ok, e.code
  end)
  task.yield()
  t.ok(parked:cancel())
  cancelled(t, parked)
  t.ok(closed)
  t.same(table.pack(driver:join()), { false, "cancelled", n = 2 })
end)

test.case("a parked task that is cancelled and resumed before its turn is not run by two", function(t)
  local root
  local parked = task.spawn(function()
    root = coroutine.running()
    coroutine.yield()
    task.sleep(60)
  end)
  task.yield()
  parked:cancel()
  local ok, e = coroutine.resume(root) -- waits; then the turn of the cancel comes
  t.equal(ok, false)
  t.equal(e.code, "cancelled")
  cancelled(t, parked)
end)

test.case("a task that cancels itself is cancelled at its next wait", function(t)
  local log = {}
  local handle = task.spawn(function()
    t.equal(task.current():cancel(), true)
    log[#log + 1] = "still running"
    task.sleep(60)
    log[#log + 1] = "never"
  end)
  cancelled(t, handle)
  t.same(log, { "still running" })
end)

test.case("a task that never waits after a cancel finishes", function(t)
  local handle = task.spawn(function()
    task.current():cancel()
    return "finished"
  end)
  t.equal(handle:join(), "finished")
  t.equal(handle.status, "finished")
end)

test.case("pcall catches a cancel and the task goes on", function(t)
  local handle = task.spawn(function()
    local ok, e = pcall(task.sleep, 60)
    task.sleep(0.001) -- not cancelled again
    return ok, e.code, tostring(e)
  end)
  task.yield()
  handle:cancel()
  local ok, code, text = handle:join()
  t.equal(ok, false)
  t.equal(code, "cancelled")
  t.match(text, "cancelled")
  t.equal(handle.status, "finished")
end)

test.case("cancelling twice before the task sees it is cancelling once", function(t)
  local handle = task.spawn(function()
    local ok = pcall(task.sleep, 60)
    task.sleep(0.001)
    return ok
  end)
  task.yield()
  handle:cancel()
  handle:cancel()
  t.same(table.pack(handle:join()), { false, n = 1 })
end)

test.case("a second cancel after the first was caught is seen again", function(t)
  local handle = task.spawn(function()
    local first = pcall(task.sleep, 60)
    local second = pcall(task.sleep, 60)
    return first, second
  end)
  task.yield()
  handle:cancel()
  task.yield()
  handle:cancel()
  t.same(table.pack(handle:join()), { false, false, n = 2 })
end)

test.case("cancelling an ended task is false and changes nothing", function(t)
  local handle = task.spawn(function() return 1 end)
  handle:join()
  t.equal(handle:cancel(), false)
  t.equal(handle.status, "finished")
  t.equal(handle:join(), 1)
end)

test.case("a cancelled task that raises something else has failed", function(t)
  local handle = task.spawn(function()
    pcall(task.sleep, 60)
    error("other", 0)
  end)
  task.yield()
  handle:cancel()
  t.same(table.pack(handle:join()), { nil, "other", n = 2 })
  t.equal(handle.status, "failed")
end)

test.case("a cancel error that a task was not sent is a failure", function(t)
  local target = task.spawn(task.sleep, 60)
  task.yield()
  target:cancel()
  local handle = task.spawn(function() error(select(2, target:join())) end)
  local _, e = handle:join()
  t.equal(e.code, "cancelled")
  t.equal(handle.status, "failed")
end)

test.case("a cancel reaches the innermost coroutine and passes outwards", function(t)
  local log = {}
  local handle = task.spawn(function()
    local ok, e = coroutine.resume(coroutine.create(function()
      coroutine.wrap(function()
        local guard <close> = setmetatable({}, { __close = function(_, problem) log[#log + 1] = problem.code end })
        task.sleep(60)
      end)()
    end))
    log[#log + 1] = ok
    log[#log + 1] = e.code
    error(e)
  end)
  task.yield()
  handle:cancel()
  cancelled(t, handle)
  t.same(log, { "cancelled", false, "cancelled" })
end)

test.case("a cancel in a wait of __close stops that wait only", function(t)
  local log = {}
  local handle = task.spawn(function()
    local outer <close> = setmetatable({}, { __close = function()
      task.sleep(0.001)
      log[#log + 1] = "outer"
    end })
    local inner <close> = setmetatable({}, { __close = function()
      task.sleep(60)
      log[#log + 1] = "never"
    end })
  end)
  task.yield()
  handle:cancel()
  handle:join()
  t.same(log, { "outer" })
end)

test.case("a handle in a <close> variable cancels its task", function(t)
  local outside
  do
    local handle <close> = task.spawn(task.sleep, 60)
    outside = handle
    task.yield()
  end
  cancelled(t, outside)
end)

test.case("an operation that is complete already is not undone by a cancel", function(t)
  local target = task.spawn(function() return "result" end)
  local handle = task.spawn(function() return target:join() end)
  target:join()
  handle:cancel()
  t.equal(handle:join(), "result")
end)

test.case("the cancel error names its task", function(t)
  local handle = task.spawn(task.sleep, 60)
  handle:set_name("sleeper")
  task.yield()
  handle:cancel()
  local _, e = handle:join()
  t.equal(tostring(e), "sleeper: cancelled")
  t.equal("error: " .. e, "error: sleeper: cancelled")
end)

test.case("a thousand tasks are cancelled in every state", function(t)
  local tasks = {}
  for i = 1, 1000 do
    tasks[i] = task.spawn(function()
      for _ = 1, i % 5 do task.yield() end
      task.sleep(60)
    end)
  end
  for _ = 1, 2 do task.yield() end
  for i = 1, 1000 do tasks[i]:cancel() end
  for i = 1, 1000 do cancelled(t, tasks[i]) end
  t.equal(_PY.active_operations().sleep, nil)
end)
