-- SPDX-License-Identifier: MIT
-- Time, turns of the loop, the machine on the network, modules in the program, string.split.
local task = require "task"
local test = require "test"

test.case("get_time is the time of day with fractions", function(t)
  local now = _PY.get_time()
  t.equal(math.type(now), "float")
  t.ok(math.abs(now - os.time()) < 2)
  local fractions = false
  for _ = 1, 5 do
    fractions = fractions or _PY.get_time() % 1 ~= 0
    task.sleep(0.001)
  end
  t.ok(fractions)
end)

test.styles("sleep takes as long as asked, and others run", function(t, call)
  local turns = 0
  local ticker = setInterval(function() turns = turns + 1 end, 5)
  local start = _PY.get_time()
  t.equal(call(_PY.sleep, 0.05), nil)
  local passed = _PY.get_time() - start
  clearInterval(ticker)
  t.ok(passed >= 0.0499)
  t.ok(passed < 5)
  t.ok(turns >= 2)
end)

test.case("sleep stands still where it cannot suspend", function(t)
  local fired = false
  local timer = setTimeout(function() fired = true end, 1)
  local start = _PY.get_time()
  string.gsub("x", "x", function() _PY.sleep(0.03) end)
  t.ok(_PY.get_time() - start >= 0.0299)
  t.equal(fired, false)
  clearTimeout(timer)
end)

test.case("sleep takes 0 and less, and no text", function(t)
  _PY.sleep(0)
  _PY.sleep(-1)
  string.gsub("x", "x", function() _PY.sleep(-1) end)
  t.error(_PY.sleep, "bad argument #1 to 'sleep'", 0 / 0)
  t.error(_PY.sleep, "number expected, got no value")
end)

