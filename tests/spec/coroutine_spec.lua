-- SPDX-License-Identifier: MIT
-- Coroutines inside a task: an operation in any of them suspends the task, a plain yield goes to its own resumer.
local task = require "task"
local test = require "test"

local function nap() task.sleep(0.0005) end

test.case("resume gives the yields of a coroutine that waits in between", function(t)
  local co = coroutine.create(function(a, b)
    nap()
    local c = coroutine.yield(a, b)
    nap()
    local d, e = coroutine.yield(c)
    nap()
    return d, e
  end)
  t.same(table.pack(coroutine.resume(co, 1, nil)), { true, 1, nil, n = 3 })
  t.same(table.pack(coroutine.resume(co, "c")), { true, "c", n = 2 })
  t.same(table.pack(coroutine.resume(co, nil, nil)), { true, nil, nil, n = 3 })
  t.equal(coroutine.status(co), "dead")
  t.same(table.pack(coroutine.resume(co)), { false, "cannot resume dead coroutine", n = 2 })
end)

test.case("resume gives no value of its own after a wait", function(t)
  local co = coroutine.create(function()
    nap()
    coroutine.yield()
    nap()
  end)
  t.equal(select("#", coroutine.resume(co)), 1)
  t.equal(select("#", coroutine.resume(co)), 1)
  local wrapped = coroutine.wrap(function()
    nap()
    coroutine.yield()
    nap()
  end)
  t.equal(select("#", wrapped()), 0)
  t.equal(select("#", wrapped()), 0)
end)

test.case("a generator that waits works in a generic for", function(t)
  local function numbers(n)
    return coroutine.wrap(function()
      for i = 1, n do
        nap()
        coroutine.yield(i, i * i)
      end
    end)
  end
  local sum = 0
  for i, square in numbers(20) do sum = sum + i + square end
  t.equal(sum, 210 + 2870)
end)

test.case("many values pass resume and yield after a wait", function(t)
  local list = {}
  for i = 1, 200 do list[i] = i end
  local co = coroutine.wrap(function(...)
    nap()
    local got = table.pack(coroutine.yield(...))
    nap()
    return table.unpack(got, 1, got.n)
  end)
  t.equal(select("#", co(table.unpack(list))), 200)
  t.equal(select(200, co(table.unpack(list))), 200)
end)

-- Calls `body` below `depth` coroutines; how each is resumed depends on `style`.
local function nest(depth, style, body)
  if depth == 0 then return body() end
  local function inner() return nest(depth - 1, style, body) end
  local how = style == "mixed" and (depth % 3) or style
  if how == "wrap" or how == 0 then return coroutine.wrap(inner)() end
  if how == "resume" or how == 1 then
    local result = table.pack(coroutine.resume(coroutine.create(inner)))
    if not result[1] then error(result[2], 0) end
    return table.unpack(result, 2, result.n)
  end
  local result = table.pack(pcall(coroutine.wrap(inner)))
  if not result[1] then error(result[2], 0) end
  return table.unpack(result, 2, result.n)
end

for _, style in ipairs { "wrap", "resume", "mixed" } do
  test.case("an operation waits below 100 coroutines: " .. style, function(t)
    local other = 0
    local ticker = task.spawn(function()
      for _ = 1, 5 do
        other = other + 1
        task.yield()
      end
    end)
    t.same(table.pack(nest(100, style, function()
      nap()
      task.yield()
      return 1, nil, 3
    end)), { 1, nil, 3, n = 3 })
    ticker:join()
    t.equal(other, 5)
  end)

  test.case("an error after a wait passes 100 coroutines: " .. style, function(t)
    local problem = {}
    local ok, e = pcall(nest, 100, style, function()
      nap()
      error(problem)
    end)
    t.equal(ok, false)
    t.equal(e, problem)
  end)
end

