--- Runs specs: cases of plain sequential code that may wait. Prints TAP and exits with status 1 when one fails.
---
---     local test = require "test"
---     test.case("a sum of numbers is a number", function(t)
---       t.equal(1 + 1, 2)
---     end)
---
--- The cases run one after the other when the chunk has ended. Each runs in a task of its own under a time limit, and
--- fails when it leaves a task or an operation behind.

local task = require "task"

---@class test
local test = {}

---@class test.case
---@field name string
---@field body function
---@field reason? string why it is skipped

---@type test.case[]
local cases = {}
local running = false

--- Seconds that a case may take. Valgrind needs many times more.
test.limit = os.getenv("PLUA_MEMCHECK") and 200 or 30

-- ---------------------------------------------------------------- values as text

local function show(value, depth)
  if type(value) == "string" then return string.format("%q", value) end
  if type(value) ~= "table" or (getmetatable(value) or {}).__tostring or depth > 3 then return tostring(value) end
  local parts = {}
  for i, item in ipairs(value) do parts[i] = show(item, depth + 1) end
  for key, item in pairs(value) do
    if not (math.type(key) == "integer" and key >= 1 and key <= #value) then
      parts[#parts + 1] = "[" .. show(key, depth + 1) .. "] = " .. show(item, depth + 1)
    end
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function same(a, b)
  if a == b then return true end
  if a ~= a and b ~= b then return true end -- not a number, twice
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  for key, item in pairs(a) do
    if not same(item, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

-- ---------------------------------------------------------------- what a case gets

---@class test.context
---@field package failures string[]
---@field package expectations { count: integer, wanted: integer, where: string }[]
local context = {}
context.__index = context

local skipped = setmetatable({}, { __tostring = function() return "skipped" end })

-- The position of the code that called the assertion.
local function where()
  for level = 3, 12 do
    local info = debug.getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 and info.source ~= "@plua:test" then return info.short_src .. ":" .. info.currentline end
  end
  return "?"
end

-- Noted as well as raised: an assertion may stand in a callback, whose errors nobody sees.
local function fail(t, message, note)
  local text = where() .. ": " .. (note and note .. ": " or "") .. message
  table.insert(t.failures, text)
  error(text, 0)
end

-- The functions below are called with a dot: `t.equal(a, b)`.
local function new_context()
  ---@class test.context
  local t = setmetatable({ failures = {}, expectations = {} }, context)

  --- Fails unless both are the same value (`==`; not-a-number equals itself).
  ---@param actual any
  ---@param expected any
  ---@param note? string what was compared
  function t.equal(actual, expected, note)
    if actual == expected or (actual ~= actual and expected ~= expected) then return end
    fail(t, show(actual, 0) .. " instead of " .. show(expected, 0), note)
  end

  --- Fails unless both are equal or tables with the same contents.
  ---@param actual any
  ---@param expected any
  ---@param note? string what was compared
  function t.same(actual, expected, note)
    if same(actual, expected) then return end
    fail(t, show(actual, 0) .. " instead of " .. show(expected, 0), note)
  end

  --- Fails when the value is false or nil. Returns it.
  ---@generic T
  ---@param value T
  ---@param note? any what it is, or an error value
  ---@return T
  function t.ok(value, note)
    if not value then fail(t, show(value, 0), note and tostring(note)) end
    return value
  end

  --- Fails when the text does not contain the pattern. Returns the captures.
  ---@param text any a string, or a value that `tostring` makes one of
  ---@param pattern string
  ---@param note? string
  function t.match(text, pattern, note)
    local found = table.pack(string.match(tostring(text), pattern))
    if found[1] == nil then fail(t, show(tostring(text), 0) .. " does not match " .. show(pattern, 0), note) end
    return table.unpack(found, 1, found.n)
  end

  --- Calls the function and fails unless it raises an error whose text contains the pattern. Returns the error.
  ---@param fn function
  ---@param pattern? string
  ---@param ... any arguments of the function
  ---@return any
  function t.error(fn, pattern, ...)
    local result = table.pack(pcall(fn, ...))
    if result[1] then fail(t, "no error was raised") end
    if pattern and not string.find(tostring(result[2]), pattern) then
      fail(t, "the error " .. show(tostring(result[2]), 0) .. " does not match " .. show(pattern, 0))
    end
    return result[2]
  end

  --- Returns a function that calls `fn`; the case fails unless it has been called `count` times at its end.
  ---@param fn? function
  ---@param count? integer 1 by default
  ---@return function
  function t.expect(fn, count)
    local expectation = { count = 0, wanted = count or 1, where = where() }
    table.insert(t.expectations, expectation)
    return function(...)
      expectation.count = expectation.count + 1
      if fn then return fn(...) end
    end
  end

  --- Ends the case without a verdict.
  ---@param reason string
  function t.skip(reason)
    t.reason = reason
    error(skipped, 0)
  end

  return t
end

-- ---------------------------------------------------------------- running

-- Names of all tasks that live now, with the line that describes each.
local function live_tasks()
  local found = {}
  for line in _PY.describe_tasks():gmatch("[^\n]+") do found[line:match("^%s*(.-):") or line] = line end
  return found
end

local function settle()
  for _ = 1, 3 do
    collectgarbage()
    task.yield()
  end
end

local function check_leftovers(t, tasks_before, operations_before)
  local left = 0
  for name, line in pairs(live_tasks()) do
    if not tasks_before[name] then
      left = left + 1
      if left <= 5 then table.insert(t.failures, "left a task:" .. line) end
    end
  end
  if left > 5 then table.insert(t.failures, "left " .. left .. " tasks in all") end
  for kind, count in pairs(_PY.active_operations()) do
    if count > (operations_before[kind] or 0) then
      table.insert(t.failures, "left an operation: " .. kind .. " (" .. count .. ")")
    end
  end
end

-- Returns the context with its failures, and the reason when the case was skipped.
local function run_case(case)
  local t = new_context()
  local tasks_before, operations_before = live_tasks(), _PY.active_operations()
  local runner = task.spawn(function()
    local ok, message = xpcall(case.body, function(e)
      if e == skipped or #t.failures > 0 then return e end
      return debug.traceback(tostring(e), 2)
    end, t)
    if not ok and message ~= skipped and #t.failures == 0 then table.insert(t.failures, tostring(message)) end
  end)
  runner:set_name("case")
  local overdue = 0
  local watchdog = setInterval(function()
    overdue = overdue + 1
    if overdue > 1 then
      print("Bail out! '" .. case.name .. "' does not end")
      os.exit(1)
    end
    table.insert(t.failures, "did not end within " .. test.limit .. " s\n" .. _PY.describe_tasks():sub(1, 2000))
    runner:cancel()
  end, test.limit * 1000)
  runner:join()
  clearInterval(watchdog)
  runner = nil
  settle()
  if not t.reason then
    for _, e in ipairs(t.expectations) do
      if e.count ~= e.wanted then
        table.insert(t.failures, e.where .. ": called " .. e.count .. " times instead of " .. e.wanted)
      end
    end
  end
  check_leftovers(t, tasks_before, operations_before)
  return t
end

--- Runs the cases that are registered now and ends the program with status 1 when one fails. Not needed at the end of
--- a spec: there it happens by itself.
function test.run()
  local list = cases
  cases, running = {}, true
  local failed = 0
  print("1.." .. #list)
  for number, case in ipairs(list) do
    local reason = case.reason
    local t
    if not reason then
      t = run_case(case)
      reason = t.reason
    end
    if t and #t.failures > 0 then
      failed = failed + 1
      print("not ok " .. number .. " - " .. case.name)
      for _, text in ipairs(t.failures) do print("# " .. text:gsub("\n", "\n# ")) end
    else
      print("ok " .. number .. " - " .. case.name .. (reason and " # SKIP " .. reason or ""))
    end
    io.stdout:flush()
  end
  running = false
  if failed > 0 then
    print("# " .. failed .. " failed")
    io.stdout:flush()
    os.exit(1)
  end
end

local function register(case)
  -- A word on the command line selects cases.
  local wanted = arg and arg[1]
  if wanted and not case.name:find(wanted, 1, true) then return end
  cases[#cases + 1] = case
  if #cases > 1 then return end
  task.spawn(function()
    if #cases > 0 and not running then test.run() end
  end):set_name("test")
end

--- Registers a case. Its body gets the context `t` and may wait anywhere.
---@param claim string what is true when the case passes
---@param body fun(t: test.context)
function test.case(claim, body) register({ name = claim, body = body }) end

--- Registers a case that is only listed.
---@param claim string
---@param reason string why it cannot run
function test.skip(claim, reason) register({ name = claim, body = function() end, reason = reason }) end

--- Calls an operation in its callback form and waits for the callback. Returns what the callback was given.
---@param operation function takes a function as last argument
---@param ... any its other arguments
---@return any ...
function test.await(operation, ...)
  local waiter
  local done = task.spawn(function()
    waiter = coroutine.running()
    return coroutine.yield()
  end)
  task.yield()
  local arguments = table.pack(...)
  arguments[arguments.n + 1] = function(...) coroutine.resume(waiter, ...) end
  operation(table.unpack(arguments, 1, arguments.n + 1))
  return done:join()
end

--- Registers one behaviour twice: with operations that suspend the caller, and with operations that take a callback.
--- The body calls each operation by `call(operation, ...)`.
---@param claim string
---@param body fun(t: test.context, call: fun(operation: function, ...): ...)
function test.styles(claim, body)
  test.case(claim .. " (wait)", function(t)
    body(t, function(operation, ...) return operation(...) end)
  end)
  test.case(claim .. " (callback)", function(t) body(t, test.await) end)
end

return test
