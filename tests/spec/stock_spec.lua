-- SPDX-License-Identifier: MIT
-- A program that calls nothing of plua behaves as under lua5.4: its output is compared.
local test = require "test"

local plua <const> = os.getenv("PLUA")
local stock <const> = "lua5.4"
local has_stock = (io.popen("command -v " .. stock):read("l") or "") ~= ""

local function output(program, path, arguments)
  local pipe = assert(io.popen(program .. " " .. path .. " " .. (arguments or "") .. " 2>&1"))
  local text = pipe:read("a")
  local _, _, status = pipe:close()
  return text, status
end

local function compare(t, source, arguments, clean)
  if not plua then t.skip("PLUA does not name the program") end
  if not has_stock then t.skip(stock .. " is not installed") end
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local expected, expected_status = output(stock, path, arguments)
  local actual, status = output(plua, path, arguments)
  os.remove(path)
  if clean then expected, actual = clean(expected), clean(actual) end
  t.equal(actual, expected)
  t.equal(status, expected_status)
end

local function same_as_stock(claim, source, arguments, clean)
  test.case(claim, function(t) compare(t, source, arguments, clean) end)
end

-- Addresses, and the name of the program in front of an error.
local function plain(text)
  return (text:gsub("0x%x+", "ADDRESS"):gsub("^[%w/%.%-_]*lua[%d%.]*: ", ""))
end

