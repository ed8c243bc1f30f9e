-- SPDX-License-Identifier: MIT
-- Modules that wait while they load.
local task = require "task"
local test = require "test"

local count = 0
-- Makes a module of that source; returns its name.
local function module(source)
  count = count + 1
  local name = "spec_module_" .. count
  package.preload[name] = assert(load(source, "=" .. name))
  return name
end

test.case("a module may wait while it loads", function(t)
  local name = module "local task = require 'task' task.sleep(0.001) return { loaded = true }"
  t.ok(require(name).loaded)
  t.equal(require(name), package.loaded[name])
end)

test.case("require returns the module and the loader data", function(t)
  local name = module "require('task').sleep(0.001) return 'value'"
  local value, data = require(name)
  t.equal(value, "value")
  t.equal(data, ":preload:")
  t.equal(select("#", require(name)), 1)
end)

test.case("a module of a file gets its name and path", function(t)
  local directory = os.tmpname()
  os.remove(directory)
  assert(os.execute("mkdir " .. directory))
  local file = assert(io.open(directory .. "/spec_from_file.lua", "w"))
  file:write("require('task').sleep(0.001) return { ... }")
  file:close()
  local path <const> = package.path
  package.path = directory .. "/?.lua"
  local ok, found, data = pcall(require, "spec_from_file")
  package.path = path
  os.execute("rm -r " .. directory)
  t.ok(ok, found)
  t.same(found, { "spec_from_file", directory .. "/spec_from_file.lua" })
  t.equal(data, directory .. "/spec_from_file.lua")
end)

test.case("a module without a value is true", function(t)
  t.equal(require(module "require('task').sleep(0.001)"), true)
end)

test.case("a module may set package.loaded itself", function(t)
  local name = module "require('task').sleep(0.001) package.loaded[...] = 'own'"
  t.equal(require(name), "own")
end)

test.case("a module that is false is loaded again", function(t)
  local name = module "return false"
  t.equal(require(name), false)
  package.preload[name] = function() return "second" end
  t.equal(require(name), "second")
end)

test.case("two tasks that require one module load it once", function(t)
  spec_loads = 0
  local name = module [[
    spec_loads = spec_loads + 1
    require("task").sleep(0.01)
    return {}
  ]]
  local tasks = {}
  for i = 1, 5 do tasks[i] = task.spawn(require, name) end
  local first = require(name)
  for i = 1, 5 do t.equal(tasks[i]:join(), first) end
  t.equal(spec_loads, 1)
  spec_loads = nil
end)

test.case("a failing module fails in every task that requires it", function(t)
  local name = module "require('task').sleep(0.005) error('broken')"
  local tasks = {}
  for i = 1, 3 do tasks[i] = task.spawn(pcall, require, name) end
  for i = 1, 3 do
    local ok, e = tasks[i]:join()
    t.equal(ok, false)
    t.match(e, "spec_module_%d+:1: broken")
  end
  t.equal(package.loaded[name], nil)
end)

test.case("a module that failed may be required again", function(t)
  spec_fail = true
  local name = module "require('task').sleep(0.001) if spec_fail then error('not yet') end return 'ok'"
  t.error(require, "not yet", name)
  spec_fail = nil
  t.equal(require(name), "ok")
end)

test.case("a module that requires itself overflows as in stock Lua", function(t)
  local name = module "return require(...)"
  t.error(require, "stack overflow", name)
  t.equal(package.loaded[name], nil)
end)

test.case("a module may require modules that wait", function(t)
  local inner = module "require('task').sleep(0.001) return 'inner'"
  local outer = module(("require('task').sleep(0.001) return 'outer ' .. require('%s')"):format(inner))
  t.equal(require(outer), "outer inner")
end)

test.case("a module that is not found is an error with all places", function(t)
  local e = t.error(require, "module 'no%.such%.module' not found:", "no.such.module")
  t.match(e, "no field package%.preload%['no%.such%.module'%]")
  t.match(e, "no file '[^']*no/such/module%.lua'")
end)

test.case("a search through a very long path still finds what comes after it", function(t)
  local name = "spec_found_last"
  local path <const> = package.path
  package.path = string.rep("./no-such-directory-with-a-long-name/?.lua;", 100)
  table.insert(package.searchers, function(wanted)
    if wanted == name then return function(...) return { ... } end, "the data" end
  end)
  local ok, found, data = pcall(require, name)
  table.remove(package.searchers)
  package.path = path
  t.ok(ok, found)
  t.same(found, { name, "the data" })
  t.equal(data, "the data")
end)

test.case("a searcher that raises lets others load the module later", function(t)
  local name = "spec_raising_searcher"
  local function searcher(wanted)
    if wanted == name then error("searcher failed", 0) end
  end
  table.insert(package.searchers, 1, searcher)
  t.error(require, "searcher failed", name)
  table.remove(package.searchers, 1)
  package.preload[name] = function() return "found" end
  t.equal(require(name), "found")
end)

test.case("a searcher cannot wait", function(t)
  table.insert(package.searchers, 1, function() task.sleep(0) end)
  local ok, e = pcall(require, "spec_waiting_searcher")
  table.remove(package.searchers, 1)
  t.equal(ok, false)
  t.match(e, "cannot wait inside .*package searcher")
end)

test.case("a task that waits for a module can be cancelled", function(t)
  local name = module "require('task').sleep(0.01) return 'loaded'"
  local loader = task.spawn(require, name)
  local waiter = task.spawn(require, name)
  task.yield()
  t.equal(waiter.status, "waiting")
  waiter:cancel()
  local _, e = waiter:join()
  t.equal(e.code, "cancelled")
  t.equal(loader:join(), "loaded")
end)

test.case("a cancelled loader lets the next task load the module", function(t)
  spec_loads = 0
  local name = module "spec_loads = spec_loads + 1 require('task').sleep(0.01) return spec_loads"
  local loader = task.spawn(require, name)
  local waiter = task.spawn(require, name)
  task.yield()
  loader:cancel()
  t.equal(waiter:join(), 2)
  t.equal(loader.status, "cancelled")
  spec_loads = nil
end)

test.case("a module whose loading coroutine is lost can be loaded by another task", function(t)
  spec_loads = 0
  local name = module "spec_loads = spec_loads + 1 if spec_loads == 1 then coroutine.yield('half') end return spec_loads"
  task.spawn(function() t.equal(coroutine.wrap(require)(name), "half") end):join()
  local second = task.spawn(require, name)
  task.yield()
  collectgarbage()
  collectgarbage()
  t.equal(second:join(), 2)
  spec_loads = nil
end)

test.case("require inside a coroutine suspends the task only", function(t)
  local name = module "require('task').sleep(0.001) return 'in coroutine'"
  local values = table.pack(coroutine.resume(coroutine.create(function() return require(name) end)))
  t.same(values, { true, "in coroutine", ":preload:", n = 3 })
end)

test.case("a module that waits cannot be required below a C function", function(t)
  local name = module "require('task').sleep(0) return 1"
  t.error(string.gsub, "cannot wait inside string%.gsub", "a", "a", function() return require(name) end)
  t.equal(require(name), 1)
end)
