-- SPDX-License-Identifier: MIT
-- Environment variables, and the .env files behind them.
local test = require "test"

local plua <const> = os.getenv("PLUA")

-- Runs a chunk in a folder of its own below others; `files` maps folders ("a/b") to the text of their .env.
local function run_in(files, folder, chunk, environment)
  local base = os.tmpname()
  os.remove(base)
  local function sh(command) assert(os.execute(command)) end
  sh(("mkdir -p '%s/%s'"):format(base, folder))
  for name, text in pairs(files) do
    local file = assert(io.open(base .. "/" .. name .. "/.env", "w"))
    file:write(text)
    file:close()
  end
  local script = assert(io.open(base .. "/chunk.lua", "w"))
  script:write(chunk)
  script:close()
  local pipe = assert(io.popen(("cd '%s/%s' && %s '%s' '%s/chunk.lua' 2>&1"):format(base, folder, environment or "",
    plua, base)))
  local out = pipe:read("a")
  pipe:close()
  sh(("rm -rf '%s'"):format(base))
  return out
end

local function case(claim, body)
  test.case(claim, function(t)
    if not plua then t.skip("PLUA does not name the program") end
    body(t)
  end)
end

test.case("a variable that is set is seen by os.getenv, by children and by get_all_env_vars", function(t)
  t.equal(_PY.set_env_var("PLUA_SPEC", "a value"), true)
  t.equal(os.getenv("PLUA_SPEC"), "a value")
  t.equal(_PY.get_env_var("PLUA_SPEC"), "a value")
  t.equal(_PY.get_env_var("PLUA_SPEC", "default"), "a value")
  t.equal(_PY.get_all_env_vars().PLUA_SPEC, "a value")
  t.equal(io.popen("echo $PLUA_SPEC"):read("l"), "a value")
end)

test.case("other values are set as tostring shows them; nil takes the variable away", function(t)
  for _, value in ipairs { 5, 2.5, true, setmetatable({}, { __tostring = function() return "object" end }) } do
    _PY.set_env_var("PLUA_SPEC", value)
    t.equal(os.getenv("PLUA_SPEC"), tostring(value))
  end
  _PY.set_env_var("PLUA_SPEC", "")
  t.equal(_PY.get_env_var("PLUA_SPEC", "default"), "")
  _PY.set_env_var("PLUA_SPEC", nil)
  t.equal(os.getenv("PLUA_SPEC"), nil)
end)

test.case("the default comes back as it is", function(t)
  local default = {}
  t.equal(_PY.get_env_var("PLUA_SPEC_NONE"), nil)
  t.equal(_PY.get_env_var("PLUA_SPEC_NONE", default), default)
  t.equal(_PY.get_env_var("PLUA_SPEC_NONE", false), false)
  t.equal(select("#", _PY.get_env_var("PLUA_SPEC_NONE")), 1)
end)

test.case("all variables are strings in a table", function(t)
  local all = _PY.get_all_env_vars()
  t.equal(all.PATH, os.getenv("PATH"))
  for name, value in pairs(all) do
    t.equal(type(name), "string")
    t.equal(type(value), "string")
  end
end)

test.case("misuse is raised", function(t)
  t.error(_PY.get_env_var, "bad argument #1 to 'get_env_var' %(string expected, got no value%)")
  t.error(_PY.set_env_var, "bad argument #1 to 'set_env_var'", "", "x")
  t.error(_PY.set_env_var, "the name of a variable expected", "A=B", "x")
  t.error(_PY.set_env_var, "the name of a variable expected", "A\0B", "x")
  t.error(_PY.set_env_var, "bad argument #2 to 'set_env_var' %(value expected%)", "A")
  t.error(_PY.set_env_var, "bad argument #2", "A", "x\0y")
end)

local text = [[
# a comment = no variable
PLAIN=one
  SPACED  =  two words  
DOUBLE="in quotes"
SINGLE='also # quoted'
MIXED="not matched'
EMPTY=
EQUALS=a=b
AGAIN=first
AGAIN=second
no variable
export EXPORTED=x
ESCAPES="a\nb"
HOME=from the file
=nameless
LAST=no line end]]

case("the lines of a .env file", function(t)
  local out = run_in({ ["."] = text }, ".", [[
    for _, name in ipairs { "PLAIN", "SPACED", "DOUBLE", "SINGLE", "MIXED", "EMPTY", "EQUALS", "AGAIN", "EXPORTED",
      "ESCAPES", "HOME", "LAST", "no variable" } do
      io.write(name, "=", tostring(_PY.get_env_var(name)), "|")
    end]], "HOME=real")
  t.equal(out, "PLAIN=one|SPACED=two words|DOUBLE=in quotes|SINGLE=also # quoted|MIXED=\"not matched'|EMPTY=|EQUALS=a=b|"
    .. "AGAIN=second|EXPORTED=nil|ESCAPES=a\\nb|HOME=real|LAST=no line end|no variable=nil|")
end)

case("the nearest of four folders counts, the environment before all", function(t)
  local files = {
    ["."] = "TOO_FAR=x\nA=0",
    a = "A=1\nB=1\nC=1\nD=1\nE=1",
    ["a/b"] = "B=2",
    ["a/b/c"] = "C=3",
    ["a/b/c/d"] = "D=4",
  }
  local out = run_in(files, "a/b/c/d", [[
    for _, name in ipairs { "A", "B", "C", "D", "E", "TOO_FAR" } do io.write(tostring(_PY.get_env_var(name)), " ") end
    local all = _PY.get_all_env_vars()
    io.write(all.A, all.D, all.E)]], "E=real")
  t.equal(out, "1 2 3 4 real nil 14real")
end)

case("the files are read once, and set_env_var wins over them", function(t)
  local out = run_in({ ["."] = "A=file\r\nB=file" }, ".", [[
    io.write(_PY.get_env_var("A"), " ")
    io.open(".env", "w"):write("A=changed"):close()
    io.write(_PY.get_env_var("A"), " ")
    _PY.set_env_var("A", "set")
    io.write(_PY.get_env_var("A"), " ", tostring(os.getenv("B")))]])
  t.equal(out, "file file set nil")
end)
