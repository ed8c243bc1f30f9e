-- SPDX-License-Identifier: MIT
-- setTimeout, setInterval and their like.
local task = require "task"
local test = require "test"

-- The cases have a watchdog of this kind.
local intervals_before = _PY.has_active_intervals()
local probe = setInterval(print, 1e6)
local intervals_during = _PY.has_active_intervals()
clearInterval(probe)
local intervals_after = _PY.has_active_intervals()

test.case("has_active_intervals tells the truth", function(t)
  t.same({ intervals_before, intervals_during, intervals_after }, { false, true, false })
end)

test.case("timeouts and sleeps keep the order of their times", function(t)
  local order = {}
  local function note(what) order[#order + 1] = what end
  setTimeout(function() note "timeout 1" end, 2)
  local first = task.spawn(function()
    task.sleep(0.002)
    note "sleep 1"
  end)
  task.yield()
  setTimeout(function() note "timeout 2" end, 2)
  local second = task.spawn(function()
    task.sleep(0.002)
    note "sleep 2"
  end)
  first:join()
  second:join()
  t.same(order, { "timeout 1", "sleep 1", "timeout 2", "sleep 2" })
end)

test.case("the functions are global and in _PY", function(t)
  for _, name in ipairs { "setTimeout", "clearTimeout", "setInterval", "clearInterval" } do
    t.equal(type(_G[name]), "function")
    t.equal(type(_PY[name]), "function")
  end
end)

test.case("a timeout calls its function once without arguments", function(t)
  local called = t.expect(function(...) t.equal(select("#", ...), 0) end)
  setTimeout(called, 1, "surplus")
  task.sleep(0.02)
end)

test.case("nothing fires before the caller waits", function(t)
  local fired = false
  setTimeout(function() fired = true end, 0)
  local finish = os.clock() + 0.005
  while os.clock() < finish do end
  t.equal(fired, false)
  task.sleep(0.001)
  t.ok(fired)
end)

test.case("zero and less mean the next turn", function(t)
  local order = {}
  setTimeout(function() order[#order + 1] = "zero" end, 0)
  setTimeout(function() order[#order + 1] = "negative" end, -5)
  task.sleep(0.01)
  t.same(order, { "zero", "negative" })
end)

test.case("timeouts fire in the order of their due times, then of their calls", function(t)
  local order = {}
  for _, ms in ipairs { 12, 4, 8, 4.5, 0, 8, 0 } do
    setTimeout(function() order[#order + 1] = ms end, ms)
  end
  task.sleep(0.012) -- due after all of them
  t.same(order, { 0, 0, 4, 4.5, 8, 8, 12 })
end)

test.case("equal due times fire first in, first out", function(t)
  local order = {}
  for i = 1, 100 do setTimeout(function() order[i] = #order + 1 end, 3) end
  task.sleep(0.03)
  for i = 1, 100 do t.equal(order[i], i) end
end)

test.case("ids count up, shared by both kinds", function(t)
  local a, b, c = setTimeout(print, 1e6), setInterval(print, 1e6), setTimeout(print, 1e6)
  t.equal(math.type(a), "integer")
  t.equal(b, a + 1)
  t.equal(c, b + 1)
  for _, id in ipairs { a, b, c } do t.ok(clearTimeout(id)) end
end)

test.case("arguments are checked at once", function(t)
  for _, set in ipairs { setTimeout, setInterval } do
    t.error(set, "bad argument #1 to 'set%w+' %(function expected, got no value%)")
    t.error(set, "bad argument #1 to 'set%w+' %(function expected, got string%)", "print", 1)
    t.error(set, "bad argument #2 to 'set%w+' %(number expected, got no value%)", print)
    t.error(set, "bad argument #2 to 'set%w+' %(number expected, got string%)", print, "soon")
    t.error(set, "bad argument #2 to 'set%w+' .*nan", print, 0 / 0)
  end
  t.error(clearTimeout, "bad argument #1 to 'clearTimeout'")
  t.error(clearTimeout, "bad argument #1 to 'clearTimeout'", nil)
  t.error(clearInterval, "bad argument #1 to 'clearInterval'", {})
  t.equal(_PY.has_active_timers(), false)
end)

test.case("a cleared timeout does not fire", function(t)
  local id = setTimeout(t.expect(nil, 0), 2)
  t.equal(clearTimeout(id), true)
  t.equal(clearTimeout(id), false)
  task.sleep(0.01)
end)

test.case("clearing what has fired or never was is false", function(t)
  local id = setTimeout(t.expect(), 0)
  task.sleep(0.005)
  t.equal(clearTimeout(id), false)
  t.equal(clearTimeout(0), false)
  t.equal(clearTimeout(-1), false)
  t.equal(clearInterval(123456789), false)
end)

test.case("either clear function stops either kind", function(t)
  local timeout, interval = setTimeout(t.expect(nil, 0), 2), setInterval(t.expect(nil, 0), 2)
  t.equal(clearInterval(timeout), true)
  t.equal(clearTimeout(interval), true)
  t.equal(_PY.has_active_timers(), false)
  task.sleep(0.01)
end)

test.case("an interval fires until it is cleared from inside", function(t)
  local count, id = 0, nil
  local done
  id = setInterval(function()
    count = count + 1
    if count == 3 then
      t.equal(clearInterval(id), true)
      t.equal(clearInterval(id), false)
      done = true
    end
  end, 1)
  while not done do task.sleep(0.001) end
  task.sleep(0.01)
  t.equal(count, 3)
end)

test.case("an interval of zero leaves time for others", function(t)
  local ticks = 0
  local id = setInterval(function() ticks = ticks + 1 end, 0)
  for _ = 1, 10 do task.sleep(0.002) end
  clearInterval(id)
  t.ok(ticks >= 1)
  t.ok(ticks <= 1000)
end)

test.case("a callback may wait", function(t)
  local finished = t.expect()
  setTimeout(function()
    task.sleep(0.001)
    finished()
  end, 0)
  task.sleep(0.02)
end)

test.case("a tick that waits does not delay or spoil the next", function(t)
  local started, ended = 0, 0
  local id = setInterval(function()
    started = started + 1
    task.sleep(0.01)
    ended = ended + 1
  end, 1)
  while started < 4 do task.sleep(0.001) end
  clearInterval(id)
  local at_clear = started
  while ended < at_clear do task.sleep(0.001) end
  t.equal(started, at_clear)
end)

test.case("a callback that yields plainly is resumed by whoever holds its coroutine", function(t)
  local co, got
  setTimeout(function()
    co = coroutine.running()
    got = coroutine.yield()
  end, 0)
  while not co do task.sleep(0.001) end
  t.equal(coroutine.status(co), "suspended")
  t.ok(coroutine.resume(co, "woken"))
  t.equal(got, "woken")
end)

test.case("a coroutine that has parked is resumed by a timer", function(t)
  local co
  local sleeper = task.spawn(function()
    co = coroutine.running()
    setTimeout(function() coroutine.resume(co, "from timer") end, 1)
    return coroutine.yield()
  end)
  t.equal(sleeper:join(), "from timer")
end)

test.case("a timer may set and clear timers", function(t)
  local inner = t.expect()
  local never = setTimeout(t.expect(nil, 0), 5)
  setTimeout(function()
    clearTimeout(never)
    setTimeout(inner, 0)
  end, 1)
  task.sleep(0.03)
end)

test.case("has_active_timers tells the truth", function(t)
  t.equal(_PY.has_active_timers(), false)
  local id = setTimeout(print, 1e6)
  t.equal(_PY.has_active_timers(), true)
  clearTimeout(id)
  t.equal(_PY.has_active_timers(), false)
  setTimeout(t.expect(function() t.equal(_PY.has_active_timers(), false) end), 0)
  task.sleep(0.005)
  t.equal(_PY.process_timer_callbacks(), nil)
end)

test.case("active_operations counts timers", function(t)
  local before = _PY.active_operations().timer
  local id = setTimeout(print, 1e6)
  t.equal(_PY.active_operations().timer, before + 1)
  clearTimeout(id)
  t.equal(_PY.active_operations().timer, before)
end)

test.case("a huge time never fires", function(t)
  local ids = { setTimeout(t.expect(nil, 0), math.huge), setTimeout(t.expect(nil, 0), 1e300) }
  task.sleep(0.005)
  for _, id in ipairs(ids) do t.ok(clearTimeout(id)) end
end)

test.case("a finalizer may clear the timer that is firing", function(t)
  local pause, step = collectgarbage("setpause", 10), collectgarbage("setstepmul", 1000)
  local id
  local ticks = 0
  id = setInterval(function()
    ticks = ticks + 1
    for _ = 1, 20 do
      setmetatable({}, { __gc = function() if ticks > 20 then clearInterval(id) end end })
    end
    if ticks > 2000 then clearInterval(id) end
  end, 1)
  while _PY.active_operations().timer > 1 do task.sleep(0.002) end
  collectgarbage("setpause", pause)
  collectgarbage("setstepmul", step)
  t.ok(ticks > 20)
end)

test.case("two hundred thousand timers, half of them cleared", function(t)
  local many = (os.getenv("PLUA_MEMCHECK") or os.getenv("ASAN_OPTIONS")) and 5000 or 200000
  local fired, ids = 0, {}
  local function fire() fired = fired + 1 end
  for i = 1, many do ids[i] = setTimeout(fire, i % 50) end
  for i = 1, many, 2 do t.ok(clearTimeout(ids[i])) end
  while fired < many // 2 do task.sleep(0.01) end
  task.sleep(0.01)
  t.equal(fired, many // 2)
  t.equal(_PY.has_active_timers(), false)
end)

test.case("a busy task that yields does not starve a timer", function(t)
  local fired = false
  setTimeout(function() fired = true end, 5)
  local finish = os.clock() + 10
  while not fired and os.clock() < finish do task.yield() end
  t.ok(fired)
end)

test.case("busy tasks take turns with an interval", function(t)
  local ticks, stop = 0, false
  local id = setInterval(function() ticks = ticks + 1 end, 1)
  local workers = {}
  for i = 1, 4 do
    workers[i] = task.spawn(function()
      while not stop do task.sleep(0) end
    end)
  end
  local finish = os.clock() + 10
  while ticks < 20 and os.clock() < finish do task.yield() end
  stop = true
  clearInterval(id)
  for i = 1, 4 do workers[i]:join() end
  t.ok(ticks >= 20)
end)