test.case("yield_to_loop lets the others run", function(t)
  for _, name in ipairs { "yield_to_loop", "yield_to_event_loop" } do
    local order = {}
    local other = task.spawn(function() order[#order + 1] = "other" end)
    order[#order + 1] = "before"
    t.equal(select("#", _PY[name]()), 0)
    order[#order + 1] = "after"
    t.same(order, { "before", "other", "after" })
    other:join()
    string.gsub("x", "x", function() _PY[name]() end)
  end
end)

test.case("the loop is described", function(t)
  local other = task.spawn(task.sleep, 10)
  other:set_name("a sleeper")
  local info = _PY._get_event_loop_info()
  t.equal(info.loop_running, true)
  t.equal(info.loop_closed, false)
  t.equal(info.pending_tasks, #info.task_names)
  t.match(table.concat(info.task_names, ","), "a sleeper")
  t.equal(info.absent, nil)
  other:cancel()
end)

test.case("there is no Python, and it is said", function(t)
  t.match(_PY.get_python_version(), "Python")
  local module, why = _PY.import_module("os")
  t.equal(module, nil)
  t.match(why, "not available in this runtime")
end)

test.case("the machine has a name and an address", function(t)
  t.match(_PY.get_local_ip(), "^%d+%.%d+%.%d+%.%d+$")
  t.ok(#_PY.get_hostname() > 0)
end)

test.styles("ports: free and in use", function(t, call)
  local listener = assert(require("net").listen { port = 0 })
  local _, port = listener:address()
  t.equal(call(_PY.is_port_available, port), false)
  t.equal(call(_PY.is_port_available, port, "localhost"), false)
  t.equal(call(_PY.is_port_available, "127.0.0.1", port), false)
  t.equal(call(_PY.check_port, port), true)
  t.equal(call(_PY.check_port, "127.0.0.1", port), true)
  listener:close()
  t.equal(call(_PY.is_port_available, port), true)
  t.equal(call(_PY.is_port_available, port, nil), true)
  t.equal(call(_PY.check_port, port), false)
end)

test.case("what is no port or no host is never available, and never answers", function(t)
  for _, arguments in ipairs { { "80" }, { 70000 }, { -1 }, { 1.5 }, { {} }, { 80, {} }, { 80, "no such host.invalid" } } do
    t.equal(_PY.is_port_available(table.unpack(arguments)), false)
    t.equal(_PY.check_port(table.unpack(arguments)), false)
  end
  t.equal(_PY.is_port_available(nil), false)
  t.error(_PY.is_port_available, "bad argument #1 to 'is_port_available'")
end)

-- ---------------------------------------------------------------- modules in the program

test.case("modules in the program are files", function(t)
  for _, path in ipairs { "plua/json.lua", "lua/plua/json.lua", "./plua/json.lua", "plua.json" } do
    t.equal(_PY.bundled_file_exists(path), true)
    t.match(_PY.bundled_file_read(path), "module")
    t.equal(_PY.bundled_file_path(path), "plua:plua.json")
  end
  t.equal(_PY.bundled_file_exists("plua"), false)
  t.equal(_PY.bundled_file_exists("none.lua"), false)
  t.equal(_PY.bundled_file_path("none.lua"), nil)
  local text, err = _PY.bundled_file_read("none.lua")
  t.equal(text, nil)
  t.equal(err, "Bundled file 'none.lua' not found")
end)

test.case("their folders can be listed", function(t)
  local top = table.concat(_PY.bundled_file_list(), ",")
  t.match(top, "json%.lua")
  t.match(top, "plua")
  t.match(table.concat(_PY.bundled_file_list("plua"), ","), "json%.lua")
  t.same(_PY.bundled_file_list("lua/plua/"), _PY.bundled_file_list("plua"))
  t.same(_PY.bundled_file_list("none"), {})
end)

test.case("plua.bundled_files gives them, and files of the current directory", function(t)
  local bundled = require "plua.bundled_files"
  t.equal(bundled.exists("plua/json.lua"), true)
  t.equal(bundled.exists(bundled.get_lua_path() .. "/plua/json.lua"), true)
  t.equal(bundled.exists("no/such/file"), false)
  t.equal(bundled.read("plua/json.lua"), _PY.bundled_file_read("plua/json.lua"))
  local text, err = bundled.read("no/such/file")
  t.equal(text, nil)
  t.match(err, "^Error reading file 'no/such/file': ")
  t.same(bundled.list_dir("plua"), _PY.bundled_file_list("plua"))
  t.equal(bundled.list_dir("no/such/folder"), nil)
  for _, name in ipairs { "get_base_path", "get_corrected_base_path", "get_demos_path", "get_examples_path" } do
    t.equal(type(bundled[name]()), "string")
  end
  t.equal(bundled.load_demo("no such demo"), nil)
  t.equal(bundled.load_example("no such example"), nil)
end)

-- ---------------------------------------------------------------- string.split

test.case("string.split splits at a set of characters and drops empty fields", function(t)
  t.same(string.split("a b\tc\n"), { "a", "b", "c" })
  t.same(("a,b,,c,"):split(","), { "a", "b", "c" })
  t.same(("a, b;c"):split(",; "), { "a", "b", "c" })
  t.same(("a1b22c"):split("0-9"), { "a", "b", "c" })
  t.same(("a1b22c"):split("%d"), { "a", "b", "c" })
  t.same(("1a2b"):split("%D"), { "1", "2" })
  t.same(("a.b"):split("."), { "a", "b" })
  t.same(("a.b%c"):split("%.%%"), { "a", "b", "c" })
  t.same(("a^b]c[d-e"):split("^][-"), { "a", "b", "c", "d", "e" })
  t.same(("a\0b"):split("\0"), { "a", "b" })
  t.same((""):split(), {})
  t.same((",,"):split(","), {})
  t.same(("abc"):split(""), { "abc" })
  t.same(("a%b"):split("%"), { "a", "b" })
  t.error(string.split, "string expected, got table", {})
end)

test.case("the version is a global", function(t) t.match(_PLUA_VERSION, "^%d+%.%d+%.%d+$") end)
