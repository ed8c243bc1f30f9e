-- SPDX-License-Identifier: MIT
-- The workloads without I/O with luv: tasks.lua NAME N [MORE]. It has no tasks: they are coroutines here, in a queue
-- that an idle handle works off, once in a turn of the loop.
local uv = require "luv"
local name, n, more = arg[1], tonumber(arg[2]), tonumber(arg[3] or 0)

local function nothing() end

local work = {}

function work.tasks()
  local yield, resume, status = coroutine.yield, coroutine.resume, coroutine.status
  local queue = {}
  for i = 1, n do
    queue[i] = coroutine.create(function()
      for _ = 1, 10 do yield() end
    end)
  end
  local idle = uv.new_idle()
  idle:start(function()
    local next_queue = {}
    for i = 1, #queue do
      local co = queue[i]
      assert(resume(co))
      if status(co) ~= "dead" then next_queue[#next_queue + 1] = co end
    end
    queue = next_queue
    if #queue == 0 then idle:close() end
  end)
end

local function set_timeout(milliseconds, callback)
  local timer = uv.new_timer()
  timer:start(milliseconds, 0, function()
    timer:close()
    callback()
  end)
  return timer
end

local function clear_timeout(timer)
  timer:stop()
  timer:close()
end

function work.timers()
  local timers = {}
  for i = 1, n do timers[i] = set_timeout(i % 100, nothing) end
  for i = 1, n, 2 do clear_timeout(timers[i]) end
end

function work.timer()
  local others = {}
  for i = 1, more do others[i] = set_timeout(1e6 + i, nothing) end
  for i = 1, n do
    clear_timeout(set_timeout(1e5 + i % 1000, nothing))
    if i % 100 == 0 then uv.run("nowait") end  -- frees what was closed
  end
  for i = 1, #others do clear_timeout(others[i]) end
end

function work.sleepers()
  for _ = 1, n do
    local co = coroutine.create(coroutine.yield)
    coroutine.resume(co)
    set_timeout(600 * 1000, function() coroutine.resume(co) end)
  end
  print(n)
  io.stdout:flush()
end

work[name]()
uv.run()