same_as_stock("arguments of the script", [[
print(#arg, arg[1], arg[2], arg[3], ...)
print(select("#", ...), type(arg[0]), type(arg[-1]))]], "one 'two words' ''")

same_as_stock("the libraries and their functions", [[
for _, library in ipairs { "string", "table", "math", "io", "os", "utf8", "debug", "coroutine" } do
  local names = {}
  for name, value in pairs(_G[library]) do
    if name ~= "split" then names[#names + 1] = name .. ":" .. type(value) end -- PLua's addition
  end
  table.sort(names)
  print(library, table.concat(names, " "))
end
print(_VERSION, package.config, type(package.loaded), require("string") == string)]])

same_as_stock("a program with a first line for the shell", "#!/usr/bin/env lua\nprint(debug.getinfo(1).currentline)\n")

same_as_stock("generators", [[
local function permutations(list, n)
  n = n or #list
  if n <= 1 then coroutine.yield(list) return end
  for i = 1, n do
    list[n], list[i] = list[i], list[n]
    permutations(list, n - 1)
    list[n], list[i] = list[i], list[n]
  end
end
for p in coroutine.wrap(function() permutations { 1, 2, 3, 4 } end) do print(table.concat(p, " ")) end]])

same_as_stock("what coroutine functions return and refuse", [[
local co = coroutine.create(function(...)
  print("args", ...)
  print("yield", coroutine.yield(1, nil, 3))
  error("in coroutine")
end)
print(coroutine.status(co), coroutine.isyieldable(co), coroutine.isyieldable())
print(coroutine.resume(co, "a", nil))
print(coroutine.status(co))
print(coroutine.resume(co, nil, "b"))
print(coroutine.status(co), coroutine.resume(co))
print(coroutine.close(co))
print(select(2, coroutine.running()))
print(pcall(coroutine.wrap(function() error("text") end)))
print(pcall(coroutine.wrap(function() error("text", 0) end)))
print(pcall(coroutine.wrap(function() error({}) end)) == false)
local dead = coroutine.wrap(function() end)
dead()
print(pcall(dead))
for _, f in ipairs { coroutine.create, coroutine.wrap, coroutine.resume, coroutine.status, coroutine.close } do
  print(pcall(f))
  print(pcall(f, 1))
end
print(pcall(coroutine.isyieldable, 1))
print(pcall(coroutine.yield))
print(pcall(coroutine.close, coroutine.running()))
print(coroutine.resume(coroutine.running()))
print(coroutine.wrap(function() return pcall(pcall, error) end)())
print(coroutine.close(coroutine.create(print)))
local self
self = coroutine.wrap(function() return pcall(self) end)
print(self())
print(coroutine.wrap(function() return coroutine.wrap(function() return coroutine.isyieldable() end)() end)())]])

same_as_stock("a plain yield of the main chunk is an error", "coroutine.yield(1)", nil, function(text)
  return plain(text):match("^[^\n]*")
end)

same_as_stock("yields across what cannot yield", [[
local function try(f, ...)
  print(coroutine.resume(coroutine.create(f), ...))
end
try(table.sort, { 2, 1 }, function() coroutine.yield() end)
try(string.gsub, "a", "a", coroutine.yield)
try(load, coroutine.yield)
try(tostring, setmetatable({}, { __tostring = coroutine.yield }))
try(function() setmetatable({}, { __gc = coroutine.yield }) collectgarbage() return "collected" end)
try(pcall, coroutine.yield, 1)
try(xpcall, coroutine.yield, print, 1)
try(xpcall, error, coroutine.yield)]])

same_as_stock("closing of variables", [[
local function guard(name) return setmetatable({}, { __close = function(_, e) print("close", name, e) end }) end
do local a <close>, b <const> = guard "a", 1 print(b) end
print(pcall(function() local a <close> = guard "b" error("e", 0) end))
local co = coroutine.create(function() local a <close> = guard "c" coroutine.yield() end)
coroutine.resume(co)
print(coroutine.close(co))
local bad = coroutine.create(function()
  local a <close> = setmetatable({}, { __close = function() error("closing", 0) end })
  coroutine.yield()
end)
coroutine.resume(bad)
print(coroutine.close(bad))
print(coroutine.status(bad))
print(pcall(coroutine.wrap(function() local a <close> = guard "d" error("from wrap", 0) end)))
for _ in next, {}, nil, guard "loop" do end
print(load("local a <close>, b <close> = 1"))
print(pcall(function() local x <close> = 1 end))]])

same_as_stock("messages of errors", [[
print(pcall(function() local t; return t.x end))
print(pcall(function() return undefined.x end))
print(pcall(function() return 1 + {} end))
print(pcall(function() return "a" < 1 end))
print(pcall(function() return #nil end))
print(pcall(error))
print(pcall(error, "message", 2))
print(pcall(string.rep))
print(pcall(("x").rep, "x", -1))
print(pcall(setmetatable, 1))
print(load("x ="))
print(load("for", "=name"))
print(pcall(require, 1 == 1))
print(xpcall(function() error("traced") end, function(m) return (debug.traceback(m, 1):match("^[^\n]*\n[^\n]*")) end))]])

same_as_stock("the error of a missing module", [[print(pcall(require, "no_such_module_here"))]], nil, function(text)
  return text:match("^[^\n]*\n[^\n]*")
end)

same_as_stock("require", [[
package.preload.a = function(...) print("loading", ...) return nil end
print(require "a", require "a")
package.preload.b = function() return false end
print(require "b", package.loaded.b)
package.preload.c = function() error("broken c") end
print(pcall(require, "c"))
package.preload.d = function() package.loaded.d = "set" end
print(require "d")
table.insert(package.searchers, function(name) if name == "e" then return function(...) return table.pack(...) end, 5 end end)
local e, data = require "e"
print(e[1], e[2], data)
package.searchers = nil
print(pcall(require, "f"))]])

same_as_stock("an uncaught error", [[
local function inner() error("uncaught") end
local function outer() inner() end
outer()]], nil, function(text) return plain(text):match("^[^\n]*\nstack traceback:\n[^\n]*\n[^\n]*\n[^\n]*") end)

same_as_stock("an uncaught error that is a table", "error({})", nil, function(text) return plain(text):match("^[^\n]*") end)
same_as_stock("an uncaught error that is nil", "error()", nil, function(text) return plain(text):match("^[^\n]*") end)
same_as_stock("an uncaught error with __tostring", [[
error(setmetatable({}, { __tostring = function() return "as text" end }))]], nil, function(text)
  return plain(text):match("^[^\n]*")
end)
same_as_stock("a syntax error", "x = = 1", nil, function(text) return plain(text):match("^[^\n]*") end)

same_as_stock("os.exit and its status", "io.write('no newline') os.exit(7)")
same_as_stock("os.exit that closes the state", [[
setmetatable({}, { __gc = function() print("finalized") end })
os.exit(true, true)]])
same_as_stock("os.exit inside coroutines", "coroutine.wrap(function() pcall(os.exit, 3, true) end)()")

same_as_stock("finalizers at the end", [[
for i = 1, 3 do local x = setmetatable({}, { __gc = function() print("gc", i) end }) _G["x" .. i] = x end]])

same_as_stock("hooks and debug information", [[
local lines = {}
debug.sethook(function(_, line) lines[#lines + 1] = line end, "l")
local x = 1
x = x + 1
debug.sethook()
print(table.concat(lines, " "))
local co = coroutine.create(function(a) local b = a + 1 coroutine.yield(b) end)
coroutine.resume(co, 5)
print(debug.getinfo(co, 1, "l").currentline, debug.getlocal(co, 1, 1))
print((debug.traceback(co)))
print(debug.getinfo(1, "S").what, debug.getinfo(1, "S").short_src == arg[0])]])

same_as_stock("deep recursion", [[
local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end
print(f(10000))
print((select(2, pcall(function() local function g() return 1 + g() end return g() end)):gsub("%(.*", "")))
print(pcall(string.rep, "x", 1 << 60))
local function nest(n) if n == 0 then return "bottom" end return coroutine.wrap(nest)(n - 1) end
print(nest(150))
print((select(2, pcall(nest, 300)):gsub("^.*: ", "")))]])

same_as_stock("numbers, strings and formats", [[
print(1 // 0.0, -1 // 0.0, 0/0 ~= 0/0, 7 // -2, 7 % -2, 2^53, 1e15, 1e16, 10 / 2, 3 | 4.0, "10" + 5, 1 < 1.5)
print(math.maxinteger + 1 == math.mininteger, math.tointeger("8"), 0x7fffffffffffffff, 1e308 * 10)
print(("%5.2f|%d|%s|%q|%x"):format(3.14159, 42, nil, "a\nb\0", 255))
print(#"\u{10FFFF}", utf8.char(228, 8364), ("x"):rep(3, ","), ("abc"):byte(1, -1))
print(string.pack("<i4", 100):byte(1, -1))
print(table.unpack({ 1, nil, 3 }, 1, 3))
print(next({}), type(next), rawlen { 1, 2 }, rawequal("a", "a"))
goto done
print("skipped")
::done::]])

same_as_stock("input and output", [[
local path = os.tmpname()
local f <close> = assert(io.open(path, "w"))
print(f:write("one\n", 2, "\nthree"), f:seek("cur"))
f:close()
for line in io.lines(path) do io.write("[", line, "]") end
print(io.open("/no/such/file"))
print(pcall(io.lines, "/no/such/file"))
print(io.type(f), io.type(io.stdout), io.type(1))
os.remove(path)
print(dofile == nil, loadfile("/no/such/file"))]], nil, function(text) return (text:gsub("0x%x+", ""):gsub("/tmp/lua_%w+", "")) end)
