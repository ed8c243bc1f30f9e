-- SPDX-License-Identifier: MIT
-- What a program shows of errors that nobody handles.
local test = require "test"

local plua <const> = os.getenv("PLUA")

-- Runs the source as a program of its own. Returns what it wrote, and its exit status.
local function run(t, source)
  if not plua then t.skip("PLUA does not name the program") end
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local pipe = assert(io.popen(plua .. " " .. path .. " 2>&1"))
  local text = pipe:read("a")
  local _, _, status = pipe:close()
  os.remove(path)
  return text:gsub(path:gsub("%p", "%%%0"), "script.lua"), status
end

test.case("an error of the main chunk shows position and traceback", function(t)
  local text, status = run(t, [[
local function inner() error("main failed") end
require("task").sleep(0)
inner()]])
  t.match(text, "script%.lua:1: main failed\nstack traceback:\n")
  t.match(text, "script%.lua:3: in main chunk")
  t.equal(status, 1)
end)

test.case("an error of a spawned task shows its name and where it was spawned", function(t)
  local text, status = run(t, [[
local task = require "task"
local h = task.spawn(function()
  task.sleep(0)
  error("task failed")
end)
h:set_name("worker")
task.sleep(0.01)]])
  t.match(text, "%[ERROR%] Task 'worker' failed: script%.lua:4: task failed\nstack traceback:\n")
  t.match(text, "script%.lua:2")
  t.equal(status, 1)
end)

test.case("an error that somebody joins is not shown", function(t)
  local text, status = run(t, [[
local task = require "task"
local h = task.spawn(function() error("joined") end)
print(h:join())]])
  t.match(text, "^nil\tscript%.lua:2: joined\n$")
  t.equal(status, 0)
end)

test.case("each error is shown once", function(t)
  local text = run(t, [[
local task = require "task"
local h = task.spawn(function() error("once", 0) end)
task.sleep(0.01)
h:join()
task.sleep(0.01)]])
  local _, count = text:gsub("failed: once", "")
  t.equal(count, 1)
end)

test.case("an error in a timer callback does not change the exit status", function(t)
  local text, status = run(t, [[setTimeout(function() error("tick") end, 1)]])
  t.match(text, "%[ERROR%] Timer callback failed: script%.lua:1: tick\n")
  t.equal(status, 0)
end)

test.case("an error in an interval does not stop it", function(t)
  local text, status = run(t, [[
local n, id = 0, nil
id = setInterval(function()
  n = n + 1
  if n == 3 then clearInterval(id) end
  error("tick " .. n, 0)
end, 1)]])
  for i = 1, 3 do t.match(text, "Timer callback failed: tick " .. i .. "\n") end
  t.equal(status, 0)
end)

test.case("a cancelled task is no error", function(t)
  local text, status = run(t, [[
local task = require "task"
local h = task.spawn(task.sleep, 60)
task.sleep(0)
h:cancel()]])
  t.equal(text, "")
  t.equal(status, 0)
end)

test.case("an error that passes wrapped coroutines keeps their frames", function(t)
  local text = run(t, [[
local task = require "task"
local function innermost() task.sleep(0) error({}) end
local function middle() coroutine.wrap(innermost)() end
task.spawn(function() coroutine.wrap(middle)() end)
task.sleep(0.01)]])
  t.match(text, "script%.lua:2: in .*script%.lua:3: in .*script%.lua:4: in")
  t.match(text, "%(resumed by%)")
end)

test.case("error values that are no text are shown as stock Lua does", function(t)
  local text = run(t, [[
local task = require "task"
for _, value in ipairs { {}, setmetatable({}, { __tostring = function() return "via tostring" end }), true, 42,
                         setmetatable({}, { __tostring = function() error("again") end }),
                         setmetatable({}, { __tostring = function() return 1 end }) } do
  task.spawn(error, value)
end
task.spawn(error)
task.sleep(0.01)]])
  t.match(text, "failed: via tostring\n")
  t.match(text, "failed: %(error object is a boolean value%)\n")
  t.match(text, "failed: 42\n")
  t.match(text, "failed: %(error object is a nil value%)\n")
  local _, count = text:gsub("failed: %(error object is a table value%)\n", "")
  t.equal(count, 3)
end)

test.case("a __tostring of an error cannot wait", function(t)
  local text = run(t, [[
local task = require "task"
task.spawn(error, setmetatable({}, { __tostring = function() task.sleep(0) return "waited" end }))
task.sleep(0.01)]])
  t.match(text, "error object is a table value")
end)

test.case("output written before an error comes first", function(t)
  local text = run(t, [[
io.write("before ")
require("task").spawn(error, "after", 0)
require("task").sleep(0.01)]])
  t.match(text, "^before %[ERROR%]")
end)

test.case("the program ends when nothing can happen any more", function(t)
  local text, status = run(t, [[
local task = require "task"
task.spawn(function() task.sleep(0.01) print("last") end)
print("first")]])
  t.equal(text, "first\nlast\n")
  t.equal(status, 0)
end)

test.case("tasks that wait for each other are a deadlock", function(t)
  local text, status = run(t, [[
local task = require "task"
local a, b
a = task.spawn(function() b:join() end)
b = task.spawn(function() a:join() end)]])
  t.equal(status, 13, text)
end)

test.case("tasks that are left at the end run their <close> variables", function(t)
  local text, status = run(t, [[
local task = require "task"
local function guard(name)
  return setmetatable({}, { __close = function() print("closed " .. name, (pcall(task.sleep, 0))) end })
end
local root
kept = task.spawn(function()
  local a <close> = guard("parked")
  root = coroutine.running()
  coroutine.yield()
end)
task.sleep(0)
function keep() return root end]])
  t.equal(text, "closed parked\tfalse\n")
  t.equal(status, 0)
end)

test.case("a finalizer at the end may use the runtime", function(t)
  local text, status = run(t, [[
local task = require "task"
local handle = task.spawn(function() end)
object = setmetatable({}, { __gc = function()
  print(pcall(setTimeout, print, 10))
  print(pcall(setInterval, print, 10))
  print(pcall(clearTimeout, 1))
  print(pcall(task.spawn, print))
  print((pcall(task.sleep, 0)))
  print(pcall(task.sleep, 0, print))
  print(handle:cancel(), handle.status, require("task") == task)
end })
]])
  t.match(text, "false\tfinished\ttrue\n$")
  t.equal(status, 0)
end)
