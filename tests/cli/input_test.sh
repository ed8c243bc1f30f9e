#!/usr/bin/env bash
# input: lines of stdin, from a file, a pipe and a terminal.
source "$(dirname "$0")/check.sh"

# program WHAT SOURCE: runs it with $work/lines as stdin.
program() {
  printf '%s\n' "$2" >program.lua
  stdin=${3:-$work/lines} run "$1" program.lua
}

printf 'one\ntwo\r\n\nlast' >lines
program "lines of a file" 'for i = 1, 4 do print(("%q"):format(input())) end'
expect_out '"one"
"two\13"
""
"last"'
program "the end is raised" 'for i = 1, 4 do input() end print(pcall(function() return (input()) end))'
expect_out "false	program.lua:1: EOF when reading a line"
program "an uncaught end" 'input() input() input() input() input()'
expect_status 1
expect_err_has "program.lua:1: EOF when reading a line"
program "no stdin at all" 'print((pcall(input)))' /dev/null
expect_out false
what="closed stdin"
out=$("$plua" program.lua <&- 2>&1)
expect_out false

program "the prompt" 'print(input("name? "), _PY.input_lua("again? "), input(5))'
expect_out "name? again? 5one	two"$'\r'"	"
program "with io.read" 'print(io.read("l"), (input():gsub("%c", "")), io.read("L"), input())'
expect_out "one	two	
	last"
program "callback form" 'input("? ", function(line) print("got " .. line) end) print("first")'
expect_out "first
? got one"
program "in place" 'print((("x,y"):gsub("%a", function() return (input():gsub("%c", "")) end)))'
expect_out "one,two"
program "misuse" 'print(pcall(input, {}))'
expect_out "false	bad argument #1 to 'input' (string expected, got table)"

# From a pipe whose writer takes its time.
cat >slow.lua <<'L'
local task = require "task"
local ticks = 0
local timer = setInterval(function() ticks = ticks + 1 end, 5)
local first = task.spawn(input, "a? ")
local second = task.spawn(input, "b? ")
task.sleep(0)
print("waiting", _PY.active_operations().input)
print("got", first:join())
print("got", second:join())
print(ticks > 3)
local third = task.spawn(input, "c? ")
task.sleep(0.02)
third:cancel()
print(select(2, third:join()).code)
print("got", input("d? "))
clearInterval(timer)
L
what="pipe"
out=$( (sleep 0.1; printf 'on'; sleep 0.05; printf 'e\ntwo\nth'; sleep 0.2; printf 'ree\n') | "$plua" slow.lua 2>&1)
expect_out "a? waiting	2
b? got	one
got	two
true
c? cancelled
d? got	three"

# What runs beside it keeps its descriptor blocking, and its bytes.
what="what follows is left"
out=$(printf 'one\ntwo\nthree\n' | (echo 'print(input())' >one.lua; "$plua" one.lua; cat))
expect_out "one
two
three"

# In the shell: the line that runs reads the line behind it.
printf 'x = input("? ")\nanswer\nprint("got " .. x)\nexit\n' >lines
stdin=$work/lines run "in the shell" -i
expect_out_has "got answer"
expect_err ""
what="in the shell, through a pipe"
out=$( (printf 'x = input("? ")\n'; sleep 0.1; printf 'answer\nprint("got " .. x)\n'; sleep 0.1; echo exit) | "$plua" -i 2>&1)
expect_out_has "got answer"

finish
