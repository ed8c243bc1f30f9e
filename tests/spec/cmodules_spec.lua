-- SPDX-License-Identifier: MIT
-- C modules built for stock Lua load, and raise through our frames.
local task = require "task"
local test = require "test"

-- Under test names that say what is missing.
local function module_case(name, claim, body)
  local ok, module = pcall(require, name)
  if not ok then return test.skip(claim, name .. " is not installed") end
  test.case(claim, function(t) body(t, module) end)
end

module_case("cjson", "cjson loads by the waiting require and works between waits", function(t, cjson)
  local text = cjson.encode { list = { 1, 2, 3 } }
  task.sleep(0)
  t.same(cjson.decode(text), { list = { 1, 2, 3 } })
end)

module_case("cjson", "an error of cjson is caught in a task", function(t, cjson)
  local ok, e = pcall(function()
    task.sleep(0)
    return cjson.decode("{ broken")
  end)
  t.equal(ok, false)
  t.match(e, "Expected object key string")
end)

module_case("cjson", "an error of cjson passes coroutines that have waited", function(t, cjson)
  local closed
  local ok, e = pcall(coroutine.wrap(function()
    task.sleep(0)
    coroutine.wrap(function()
      local guard <close> = setmetatable({}, { __close = function()
        closed = true
      end })
      task.sleep(0)
      cjson.encode(print)
    end)()
  end))
  t.equal(ok, false)
  t.match(e, "Cannot serialise function")
  t.ok(closed)
end)

module_case("cjson", "an error of cjson ends its task alone", function(t, cjson)
  local failing = task.spawn(function()
    task.sleep(0)
    cjson.decode("[")
  end)
  local result, e = failing:join()
  t.equal(result, nil)
  t.match(e, "Expected value but found T_END")
end)

module_case("lpeg", "lpeg matches, with functions that do not wait", function(t, lpeg)
  local digits = lpeg.R("09") ^ 1
  local sum = lpeg.Cf(lpeg.Cmt(digits, function(_, at, text) return at, tonumber(text) end) *
    ("+" * lpeg.Cmt(digits, function(_, at, text) return at, tonumber(text) end)) ^ 0, function(a, b) return a + b end)
  task.sleep(0)
  t.equal(sum:match("1+22+333"), 356)
end)

module_case("lpeg", "a function that lpeg calls cannot wait", function(t, lpeg)
  local before = _PY.active_operations()
  local pattern = lpeg.Cmt(lpeg.P(1), function() task.sleep(0) end)
  local e = t.error(pattern.match, "cannot wait inside", pattern, "x")
  t.match(e, "match: it cannot be suspended")
  t.same(_PY.active_operations(), before)
  task.sleep(0)
end)

module_case("lpeg", "a coroutine below a function that lpeg calls cannot wait", function(t, lpeg)
  local pattern = lpeg.Cmt(lpeg.P(1), function() return coroutine.wrap(function() task.sleep(0) end)() end)
  t.error(pattern.match, "cannot wait inside", pattern, "x")
end)

module_case("lpeg", "an error in a function that lpeg calls passes lpeg", function(t, lpeg)
  local problem = {}
  local ok, e = pcall(function()
    task.sleep(0)
    lpeg.match(lpeg.P(1) / function() error(problem) end, "x")
  end)
  t.equal(ok, false)
  t.equal(e, problem)
end)

module_case("cjson", "two tasks that require a C module get the same", function(t, cjson)
  package.loaded.cjson = nil
  local a, b = task.spawn(require, "cjson"), task.spawn(require, "cjson")
  local first, second = a:join(), b:join()
  t.equal(first, second)
  package.loaded.cjson = cjson
end)
