-- SPDX-License-Identifier: MIT
-- An operation suspends the coroutine that calls it, wherever the virtual machine can yield.
local task = require "task"
local test = require "test"

local nap = 0.001

-- Waits, then returns its arguments.
local function later(...)
  task.sleep(nap)
  return ...
end

local in_main_chunk = { before = true }
task.sleep(nap)
in_main_chunk.after = true

test.case("the main chunk may wait", function(t) t.ok(in_main_chunk.after) end)

test.case("only the calling task is suspended", function(t)
  local log = {}
  local other = task.spawn(function()
    for i = 1, 3 do
      log[#log + 1] = "other " .. i
      task.yield()
    end
  end)
  log[#log + 1] = "before"
  task.sleep(0.02)
  log[#log + 1] = "after"
  other:join()
  t.same(log, { "before", "other 1", "other 2", "other 3", "after" })
end)

test.case("an operation suspends every function between it and the task", function(t)
  local function deep(n)
    if n == 0 then return later("bottom") end
    local r = deep(n - 1)
    return r
  end
  t.equal(deep(150), "bottom")
end)

test.case("tail calls pass results of a wait", function(t)
  local function tail(n)
    if n == 0 then return later(1, nil, 3) end
    return tail(n - 1)
  end
  t.same(table.pack(tail(1000)), { 1, nil, 3, n = 3 })
end)

test.case("pcall returns the results of a body that waits", function(t)
  t.same(table.pack(pcall(later, 1, nil, nil)), { true, 1, nil, nil, n = 4 })
end)

test.case("pcall catches an error raised after a wait", function(t)
  local ok, e = pcall(function()
    task.sleep(nap)
    error({ code = 7 })
  end)
  t.equal(ok, false)
  t.equal(e.code, 7)
end)

test.case("nested pcalls unwind one by one across waits", function(t)
  local log = {}
  local ok, e = pcall(function()
    local inner_ok, inner = pcall(function()
      task.sleep(nap)
      error("inner", 0)
    end)
    log[1], log[2] = inner_ok, inner
    task.sleep(nap)
    error("outer", 0)
  end)
  t.same({ log[1], log[2], ok, e }, { false, "inner", false, "outer" })
end)

test.case("an error value of any type crosses a wait unchanged", function(t)
  local values = { "text", 5, 2.5, true, false, {}, print, coroutine.create(print), io.stdout }
  for _, value in ipairs(values) do
    local ok, e = pcall(function()
      task.sleep(nap)
      error(value, 0)
    end)
    t.equal(ok, false)
    t.equal(e, value)
  end
  t.same(table.pack(pcall(function()
    task.sleep(nap)
    error(nil)
  end)), { false, nil, n = 2 })
end)

test.case("error adds the position of the caller after a wait", function(t)
  local _, e = pcall(function()
    task.sleep(nap)
    error("here")
  end)
  t.match(e, "^[^:]*wait_spec%.lua:%d+: here$")
end)

test.case("xpcall runs its handler at the error after a wait", function(t)
  local trace
  local ok, e = xpcall(function()
    task.sleep(nap)
    local function raiser() error("deep", 0) end
    raiser()
  end, function(m)
    trace = debug.traceback(m)
    return "handled " .. m
  end)
  t.equal(ok, false)
  t.equal(e, "handled deep")
  t.match(trace, "raiser")
end)

test.case("xpcall passes arguments and results through a wait", function(t)
  t.same(table.pack(xpcall(later, print, 1, nil, 3)), { true, 1, nil, 3, n = 4 })
end)

test.case("select and varargs keep nils across a wait", function(t)
  local function f(...)
    task.sleep(nap)
    return select("#", ...), ...
  end
  t.same(table.pack(f(nil, nil)), { 2, nil, nil, n = 3 })
end)

local binary = {
  __add = function(a, b) return a + b end, __sub = function(a, b) return a - b end,
  __mul = function(a, b) return a * b end, __div = function(a, b) return a / b end,
  __mod = function(a, b) return a % b end, __pow = function(a, b) return a ^ b end,
  __idiv = function(a, b) return a // b end, __band = function(a, b) return a & b end,
  __bor = function(a, b) return a | b end, __bxor = function(a, b) return a ~ b end,
  __shl = function(a, b) return a << b end, __shr = function(a, b) return a >> b end,
  __concat = function(a, b) return a .. b end,
}

for event, operator in pairs(binary) do
  test.case("the metamethod " .. event .. " may wait", function(t)
    local meta = { [event] = function(...) return later("done", ...) end }
    local a = setmetatable({}, meta)
    t.equal(operator(a, 1), "done")
    t.equal(operator(1, a), "done")
    t.equal(operator(a, a), "done")
  end)
end

test.case("unary metamethods may wait", function(t)
  local a = setmetatable({}, { __unm = later, __bnot = later, __len = later })
  t.equal(-a, a)
  t.equal(~a, a)
  t.equal(#a, a)
end)

test.case("comparison metamethods may wait", function(t)
  local function yes() return later(true) end
  local meta = { __eq = yes, __lt = yes, __le = yes }
  local a, b = setmetatable({}, meta), setmetatable({}, meta)
  t.ok(a == b)
  t.equal(a ~= b, false)
  t.ok(a < b)
  t.ok(a <= b)
  t.ok(a > b)
  t.ok(a >= b)
  local seen
  if a < b then seen = true end
  t.ok(seen)
end)

test.case("the metamethod __index may wait", function(t)
  local a = setmetatable({}, { __index = function(_, key) return later(key) end })
  t.equal(a.field, "field")
  t.equal(a[1], 1)
  t.equal(rawget(a, 1), nil)
end)

test.case("a method found by a waiting __index is called", function(t)
  local a = setmetatable({}, { __index = function() return later(function(self, n) return later(self, n) end) end })
  t.same({ a:anything(4) }, { a, 4 })
end)

test.case("the metamethod __call passes all values through a wait", function(t)
  local a = setmetatable({}, { __call = function(_, ...) return later(...) end })
  t.same(table.pack(a(1, nil, 3)), { 1, nil, 3, n = 3 })
end)

test.case("the metamethod __newindex may wait", function(t)
  local written
  local a = setmetatable({}, {
    __newindex = function(_, key, value)
      task.sleep(nap)
      written = { key, value }
    end,
  })
  a.x = 5
  t.same(written, { "x", 5 })
end)

test.case("a chain of concatenations may wait at each step", function(t)
  local meta = { __concat = function(x, y) return later(tostring(x) .. "|" .. tostring(y)) end,
                 __tostring = function() return "o" end }
  local o = setmetatable({}, meta)
  t.equal("a" .. o .. "b" .. o, "ao|b|o") -- from the right; two strings ask no metamethod
end)

test.case("the iterator of a generic for may wait", function(t)
  local function range(n)
    return function(_, i)
      if i < n then return later(i + 1) end
    end, nil, 0
  end
  local sum = 0
  for i in range(5) do
    task.sleep(nap)
    sum = sum + i
  end
  t.equal(sum, 15)
end)

test.case("the closing value of a generic for may wait", function(t)
  local closed
  local guard = setmetatable({}, { __close = function()
    task.sleep(nap)
    closed = true
  end })
  for _ in next, { 1 }, nil, guard do end
  t.ok(closed)
end)

test.case("__pairs may wait", function(t)
  local a = setmetatable({}, { __pairs = function() return later(next, { x = 1 }, nil) end })
  for key, value in pairs(a) do t.same({ key, value }, { "x", 1 }) end
end)

test.case("dofile runs a chunk that waits", function(t)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write("local task = require 'task' task.sleep(0.001) return 'from file', select('#', ...)")
  file:close()
  local a, b = dofile(path)
  os.remove(path)
  t.equal(a, "from file")
  t.equal(b, 0)
end)

test.case("a loaded chunk may wait", function(t)
  t.equal(load("local task = require 'task' task.sleep(0.001) return ...")(9), 9)
end)

test.case("locals, upvalues and loops survive many waits", function(t)
  local total, counter = 0, 0
  local function bump() counter = counter + 1 end
  for i = 1, 200 do
    local here = i * 2
    task.yield()
    bump()
    total = total + here
  end
  t.equal(total, 200 * 201)
  t.equal(counter, 200)
end)

test.case("a wait that fails its argument check starts nothing", function(t)
  local before = _PY.active_operations()
  t.error(task.sleep, "bad argument #1 to 'sleep'", "soon")
  t.error(task.sleep, "bad argument #1 to 'sleep'")
  t.error(task.sleep, "bad argument #1 to 'sleep'", -1)
  t.error(task.sleep, "bad argument #1 to 'sleep'", 0 / 0)
  t.same(_PY.active_operations(), before)
end)

test.styles("a sleep gives nothing", function(t, call)
  for _, seconds in ipairs { 0, 0.001, 0.0105 } do t.equal(select("#", call(task.sleep, seconds)), 0) end
end)

test.case("misuse in callback style is raised in the caller", function(t)
  t.error(task.sleep, "bad argument #1 to 'sleep'", "soon", print)
end)

test.case("the callback form returns at once", function(t)
  local called = t.expect()
  local order = {}
  local waited = test.await(function(done)
    task.sleep(nap, function()
      called()
      order[#order + 1] = "callback"
      done("finished")
    end)
    order[#order + 1] = "returned"
  end)
  t.equal(waited, "finished")
  t.same(order, { "returned", "callback" })
end)

test.case("a callback may wait", function(t)
  local result = test.await(function(done)
    task.sleep(nap, function()
      task.sleep(nap)
      done(later("waited"))
    end)
  end)
  t.equal(result, "waited")
end)

test.case("the callback form may start where waiting is impossible", function(t)
  local called = t.expect(nil, 2)
  string.gsub("ab", ".", function() task.sleep(nap, called) end)
  task.sleep(0.02)
end)
