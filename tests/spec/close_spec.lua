-- SPDX-License-Identifier: MIT
-- <close> variables, and coroutine.close on coroutines in every state.
local task = require "task"
local test = require "test"

local function guard(on_close) return setmetatable({}, { __close = on_close }) end

test.case("__close may wait at the normal end of a block", function(t)
  local log = {}
  do
    local a <close> = guard(function()
      task.sleep(0.001)
      log[#log + 1] = "a"
    end)
    local b <close> = guard(function(_, e)
      task.yield()
      log[#log + 1] = "b" .. tostring(e)
    end)
  end
  t.same(log, { "bnil", "a" })
end)

test.case("__close may wait on return and keeps the results", function(t)
  local function f()
    local a <close> = guard(function() task.sleep(0.001) end)
    return 1, nil, 3
  end
  t.same(table.pack(f()), { 1, nil, 3, n = 3 })
end)

test.case("__close may wait on break and goto", function(t)
  local closed = 0
  for _ = 1, 3 do
    local a <close> = guard(function()
      task.sleep(0.0005)
      closed = closed + 1
    end)
    if closed == 1 then break end
  end
  t.equal(closed, 2)
end)

test.case("__close may wait while an error passes", function(t)
  local seen
  local ok, e = pcall(function()
    local a <close> = guard(function(_, problem)
      task.sleep(0.001)
      seen = problem
    end)
    task.sleep(0.001)
    error("passing", 0)
  end)
  t.same({ ok, e, seen }, { false, "passing", "passing" })
end)

test.case("an error in a waiting __close replaces the error", function(t)
  local ok, e = pcall(function()
    local a <close> = guard(function(_, problem)
      task.sleep(0.001)
      error(problem .. " replaced", 0)
    end)
    error("first", 0)
  end)
  t.same({ ok, e }, { false, "first replaced" })
end)

test.case("__close may wait when an error ends a task", function(t)
  local closed
  local failing = task.spawn(function()
    local a <close> = guard(function()
      task.sleep(0.001)
      closed = true
    end)
    error("end", 0)
  end)
  t.same(table.pack(failing:join()), { nil, "end", n = 2 })
  t.ok(closed)
end)

test.case("__close may wait when a cancel ends a task", function(t)
  local log = {}
  local sleeper = task.spawn(function()
    local a <close> = guard(function(_, e)
      log[#log + 1] = e.code
      task.sleep(0.001)
      log[#log + 1] = "cleaned up"
    end)
    task.sleep(60)
  end)
  task.yield()
  t.ok(sleeper:cancel())
  local _, e = sleeper:join()
  t.equal(e.code, "cancelled")
  t.same(log, { "cancelled", "cleaned up" })
end)

-- ---------------------------------------------------------------- coroutine.close

test.case("closing a fresh or finished coroutine gives true", function(t)
  local fresh = coroutine.create(function() end)
  t.same(table.pack(coroutine.close(fresh)), { true, n = 1 })
  t.equal(coroutine.status(fresh), "dead")
  local finished = coroutine.create(function() task.sleep(0) end)
  coroutine.resume(finished)
  t.same(table.pack(coroutine.close(finished)), { true, n = 1 })
end)

test.case("closing a suspended coroutine closes its variables", function(t)
  local closed
  local co = coroutine.create(function()
    local a <close> = guard(function(_, e) closed = { e } end)
    task.sleep(0)
    coroutine.yield()
  end)
  coroutine.resume(co)
  t.same(table.pack(coroutine.close(co)), { true, n = 1 })
  t.same(closed, {})
end)

test.case("closing gives the error of a __close", function(t)
  local co = coroutine.create(function()
    local a <close> = guard(function() error("in close", 0) end)
    coroutine.yield()
  end)
  coroutine.resume(co)
  t.same(table.pack(coroutine.close(co)), { false, "in close", n = 2 })
  t.equal(coroutine.status(co), "dead")
end)

test.case("the running coroutine and its resumers cannot be closed", function(t)
  local outer
  outer = coroutine.create(function()
    task.sleep(0)
    t.error(coroutine.close, "cannot close a running coroutine", coroutine.running())
    coroutine.wrap(function()
      task.sleep(0)
      t.error(coroutine.close, "cannot close a normal coroutine", outer)
    end)()
    return true
  end)
  t.same(table.pack(coroutine.resume(outer)), { true, true, n = 2 })
end)

test.case("closing a waiting coroutine withdraws its operation and continues its resumer", function(t)
  local closed
  local waiting = coroutine.create(function()
    local a <close> = guard(function() closed = true end)
    task.sleep(60)
  end)
  local owner = task.spawn(function()
    local result = table.pack(coroutine.resume(waiting))
    task.sleep(0.001) -- the task itself goes on and may wait
    return table.unpack(result, 1, result.n)
  end)
  task.yield()
  t.same(table.pack(coroutine.close(waiting)), { true, n = 1 })
  t.ok(closed)
  t.equal(coroutine.status(waiting), "dead")
  t.equal(_PY.active_operations().sleep, nil)
  local ok, e = owner:join()
  t.equal(ok, false)
  t.equal(e.code, "cancelled")
end)

test.case("closing a waiting wrap raises in its caller", function(t)
  local inner
  local owner = task.spawn(function()
    return pcall(coroutine.wrap(function()
      inner = coroutine.running()
      task.sleep(60)
    end))
  end)
  task.yield()
  t.ok(coroutine.close(inner))
  local ok, e = owner:join()
  t.equal(ok, false)
  t.equal(e.code, "cancelled")
end)

test.case("closing below the innermost closes all above it first", function(t)
  local log = {}
  local outer, inner
  local function logged(name) return guard(function() log[#log + 1] = name end) end
  outer = coroutine.create(function()
    local a <close> = logged("outer")
    inner = coroutine.create(function()
      local b <close> = logged("inner")
      task.sleep(60)
    end)
    coroutine.resume(inner)
  end)
  local owner = task.spawn(coroutine.resume, outer)
  task.yield()
  t.ok(coroutine.close(outer))
  t.same(log, { "inner", "outer" })
  t.equal(coroutine.status(inner), "dead")
  t.equal(coroutine.status(outer), "dead")
  local ok, e = owner:join()
  t.equal(ok, false)
  t.equal(e.code, "cancelled")
end)

test.case("closing a waiting coroutine gives the error of its __close", function(t)
  local waiting = coroutine.create(function()
    local a <close> = guard(function() error("in close", 0) end)
    task.sleep(60)
  end)
  local owner = task.spawn(coroutine.resume, waiting)
  task.yield()
  t.same(table.pack(coroutine.close(waiting)), { false, "in close", n = 2 })
  t.equal((owner:join()), false)
end)

test.case("closing the root of a waiting task ends the task", function(t)
  local root, closed
  local waiting = task.spawn(function()
    local a <close> = guard(function() closed = true end)
    root = coroutine.running()
    task.sleep(60)
  end)
  task.yield()
  t.ok(coroutine.close(root))
  t.ok(closed)
  t.equal(waiting.status, "cancelled")
  t.equal(coroutine.status(root), "dead")
  local _, e = waiting:join()
  t.equal(e.code, "cancelled")
end)

test.case("closing the root of a parked task ends the task", function(t)
  local root, closed
  local parked = task.spawn(function()
    local a <close> = guard(function() closed = true end)
    root = coroutine.running()
    coroutine.yield()
  end)
  task.yield()
  t.ok(coroutine.close(root))
  t.ok(closed)
  t.equal(parked.status, "cancelled")
end)

test.case("closing a coroutine whose task is ready already keeps the queue intact", function(t)
  local waiting = coroutine.create(function() task.sleep(60) end)
  local order = {}
  local owner = task.spawn(function()
    local ok, e = coroutine.resume(waiting)
    order[#order + 1] = "owner"
    return ok, e.code
  end)
  task.yield()
  local others = {}
  owner:cancel() -- now it is queued
  for i = 1, 3 do others[i] = task.spawn(function() order[#order + 1] = i end) end
  t.ok(coroutine.close(waiting))
  for i = 1, 3 do others[i]:join() end
  t.same(table.pack(owner:join()), { false, "cancelled", n = 2 })
  t.same(order, { "owner", 1, 2, 3 })
end)

test.case("closing a coroutine whose operation has completed drops the result", function(t)
  local log = {}
  local waiting = coroutine.create(function()
    task.sleep(0)
    log[#log + 1] = "continued"
  end)
  local closer
  local owner = task.spawn(function() return coroutine.resume(waiting) end)
  closer = task.spawn(function()
    local finish = os.clock() + 0.005
    while os.clock() < finish do end
    return coroutine.close(waiting)
  end)
  t.ok(closer:join())
  t.equal((owner:join()), false)
  t.same(log, {})
end)

test.case("a coroutine may be closed by a task that it has spawned", function(t)
  local co
  co = coroutine.create(function()
    task.spawn(function() coroutine.close(co) end)
    task.sleep(60)
  end)
  local ok, e = coroutine.resume(co)
  t.equal(ok, false)
  t.equal(e.code, "cancelled")
end)

test.case("a __close below coroutine.close may close another waiting coroutine", function(t)
  local second = coroutine.create(function() task.sleep(60) end)
  local first = coroutine.create(function()
    local a <close> = guard(function() coroutine.close(second) end)
    task.sleep(60)
  end)
  local owners = { task.spawn(coroutine.resume, first), task.spawn(coroutine.resume, second) }
  task.yield()
  t.ok(coroutine.close(first))
  t.equal((owners[1]:join()), false)
  t.equal((owners[2]:join()), false)
end)

test.case("a __close below coroutine.close cannot close a resumer that is being left", function(t)
  local outer, problem
  outer = coroutine.create(function()
    coroutine.wrap(function()
      local a <close> = guard(function() problem = select(2, pcall(coroutine.close, outer)) end)
      task.sleep(60)
    end)()
  end)
  local owner = task.spawn(coroutine.resume, outer)
  task.yield()
  t.ok(coroutine.close(outer))
  t.match(problem, "cannot close a normal coroutine")
  t.equal((owner:join()), false)
end)
