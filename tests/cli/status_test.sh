#!/usr/bin/env bash
# Exit status and what stderr says.
source "$(dirname "$0")/check.sh"

run "success" -e 'x = 1'
expect_status 0

printf 'local function f()\n  error("boo")\nend\nf()\n' >fails.lua
run "failing script" fails.lua
expect_status 1
expect_err_has "fails.lua:2: boo
stack traceback:"
expect_err_has "fails.lua:4: in main chunk"
run "error object" -e 'error(setmetatable({}, {__tostring = function() return "an object" end}))'
expect_status 1
expect_err_has "an object"
run "error table" -e 'error({})'
expect_err_has "(error object is a table value)"
echo 'x = = 1' >syntax.lua
run "syntax error" syntax.lua
expect_status 1
expect_err "syntax.lua:1: unexpected symbol near '='"
run "failing fragment" -e 'error("boo")' fails.lua
expect_status 1
expect_err_has "(command line):1: boo"
expect_err_lacks "fails.lua"
run "no such file" nowhere.lua
expect_status 1
expect_err "plua: cannot open nowhere.lua: No such file or directory"
run "a folder" .
expect_status 1

cat >unwinds.lua <<'L'
local task = require("task")
task.spawn(function()
  local c <close> = setmetatable({}, {__close = function() task.sleep(0.01) print("closed") end})
  task.sleep(1000)
end)
setInterval(function() end, 1000)
task.yield()
error("main failed")
L
run "the others unwind when main fails" unwinds.lua
expect_status 1
expect_out closed
expect_err_has "unwinds.lua:8: main failed"
expect_err_lacks "cancelled"

run "task that nobody joined" -l task -e 'task.spawn(function() error("lost") end) setTimeout(print, 20)'
expect_status 1
expect_err_has "[ERROR] Task failed: (command line):1: lost"
run "joined task" -l task -e 'print(task.spawn(function() error("taken", 0) end):join())'
expect_status 0
expect_out "nil	taken"
run "timer callback" -e 'setTimeout(function() error("late") end, 1)'
expect_status 0
expect_err_has "[ERROR] Timer callback failed: (command line):1: late"

run "os.exit" -e 'io.write("kept") os.exit(7)'
expect_status 7
expect_out kept
run "os.exit true" -e 'os.exit(true)'
expect_status 0
run "os.exit false" -e 'os.exit(false)'
expect_status 1
run "os.exit wrong" -e 'os.exit({})'
expect_status 1
expect_err_has "bad argument #1 to 'exit'"
leaving='local task = require("task")
local function closing(n) return setmetatable({}, {__close = function() print("close " .. n) end}) end
g = setmetatable({}, {__gc = function() print("gc") end})
task.spawn(function() local c <close> = closing("other") task.sleep(100) end)
task.yield()
task.spawn(function() print("not reached") end)
local c <close> = closing("main")'
run "os.exit without close" -e "$leaving" -e 'coroutine.wrap(function() os.exit(3) end)()'
expect_status 3
expect_out ""
run "os.exit with close" -e "$leaving" -e 'pcall(coroutine.wrap(function() os.exit(4, true) end)) print("not reached")'
expect_status 4
[[ $(sort <<<"$out") == $'close main\nclose other\ngc' ]] || complain "closed: $out"
run "os.exit with close in a callback" -e 'setTimeout(function() os.exit(5, true) end, 1) setInterval(print, 1000)'
expect_status 5
run "os.exit below a C function" -e 'table.sort({1, 2, 3}, function() os.exit(6, true) end)'
expect_status 6

cat >deadlock.lua <<'L'
local task = require("task")
local other
local first = task.spawn(function() task.yield() other:join() end)
other = task.spawn(function() first:join() end)
first:join()
L
run "deadlock" deadlock.lua
expect_status 13
expect_err_has "deadlock"
expect_err_has "main: waits for the end of task"
expect_err_has "deadlock.lua:4"
run "deadlock after main" -l task -e 'local a, b
a = task.spawn(function() b:join() end) b = task.spawn(function() a:join() end)'
expect_status 13

run "timeout" --timeout=0.1 -l task -e 'local c <close> = setmetatable({}, {__close = function() print("closed") end})
setInterval(function() end, 1000) task.sleep(1000)'
expect_status 124
expect_out closed
expect_err_has "timeout after 0.1 s"
expect_err_has "main: waits for a sleep"
expect_err_has "timer 1"
run "timeout in a loop" --timeout=0.1 -e 'while true do end'
expect_status 124
expect_err_has "interrupted!"
run "in time" --timeout=60 -e 'print(1)'
expect_status 0

run "the end has a limit" -l task -e 'task.spawn(function() while true do pcall(task.sleep, 1000) end end)
task.yield() error("main failed")'
expect_status 1
expect_err_has "forced to end; still active:
  task "

finish
