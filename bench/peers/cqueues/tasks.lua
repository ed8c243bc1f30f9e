-- SPDX-License-Identifier: MIT
-- The workloads without I/O with cqueues: tasks.lua NAME N.
local cqueues = require "cqueues"
local condition = require "cqueues.condition"
local name, n = arg[1], tonumber(arg[2])
local loop = cqueues.new()
local sleep = cqueues.sleep

local function nothing() end

local work = {}

function work.tasks()
  for _ = 1, n do
    loop:wrap(function()
      for _ = 1, 10 do sleep(0) end
    end)
  end
end

function work.spawn()
  loop:wrap(function()
    local batch = 100
    for _ = 1, n / batch do
      for _ = 1, batch do loop:wrap(nothing) end
      sleep(0)
    end
  end)
end

-- A timer is a coroutine that waits for a condition until its time has come; the signal stops it.
function work.timers()
  local stops = {}
  for i = 1, n do
    local stop = condition.new()
    stops[i] = stop
    loop:wrap(function() stop:wait(i % 100 / 1000) end)
  end
  loop:wrap(function()
    for i = 1, n, 2 do stops[i]:signal() end
  end)
end

function work.sleepers()
  for _ = 1, n do loop:wrap(sleep, 600) end
  loop:wrap(function()
    sleep(0)
    print(n)
    io.stdout:flush()
  end)
end

work[name]()
assert(loop:loop())
