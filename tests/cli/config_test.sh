#!/usr/bin/env bash
# The configuration files.
source "$(dirname "$0")/check.sh"
mkdir here && cd here || exit 1
show='local k = {} for n in pairs(_PY.pluaconfig) do k[#k + 1] = n end table.sort(k)
for _, n in ipairs(k) do print(n, _PY.pluaconfig[n]) end'

run "none" -e 'print(type(_PY.pluaconfig), next(_PY.pluaconfig))'
expect_out "table	nil"

echo 'return {a = 1, b = 1}' >"$HOME/.plua.lua"
run "home" -e "$show"
expect_out "a	1
b	1"

printf '#!x\n-- the table alone\n{ b = 2, c = function() return 1 end, [1] = "x" } -- and a comment\n' >.plua.lua
run "here wins" -e 'local c = _PY.pluaconfig print(c.a, c.b, type(c.c), c[1])'
expect_out "1	2	function	x"
expect_err ""

cat >.plua.lua <<'L'
local n = 3
local function f()
  return n
end
require("task").sleep(0.01)
return { b = f() }
L
run "a chunk that waits" -e "$show"
expect_out "a	1
b	3"

echo '{ b = = }' >.plua.lua
run "broken table" -e "$show"
expect_status 0
expect_out "a	1
b	1"
expect_err "Warning: Failed to load config from ./.plua.lua: ./.plua.lua:1: unexpected symbol near '='"
echo 'error("no config")' >.plua.lua
run "failing" -e 'print(_PY.pluaconfig.a)'
expect_out 1
expect_err_has "Warning: Failed to load config from ./.plua.lua: ./.plua.lua:1: no config"
echo 'return 5' >.plua.lua
run "not a table" -e 'print(_PY.pluaconfig.a)'
expect_out 1
expect_err_has "must return a table"

cd "$HOME" || exit 1
echo 'runs = (runs or 0) + 1 return {}' >.plua.lua
run "home is here: once" -e 'print(runs)'
expect_out 1

finish