test.case("each level yields to its own resumer while the innermost waits", function(t)
  local log = {}
  local function level(n)
    return coroutine.wrap(function()
      if n > 0 then
        for value in level(n - 1) do
          nap()
          coroutine.yield(value .. n)
        end
      else
        for i = 1, 3 do
          nap()
          coroutine.yield("v" .. i .. ":")
        end
      end
    end)
  end
  for value in level(9) do log[#log + 1] = value end
  t.same(log, { "v1:123456789", "v2:123456789", "v3:123456789" })
end)

test.case("two generators that wait are zipped", function(t)
  local function source(from)
    return coroutine.wrap(function()
      for i = from, from + 4 do
        if i % 2 == 0 then nap() end
        coroutine.yield(i)
      end
    end)
  end
  local a, b, sum = source(1), source(11), 0
  while true do
    local x, y = a(), b()
    if not x then break end
    sum = sum + x * y
  end
  t.equal(sum, 1 * 11 + 2 * 12 + 3 * 13 + 4 * 14 + 5 * 15)
end)

test.case("a coroutine that raises after a wait is dead and gives its error", function(t)
  local co = coroutine.create(function()
    nap()
    error("gone", 0)
  end)
  t.same(table.pack(coroutine.resume(co)), { false, "gone", n = 2 })
  t.equal(coroutine.status(co), "dead")
  t.same(table.pack(coroutine.close(co)), { false, "gone", n = 2 })
end)

test.case("wrap adds its position to a text error after a wait, as without one", function(t)
  local function failing(wait)
    return coroutine.wrap(function()
      if wait then nap() end
      error("text", 0)
    end)
  end
  local function message(f) return select(2, pcall(function() f() end)) end
  t.equal(message(failing(true)), message(failing(false)))
  t.match(message(failing(true)), "coroutine_spec%.lua:%d+: text$")
end)

test.case("wrap closes the variables of its coroutine after an error", function(t)
  local closed
  local f = coroutine.wrap(function()
    local guard <close> = setmetatable({}, { __close = function(_, e) closed = e end })
    nap()
    error("for the guard", 0)
  end)
  t.error(f, "for the guard")
  t.equal(closed, "for the guard")
end)

test.case("running, isyieldable and status tell what they tell in stock Lua", function(t)
  local main, is_main = coroutine.running()
  t.equal(is_main, false) -- a case runs in a spawned task
  t.equal(coroutine.status(main), "running")
  t.ok(coroutine.isyieldable())
  local inner
  local co
  co = coroutine.create(function()
    local self, inner_main = coroutine.running()
    inner = { self == co, inner_main, coroutine.isyieldable(), coroutine.status(main), coroutine.status(self) }
    nap()
    t.equal(coroutine.running(), co)
    t.equal(coroutine.status(main), "normal")
    coroutine.yield()
  end)
  t.equal(coroutine.status(co), "suspended")
  coroutine.resume(co)
  t.same(inner, { true, false, true, "normal", "running" })
  t.equal(coroutine.status(co), "suspended")
  t.ok(coroutine.isyieldable(co))
  coroutine.close(co)
  t.equal(coroutine.status(co), "dead")
end)

test.case("a coroutine cannot be yielded to below a C function", function(t)
  local co = coroutine.wrap(function()
    table.sort({ 2, 1 }, function()
      t.equal(coroutine.isyieldable(), false)
      coroutine.yield()
    end)
  end)
  t.error(co, "attempt to yield across a C%-call boundary")
end)

-- ---------------------------------------------------------------- sharing between tasks

test.case("a coroutine that waits in one task cannot be resumed by another", function(t)
  local gen = coroutine.create(function()
    task.sleep(0.01)
    coroutine.yield("first")
    return "second"
  end)
  local owner = task.spawn(function() return coroutine.resume(gen) end)
  task.yield()
  t.equal(coroutine.status(gen), "normal")
  t.same(table.pack(coroutine.resume(gen)), { false, "cannot resume a coroutine that waits in an operation", n = 2 })
  t.same(table.pack(owner:join()), { true, "first", n = 2 })
  t.same(table.pack(coroutine.resume(gen)), { true, "second", n = 2 })
end)

test.case("a wrapped generator used by two tasks at once is an error in the second", function(t)
  local gen = coroutine.wrap(function()
    for i = 1, 3 do
      task.sleep(0.005)
      coroutine.yield(i)
    end
  end)
  local first = task.spawn(function() return gen() end)
  task.yield()
  t.error(gen, "waits in an operation")
  t.equal(first:join(), 1)
  t.equal(gen(), 2)
end)

test.case("a generator migrates between tasks", function(t)
  local gen = coroutine.wrap(function()
    for i = 1, 10 do
      nap()
      coroutine.yield(i, task.current().id)
    end
  end)
  for i = 1, 10 do
    local worker
    worker = task.spawn(function() return gen() end)
    local value, id = worker:join()
    t.equal(value, i)
    t.equal(id, worker.id)
  end
end)

test.case("a generator outlives the task that began it", function(t)
  local gen
  task.spawn(function()
    gen = coroutine.wrap(function()
      nap()
      coroutine.yield(1)
      nap()
      return 2
    end)
    gen()
  end):join()
  collectgarbage()
  t.equal(gen(), 2)
end)

test.case("a resumer of a waiting chain is normal for everybody", function(t)
  local outer, inner
  outer = coroutine.create(function()
    inner = coroutine.create(function() task.sleep(0.01) end)
    return coroutine.resume(inner)
  end)
  local owner = task.spawn(coroutine.resume, outer)
  task.yield()
  t.equal(coroutine.status(outer), "normal")
  t.equal(coroutine.status(inner), "normal")
  t.equal((coroutine.resume(outer)), false)
  t.equal((coroutine.resume(inner)), false)
  t.same(table.pack(owner:join()), { true, true, n = 2 })
end)

test.case("a coroutine that resumes itself or its resumer gets the stock error", function(t)
  local co
  co = coroutine.create(function()
    nap()
    return coroutine.resume(co)
  end)
  t.same(table.pack(coroutine.resume(co)), { true, false, "cannot resume non-suspended coroutine", n = 3 })
  local up = coroutine.running()
  t.same(table.pack(coroutine.resume(coroutine.create(function()
    nap()
    return coroutine.resume(up)
  end))), { true, false, "cannot resume non-suspended coroutine", n = 3 })
end)

-- ---------------------------------------------------------------- plain yields at the root of a task

test.case("a plain yield at the root parks the task until its coroutine is resumed", function(t)
  local root
  local parked = task.spawn(function(...)
    root = coroutine.running()
    local got = coroutine.yield("nobody takes this")
    nap()
    return got, ...
  end, "argument")
  task.yield()
  t.equal(parked.status, "parked")
  t.equal(coroutine.status(root), "suspended")
  t.same(table.pack(coroutine.resume(root, "value")), { true, "value", "argument", n = 3 })
  t.same(table.pack(parked:join()), { "value", "argument", n = 2 })
  t.equal(parked.status, "finished")
end)

test.case("an error of a resumed parked task goes to its resumer and to join", function(t)
  local root
  local parked = task.spawn(function()
    root = coroutine.running()
    coroutine.yield()
    nap()
    error("parked failed", 0)
  end)
  task.yield()
  t.same(table.pack(coroutine.resume(root)), { false, "parked failed", n = 2 })
  t.same(table.pack(parked:join()), { nil, "parked failed", n = 2 })
end)

test.case("a parked task that nobody can resume ends with the garbage", function(t)
  local handle = task.spawn(function() coroutine.yield() end)
  local closed = task.spawn(function() return handle:join() end)
  task.yield()
  collectgarbage()
  collectgarbage()
  local _, e = closed:join()
  t.equal(e.code, "cancelled")
  t.equal(handle.status, "cancelled")
end)

test.case("a parked task can be yielded and resumed many times", function(t)
  local root
  local parked = task.spawn(function()
    root = coroutine.running()
    local sum = 0
    for _ = 1, 20 do sum = sum + coroutine.yield() end
    return sum
  end)
  task.yield()
  for i = 1, 20 do t.equal((coroutine.resume(root, i)), true) end
  t.equal(parked:join(), 210)
end)
