-- SPDX-License-Identifier: MIT
-- The workloads without I/O with nginx's light threads: tasks.lua NAME N.
local name, n = arg[1], tonumber(arg[2])
local spawn, wait, sleep = ngx.thread.spawn, ngx.thread.wait, ngx.sleep

local function nothing() end

local function sleeper(seconds) sleep(seconds) end  -- only Lua functions can be spawned

local function ten_times(yield)
  local threads = {}
  for i = 1, n do
    threads[i] = spawn(function()
      for _ = 1, 10 do yield() end
    end)
  end
  for i = 1, n do wait(threads[i]) end
end

local work = {}

-- In a light thread it yields to the other light threads.
function work.tasks() ten_times(coroutine.yield) end

function work.sleeps() ten_times(function() sleep(0) end) end

-- A thread that nobody waits for would stay until the end.
function work.spawn()
  local batch = {}
  for _ = 1, n / 100 do
    for i = 1, 100 do batch[i] = spawn(nothing) end
    for i = 1, 100 do wait(batch[i]) end
  end
end

-- Its timers cannot be stopped, a thread that sleeps can.
function work.timers()
  local threads = {}
  for i = 1, n do threads[i] = spawn(sleeper, i % 100 / 1000) end
  for i = 1, n, 2 do ngx.thread.kill(threads[i]) end
  for i = 2, n, 2 do wait(threads[i]) end
end

function work.sleepers()
  for _ = 1, n do spawn(sleeper, 600) end
  io.stdout:write(n, "\n")
  io.stdout:flush()
  sleep(600)
end

work[name]()
