-- SPDX-License-Identifier: MIT
-- The workloads without I/O: tasks.lua NAME N [DEPTH]. Runs N operations and ends; `bench/run` and
-- `bench/instructions` take the difference of two lengths. `bare`, `generator` and `resume` run under stock Lua too.
local name, n, depth = arg[1], math.tointeger(tonumber(arg[2])), tonumber(arg[3] or 0)
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

local work = {}

-- N tasks of ten yields each, all of them alive at once.
function work.tasks()
  for _ = 1, n do
    task.spawn(function()
      for _ = 1, 10 do task.yield() end
    end)
  end
end

-- The same with coroutines and a round-robin loop: the price of Lua alone.
function work.bare()
  local list = {}
  for i = 1, n do
    list[i] = coroutine.create(function()
      for _ = 1, 10 do coroutine.yield() end
    end)
  end
  for _ = 1, 11 do
    for i = 1, n do coroutine.resume(list[i]) end
  end
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
  nested(depth, function()
    for _ = 1, n do task.yield() end
  end)
end

-- An operation that is complete when it starts.
function work.at_once()
  local ended = task.spawn(nothing)
  ended:join()
  nested(depth, function()
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

-- Timers that are armed and stopped, ten thousand others being armed.
function work.timer()
  local others = {}
  for i = 1, 10000 do others[i] = setTimeout(nothing, 1e6 + i) end
  for i = 1, n do clearTimeout(setTimeout(nothing, 1e5 + i % 1000)) end
  for i = 1, #others do clearTimeout(others[i]) end
end

-- N timers within a tenth of a second, every other one stopped.
function work.timers()
  local ids = {}
  for i = 1, n do ids[i] = setTimeout(nothing, i % 100) end
  for i = 1, n, 2 do clearTimeout(ids[i]) end
end

-- N tasks that sleep at once.
function work.sleepers()
  for _ = 1, n do task.spawn(task.sleep, 0.5) end
end

work[name]()
