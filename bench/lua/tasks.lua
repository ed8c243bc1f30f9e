-- SPDX-License-Identifier: MIT
-- The workloads without I/O: tasks.lua NAME N [MORE]. Runs N operations and ends; `bench/run` and
-- `bench/instructions` take the difference of two lengths, or what `timed` prints. What needs no `task` runs under
-- stock Lua too.
local name, n, more = arg[1], math.tointeger(tonumber(arg[2])), math.tointeger(tonumber(arg[3] or 0))
local _, task = pcall(require, "task")  -- stock Lua has none

local function nothing() end

-- Calls `body` that many coroutines deep.
local function nested(levels, body)
  if levels == 0 then return body() end
  return coroutine.wrap(function() return nested(levels - 1, body) end)()
end

-- So that what is spawned is in use a hundred at a time: threads are reused, and a turn of the loop weighs little.
local function in_batches(start)
  local batch = 100
  for _ = 1, n // batch do
    for _ = 1, batch do start() end
    task.yield()
  end
end

-- Prints the CPU seconds of `body`, where what comes before it would drown the difference of two runs.
local function timed(body)
  local begin = os.clock()
  body()
  print(os.clock() - begin)
end

local work = {}

-- N tasks of ten yields each, all of them alive at once.
function work.tasks()
  for _ = 1, n do
    task.spawn(function()
      for _ = 1, 10 do task.yield() end
    end)
  end
end

-- MORE turns of N tasks, timed: this task is one of the round.
function work.turns()
  for _ = 1, n do
    task.spawn(function()
      for _ = 0, more do task.yield() end
    end)
  end
  task.yield()
  timed(function()
    for _ = 1, more do task.yield() end
  end)
end

-- The same with coroutines and a round-robin loop: the price of Lua alone.
local function bare_tasks(yields)
  local list = {}
  for i = 1, n do
    list[i] = coroutine.create(function()
      for _ = 1, yields do coroutine.yield() end
    end)
  end
  return function()
    for i = 1, n do coroutine.resume(list[i]) end
  end
end

function work.bare()
  local turn = bare_tasks(10)
  for _ = 0, 10 do turn() end
end

function work.bare_turns()
  local turn = bare_tasks(more + 1)
  turn()
  timed(function()
    for _ = 1, more do turn() end
  end)
end

-- An empty coroutine, as `spawn` below has an empty task.
function work.create()
  for _ = 1, n do coroutine.resume(coroutine.create(nothing)) end
end

-- A switch among a hundred tasks.
function work.switch()
  for _ = 1, 100 do
    task.spawn(function()
      for _ = 1, n // 100 do task.yield() end
    end)
  end
end

-- A lone task: every operation is a turn of the loop.
function work.loop()
  nested(more, function()
    for _ = 1, n do task.yield() end
  end)
end

-- An operation that is complete when it starts.
function work.at_once()
  local ended = task.spawn(nothing)
  ended:join()
  nested(more, function()
    for _ = 1, n do ended:join() end
  end)
end

function work.sleep()
  for _ = 1, n do task.sleep(0) end
end

function work.generator()
  for _ in coroutine.wrap(function()
    for i = 1, n do coroutine.yield(i) end
  end) do end
end

function work.resume()
  local co = coroutine.create(function()
    while true do coroutine.yield() end
  end)
  for _ = 1, n do coroutine.resume(co) end
end

function work.spawn()
  in_batches(function() task.spawn(nothing) end)
end

function work.callback()
  in_batches(function() task.yield(nothing) end)
end

-- Timers that are armed and stopped, MORE others being armed.
function work.timer()
  local others = {}
  for i = 1, more do others[i] = setTimeout(nothing, 1e6 + i) end
  timed(function()
    for i = 1, n do clearTimeout(setTimeout(nothing, 1e5 + i % 1000)) end
  end)
  for i = 1, #others do clearTimeout(others[i]) end
end

-- `count` timers within `within` milliseconds, every other one stopped.
local function arm_and_stop(count, within)
  local ids = {}
  for i = 1, count do ids[i] = setTimeout(nothing, i % within) end
  for i = 1, count, 2 do clearTimeout(ids[i]) end
end

function work.timers() arm_and_stop(n, 100) end

-- MORE rounds of N timers within ten milliseconds, each round until the last one has fired.
function work.rounds()
  for _ = 1, more do
    arm_and_stop(n, 10)
    task.sleep(0.01)
  end
end

-- Says N when the memory can be looked at, and stays until it is ended.
local function hold(wait)
  print(n)
  io.stdout:flush()
  wait()
end

-- N tasks that sleep at once.
function work.sleepers()
  for _ = 1, n do task.spawn(task.sleep, 600) end
  hold(function() task.sleep(600) end)
end

-- The same without tasks: N coroutines that wait for ever.
function work.suspended()
  local turn = bare_tasks(1)
  turn()
  hold(function()
    io.read("a")
    turn()
  end)
end

work[name]()
