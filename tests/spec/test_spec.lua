-- SPDX-License-Identifier: MIT
-- The spec runner itself, seen from outside.
local test = require "test"

local plua <const> = os.getenv("PLUA")

local function run(t, source, arguments)
  if not plua then t.skip("PLUA does not name the program") end
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write("local task, test = require 'task', require 'test'\n", source)
  file:close()
  local pipe = assert(io.popen(plua .. " " .. path .. " " .. (arguments or "") .. " 2>&1"))
  local text = pipe:read("a")
  local _, _, status = pipe:close()
  os.remove(path)
  return text, status
end

local function passes(claim, source, pattern)
  test.case(claim, function(t)
    local text, status = run(t, source)
    t.match(text, pattern)
    t.equal(status, 0)
  end)
end

local function fails(claim, source, pattern)
  test.case(claim, function(t)
    local text, status = run(t, source)
    t.match(text, "not ok 1 %- case\n# ")
    t.match(text, pattern)
    t.equal(status, 1)
  end)
end

passes("cases run in order and are numbered", [[
test.case("first", function() task.sleep(0) end)
test.case("second", function() end)]], "^1%.%.2\nok 1 %- first\nok 2 %- second\n$")

passes("a skipped case has its reason", [[
test.skip("never", "a reason")
test.case("at run time", function(t) t.skip("another") end)]],
  "ok 1 %- never # SKIP a reason\nok 2 %- at run time # SKIP another\n")

passes("the styles are two cases", [[
test.styles("both", function(t, call) t.equal(select("#", call(task.sleep, 0)), 0) end)]],
  "ok 1 %- both %(wait%)\nok 2 %- both %(callback%)")

passes("assertions accept what is true", [[
test.case("all", function(t)
  t.equal(1, 1.0)
  t.equal(0/0, 0/0)
  t.same({ 1, { x = {} } }, { 1, { x = {} } })
  t.ok(0)
  t.equal(t.match("key=value", "(%w+)=(%w+)"), "key")
  t.equal(t.error(error, "text", "text", 0), "text")
  t.expect()()
  local twice = t.expect(function(x) return x end, 2)
  t.equal(twice(1) + twice(2), 3)
  t.expect(nil, 0)
end)]], "ok 1")

test.case("test.run runs at once", function(t)
  local text = run(t, [[
test.case("one", function() end)
test.run()
print("after")]])
  t.match(text, "^1%.%.1\nok 1 %- one\nafter\n$")
end)

test.case("a word selects cases", function(t)
  t.match((run(t, "test.case('apple', function() end) test.case('pear', function() end)", "pear")),
    "^1%.%.1\nok 1 %- pear\n$")
end)

fails("a wrong value fails with both values", [[test.case("case", function(t) t.equal({ 1 }, "x", "what") end)]],
  ":2: what: {1} instead of \"x\"")
fails("different tables are not the same", [[test.case("case", function(t) t.same({ 1 }, { 1, 2 }) end)]],
  "{1} instead of {1, 2}")
fails("an error fails with its traceback", [[test.case("case", function() local x; x() end)]],
  "attempt to call a nil value %(local 'x'%)\n# stack traceback:")
fails("an error of any type fails", [[test.case("case", function() error({}) end)]], "table:")
fails("a missing error fails", [[test.case("case", function(t) t.error(function() end) end)]], "no error was raised")
fails("another error fails", [[test.case("case", function(t) t.error(error, "this", "that", 0) end)]],
  'error "that" does not match "this"')
fails("a function that was not called fails", [[test.case("case", function(t) t.expect() end)]],
  ":2: called 0 times instead of 1")
fails("a failed assertion in a callback fails", [[
test.case("case", function(t)
  setTimeout(function() pcall(t.equal, 1, 2) end, 0)
  task.sleep(0.01)
end)]], "1 instead of 2")
fails("a task left behind fails", [[test.case("case", function() task.spawn(task.sleep, 1) task.yield() end)]],
  "left a task: .*sleep")
fails("a timer left behind fails", [[test.case("case", function() setTimeout(print, 1e6) end)]],
  "left an operation: timer")
fails("a case that does not end fails", [[
test.limit = 0.05
test.case("case", function() task.sleep(60) end)]], "did not end within 0.05 s")

test.case("a case that refuses to end stops the program", function(t)
  local text, status = run(t, [[
test.limit = 0.05
test.case("stubborn", function() while true do pcall(task.sleep, 60) end end)]])
  t.match(text, "Bail out! 'stubborn' does not end")
  t.equal(status, 1)
end)

test.case("a failed case does not stop the next", function(t)
  local text, status = run(t, [[
test.case("bad", function(t) t.ok(false) end)
test.case("good", function(t) t.ok(true) end)]])
  t.match(text, "not ok 1 %- bad\n.*\nok 2 %- good\n# 1 failed\n$")
  t.equal(status, 1)
end)
