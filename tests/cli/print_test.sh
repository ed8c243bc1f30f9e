#!/usr/bin/env bash
# print: stock Lua's, and colours on a terminal.
source "$(dirname "$0")/check.sh"

run "values" -e 'print(1, nil, true, "x", 1.5, 2^53, -0.0, math.huge) print() print("", "")'
expect_out "$(printf '1\tnil\ttrue\tx\t1.5\t9.007199254741e+15\t-0.0\tinf\n\n\t')"
what="a zero byte"
out=$("$plua" -e 'print("a\0b\xff")' | od -An -tx1)
expect_out " 61 00 62 ff 0a"
run "__tostring and __name" -e 'print(setmetatable({}, {__tostring = function() return "shown" end}))
print((tostring(setmetatable({}, {__name = "Thing"})):gsub("0x%x+", "")))'
expect_out "shown
Thing: "
run "a failing __tostring" -e 'local e = {} local bad = setmetatable({}, {__tostring = function() error(e) end})
print(select(2, pcall(print, "begun", bad)) == e)
print(pcall(print, setmetatable({}, {__tostring = function() return {} end})))
print(setmetatable({}, {__tostring = function() return 1 end}))'
expect_out "true
false	'__tostring' must return a string
1"
run "many values" -e 'print(select("#", print(table.unpack({}, 1, 5000)))) '
[[ $out == *$'\n0' && ${#out} -gt 19000 ]] || complain "many values"
run "not in _PY" -e 'io.write(tostring(_PY.print))'
expect_out nil
run "in order with io.write" -e 'io.write("a") print("b") io.stdout:write("c") print("d")'
expect_out "ab
cd"
run "a string's metatable" -e 'getmetatable("").__tostring = function(s) return "<" .. #s .. ">" end print("abc")'
expect_out "<3>"
cat >flush.lua <<'L'
print("ready")
os.execute("kill -9 $PPID")
L
start "flushed by line" flush.lua
await

page='<html><b>x</b><br>&lt; a < b <fontana></html>'
run "text that only looks like markup stays" -e "print([[$page]])"
expect_out "$page"
markup="<font color='red'>hot</font><br>&amp; <b>cold</b>"
run "no terminal: no tags" -e "print([[$markup]])"
expect_out "hot
& <b>cold</b>"
run "the line as a whole" -e "print([[<font color='red'>hot]], 1, [[x</font>]])"
expect_out "hot	1	x"

cat >terminal.py <<'P'
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
shown = b""
try:
    while chunk := os.read(terminal, 1024):
        shown += chunk
except OSError:
    pass
os.waitpid(child, 0)
sys.stdout.write(repr(shown))
P
on_terminal() {
  out=$(python3 terminal.py "$plua" -e "print([[$markup]], 1) io.write([[<font color='red'>]])" </dev/null)
}
what="a terminal"
unset NO_COLOR
on_terminal
expect_out "b\"\\x1b[38;5;9mhot\\x1b[0m\\r\\n& <b>cold</b>\\t1\\r\\n<font color='red'>\""
what="a terminal without colours"
export NO_COLOR=1
on_terminal
expect_out "b\"hot\\r\\n& <b>cold</b>\\t1\\r\\n<font color='red'>\""

finish
