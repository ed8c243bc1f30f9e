-- SPDX-License-Identifier: MIT
-- Where Lua cannot suspend, an operation raises before anything starts, and says which function is in the way.
local task = require "task"
local test = require "test"

-- Runs `place(wait)`, where `wait` tries to wait, and checks what it raised and that nothing was started.
local function refused(claim, name, place)
  test.case(claim, function(t)
    local before = _PY.active_operations()
    local message
    local tries = 0
    place(function()
      local ok, e = pcall(task.sleep, 0)
      tries = tries + 1
      message = ok and "no error" or e
      t.same(_PY.active_operations(), before)
      return e
    end)
    t.ok(tries > 0)
    t.match(message, "cannot wait inside " .. name)
    task.sleep(0) -- and the task can still wait
  end)
end

refused("a comparison of table.sort cannot wait", "table%.sort", function(wait)
  table.sort({ 3, 1, 2 }, function(a, b)
    wait()
    return a < b
  end)
end)

refused("a replacement of string.gsub cannot wait", "string%.gsub", function(wait)
  string.gsub("a", "a", function() wait() end)
end)

refused("__tostring below tostring cannot wait", "tostring", function(wait)
  tostring(setmetatable({}, { __tostring = function()
    wait()
    return "text"
  end }))
end)

refused("__tostring below print cannot wait", "print", function(wait)
  local out = io.stdout
  out:flush()
  print(setmetatable({}, { __tostring = function()
    wait()
    return "# printed"
  end }))
end)

refused("__index below table.concat cannot wait", "table%.concat", function(wait)
  table.concat(setmetatable({}, { __index = function()
    wait()
    return "x"
  end }), ",", 1, 1)
end)

refused("the reader of load cannot wait", "load", function(wait)
  load(function() wait() end)
end)

refused("the handler of xpcall cannot wait", "a message handler of xpcall", function(wait)
  xpcall(function() error("x", 0) end, function() wait() end)
end)

refused("the handler of xpcall cannot wait for an error of the machine", "a message handler of xpcall", function(wait)
  xpcall(function() local x = nil; return x.y end, function() wait() end)
end)

refused("a finalizer cannot wait", "a __gc finalizer", function(wait)
  setmetatable({}, { __gc = function() wait() end })
  collectgarbage()
end)

refused("a debug hook cannot wait", "a debug hook", function(wait)
  local done
  debug.sethook(function()
    if done then return end
    done = true
    wait()
  end, "l")
  local _ = 1
  debug.sethook()
end)

refused("__close cannot wait while coroutine.close runs it", "a __close metamethod", function(wait)
  local co = coroutine.create(function()
    local guard <close> = setmetatable({}, { __close = function() wait() end })
    coroutine.yield()
  end)
  coroutine.resume(co)
  coroutine.close(co)
end)

refused("__close cannot wait while a failed wrap runs it", "a __close metamethod", function(wait)
  pcall(coroutine.wrap(function()
    local guard <close> = setmetatable({}, { __close = function() wait() end })
    error("x")
  end))
end)

refused("a coroutine below table.sort cannot wait", "table%.sort", function(wait)
  table.sort({ 2, 1 }, function(a, b)
    coroutine.wrap(wait)()
    return a < b
  end)
end)

refused("coroutines nested below string.gsub cannot wait", "string%.gsub", function(wait)
  string.gsub("a", "a", function()
    coroutine.wrap(function()
      coroutine.resume(coroutine.create(function() pcall(wait) end))
    end)()
  end)
end)

refused("a coroutine below __tostring cannot wait", "tostring", function(wait)
  tostring(setmetatable({}, { __tostring = function()
    coroutine.wrap(wait)()
    return ""
  end }))
end)

test.case("a wait below a C function that lies below a generator is refused", function(t)
  local gen = coroutine.wrap(function()
    coroutine.yield(1)
    table.sort({ 2, 1 }, function() task.sleep(0) end)
  end)
  gen()
  t.error(gen, "cannot wait inside table%.sort")
end)

test.case("the error has the position of the caller", function(t)
  local _, e = pcall(string.gsub, "a", "a", function() task.sleep(0) end)
  t.match(e, "^[^:]*refused_spec%.lua:%d+: cannot wait inside string%.gsub: it cannot be suspended$")
end)

test.case("the arguments are checked after the place", function(t)
  local e = t.error(string.gsub, nil, "a", "a", function() task.sleep("soon") end)
  t.match(e, "cannot wait inside string%.gsub")
end)

test.case("join, require and yield are refused like sleep", function(t)
  local ended = task.spawn(function() end)
  ended:join()
  local running = task.spawn(task.sleep, 0.001)
  task.yield()
  for _, wait in ipairs { task.yield, function() running:join() end } do
    t.error(string.gsub, "cannot wait inside string%.gsub", "a", "a", wait)
  end
  running:join()
end)

test.case("what does not wait is allowed everywhere", function(t)
  local handle
  string.gsub("a", "a", function()
    handle = task.spawn(function() return task.current().id end)
    t.ok(task.current())
  end)
  t.equal(handle:join(), handle.id)
  local fired = t.expect()
  setmetatable({}, { __gc = function() setTimeout(fired, 0) end })
  collectgarbage()
  task.sleep(0.01)
end)

test.case("a C function that has been left is no longer in the way", function(t)
  local co = coroutine.create(function()
    string.gsub("a", "a", function() end)
    task.sleep(0)
    return "waited"
  end)
  t.same(table.pack(coroutine.resume(co)), { true, "waited", n = 2 })
  pcall(table.sort, { 3, 2, 1 }, function() error("leave") end)
  task.sleep(0)
  pcall(string.gsub, "a", "a", function() coroutine.wrap(function() error("leave") end)() end)
  task.sleep(0)
end)
