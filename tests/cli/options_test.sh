#!/usr/bin/env bash
# Options, arguments, and where the code comes from.
source "$(dirname "$0")/check.sh"

run "version" --version
expect_status 0
[[ $out =~ ^plua\ [0-9]+\.[0-9]+\.[0-9]+\ \(Lua\ 5\.4\)$ ]] || complain "version line '$out'"
version=${out#plua }
version=${version% (*}
run "version constant" -e 'print(_PLUA_VERSION)'
expect_out "$version"
run "abbreviation" --vers
expect_out_has "plua $version"
run "help" -h
expect_status 0
expect_out_has "usage: plua"
expect_err ""

run "unknown long option" --nonsense
expect_status 2
expect_err_has "unknown option '--nonsense'"
expect_out ""
run "unknown short option" -q
expect_status 2
run "ambiguous abbreviation" --de
expect_status 2
expect_err_has "--debugger"
run "value to a flag" --debug=1
expect_status 2
run "no value" -e
expect_status 2
run "bad timeout" --timeout=soon
expect_status 2
run "bad format" --api xml
expect_status 2
for option in --debugger --debugger-port=1 --port=80 --host=x --fibaro; do
  run "$option" "$option" script.lua
  expect_status 2
  expect_err_has "not available"
done

run "fragments make one chunk" -e 'local x = 1' -e 'print(x)'
expect_out 1
run "attached value" '-eprint(2)'
expect_out 2
run "combined flags" -de 'print(_PY.debug, _PY.args.debug)'
expect_out "true	true"
expect_err_has "DEBUG: "
run "quiet" -e 'print(_PY.debug, _PY.args.debug)'
expect_out "nil	false"
expect_err ""
run "long with =" '--execute=print(_PY.args.task)' --task=upload
expect_out upload
run "task, then value" --task "" -e 'print(_PY.args.task == "")'
expect_out true

cat >args.lua <<'L'
print(...)
print(arg[0], arg[1], arg[2], #arg)
print(arg[-1], arg[-2], arg[-3] ~= nil, arg[-4])
print(_PY.mainfile)
L
run "arguments" -e 'x=1' args.lua -v --help
expect_out "-v	--help
args.lua	-v	--help	2
x=1	-e	true	nil
args.lua"
expect_status 0
run "after --" -- ./args.lua a
expect_out_has "./args.lua	a	nil	1"
run "arg without a script" -e 'print(arg[1], arg[2], arg[3], arg[0] ~= nil, ...)'
expect_out "-e	print(arg[1], arg[2], arg[3], arg[0] ~= nil, ...)	nil	true"
run "no mainfile without a script" -e 'print(_PY.mainfile)'
expect_out nil

echo 'print(x, debug.getinfo(1, "S").source)' >second.lua
run "fragment and file" -e 'x = 5' second.lua
expect_out "5	@second.lua"

printf '\xEF\xBB\xBF#!/usr/bin/env plua\nprint(debug.getinfo(1, "l").currentline, "\xff")' >bom.lua
run "byte order mark, shebang, bytes" bom.lua
expect_out $'2\t\xff'

what="executable script"
printf '#!%s\nprint(arg[0], ...)\n' "$plua" >tool
chmod +x tool
out=$(./tool one) || complain "status $?"
expect_out "./tool	one"

printf '#!x\nprint(debug.getinfo(1, "S").source, ...)' >piped.lua
stdin=piped.lua run "script from stdin"
expect_out "=stdin"
stdin=piped.lua run "- is stdin" - a b
expect_out "=stdin	a	b"
what="script from a slow pipe"
out=$( (echo 'print(1)'; sleep 0.2; echo 'print(2)') | "$plua")
expect_out "1
2"

run "libraries" -l string -l plua_lib -e 'print(1)'
expect_status 1
expect_err_has "Error loading library 'plua_lib'"
mkdir pack
echo 'return {name = ...}' >pack/inner.lua
run "library of a package" -l pack.inner -e 'print(inner.name)'
expect_out pack.inner
run "library under another name" -l p=pack.inner -e 'print(p.name)'
expect_out pack.inner
echo 'print("loaded") error("no")' >broken.lua
run "all libraries are tried" -l nolib -l broken -l pack.inner -e 'print("not reached")'
expect_status 1
expect_out loaded
expect_err_has "'nolib'"
expect_err_has "broken.lua:1: no"
echo 'require("task").sleep(0.01) return {v = 7}' >waiting.lua
run "a library may wait" -l waiting -e 'print(waiting.v)'
expect_out 7

run "main hook" -e 'function _PY.mainHook(f) print("hook", f, _PY.phase()) end' missing.lua
expect_out "hook	missing.lua	main"
expect_status 0

run "phases" -e 'print(_PY.phase()) setTimeout(function() print(_PY.phase()) end, 50)' args.lua
expect_out_has fragments
expect_out_has tracking

what="api"
"$plua" --api json | python3 -m json.tool >/dev/null || complain "--api json is no JSON"

finish
