#!/usr/bin/env bash
# SIGINT and SIGTERM.
source "$(dirname "$0")/check.sh"

cat >sleeps.lua <<'L'
local task = require("task")
local c <close> = setmetatable({}, {__close = function() task.sleep(0.01) print("closed") end})
task.spawn(function()
  local d <close> = setmetatable({}, {__close = function() print("closed too") end})
  print("ready")
  io.flush()
  task.sleep(1000)
end)
task.sleep(1000)
L
for pair in INT:130 TERM:143; do
  start "SIG${pair%:*} in a sleep" sleeps.lua
  kill -"${pair%:*}" "$pid"
  await
  expect_status "${pair#*:}"
  expect_out "closed too
closed"
  expect_err ""
done

cat >loops.lua <<'L'
local c <close> = setmetatable({}, {__close = function() print("closed") end})
print("ready")
io.flush()
local function loop() while true do end end
if ... == "coroutine" then coroutine.wrap(loop)() end
if ... == "many" then while true do coroutine.wrap(function() return 1 end)() end end
loop()
L
for kind in plain coroutine many; do
  start "SIGINT in a busy loop: $kind" loops.lua $kind
  kill -INT "$pid"
  await
  expect_status 130
  expect_out closed
  expect_err_has "interrupted!"
done

cat >deaf.lua <<'L'
print("ready")
io.flush()
while true do
  pcall(function() while true do end end)
  print("again")
  io.flush()
end
L
start "the second signal kills" deaf.lua
kill -TERM "$pid"
IFS= read -r -t 60 line <&3
[[ $line == again ]] || complain "the first signal did not interrupt"
kill -TERM "$pid"
await
expect_status 143

cat >stubborn.lua <<'L'
local task = require("task")
print("ready")
io.flush()
while true do
  pcall(task.sleep, 1000)
  print("again")
  io.flush()
end
L
start "the second signal kills a task that goes on" stubborn.lua
kill -INT "$pid"
IFS= read -r -t 60 line <&3
[[ $line == again ]] || complain "the first signal did not cancel"
kill -INT "$pid"
await
expect_status 130

what="an ignored signal stays ignored"
out=$(bash -c 'trap "" INT; exec "$@"' _ "$plua" -e 'os.execute("kill -INT $PPID") setTimeout(function() print("alive") end, 20)')
expect_out alive

finish
