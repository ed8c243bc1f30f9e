#!/usr/bin/env bash
# The shell, through pipes; a terminal is tried at the end where tmux is at hand.
source "$(dirname "$0")/check.sh"

# shell WHAT LINES ARGUMENT...: leaves stdout without the prompts.
shell() {
  local title=$1 lines=$2
  shift 2
  printf '%s' "$lines" >"$work/lines"
  stdin=$work/lines run "$title" -i "$@"
  out=$(sed -E 's/(plua> |>> )//g' <<<"$out" | tail -n +3)
}

shell "leaves at the end of input" ''
expect_status 0
expect_out "
Exiting..."
run "greets and prompts" -i
expect_out_has "PLua Interactive Shell (Lua 5.4)"
expect_out_has "plua> "

for word in exit QUIT; do
  shell "$word" "$word"$'\nprint(1)\n'
  expect_status 0
  expect_out ""
done

shell "expressions" $'1 + 1\nnil\n1, nil, "a"\n=7\n(function() end)()\nx = 5\nx\nexit\n'
expect_out "2
nil
1	nil	a
7
5"
expect_err ""
shell "quotes, and no second run on an error" $'n = 0\n(function() n = n + 1 error("o\\"o") end)()\nn\nexit'
expect_out 1
expect_err_has 'stdin:1: o"o'
expect_err_has "stack traceback:"
shell "more lines" $'for i = 1, 2 do\nprint(i)\nend\nfunction f()\nreturn 3\nend\nf()\nexit\n'
expect_out "1
2
3"
expect_err ""
shell "syntax error" $'x = = 1\n1\nexit'
expect_out 1
expect_err_has "stdin:1: unexpected symbol near '='"
shell "incomplete at the end" $'while true do'
expect_status 0
expect_err_has "<eof>"
shell "help" $'help\nexit'
expect_out_has "Available commands:"
shell "_PY" $'_PY\nexit'
expect_out_has "Available extensions"
shell "chunk name" $'debug.getinfo(1, "S").source\nexit'
expect_out "=stdin"
shell "a line may wait while timers run" $'local id = setTimeout(function() print("tick") end, 1)\nrequire("task").sleep(0.05)\n"after"\nexit\n'
expect_out "tick
after"
shell "io.read takes the next line" $'io.read()\nthis one\n2\nexit\n'
expect_out "this one
2"
shell "fragments first" $'_PY.phase(), x\nexit' -e 'x = 3'
expect_out "interactive	3"
shell "os.exit" $'os.exit(9)\n'
expect_status 9
shell "failing fragment: no shell" $'1\n' -e 'error("no")'
expect_status 1
shell "a line that waits for itself" $'t = require("task")\nlocal a a = t.spawn(function() t.yield() b:join() end) b = t.spawn(function() a:join() end) a:join()\n3\nexit\n'
expect_out 3
expect_err_has "nothing can end"
expect_status 0

what="timers run while it waits for input"
mkfifo in
"$plua" -i <in >out2 2>&1 &
pid=$!
exec 4>in
echo 'setTimeout(function() io.open("fired", "w"):close() end, 1)' >&4
for ((i = 0; i < 600; ++i)); do
  [[ -e fired ]] && break
  sleep 0.1
done
[[ -e fired ]] || complain "the timer did not fire"
echo 'cleanup = setmetatable({}, {__close = function() print("closed") end}) task = require("task")' >&4
echo 'local c <close> = cleanup io.open("runs", "w"):close() task.sleep(1000)' >&4
for ((i = 0; i < 600; ++i)); do
  [[ -e runs ]] && break
  sleep 0.1
done
kill -INT "$pid"
echo 'print("still here")' >&4
for ((i = 0; i < 600; ++i)); do
  grep -q '^plua> still here' out2 && break
  sleep 0.1
done
kill -INT "$pid"
wait "$pid"
status=$?
exec 4>&-
out=$(<out2)
err=""
expect_status 0
expect_out_has closed
expect_out_has cancelled
expect_out_has "still here"
expect_out_has "Exiting..."

if command -v tmux >/dev/null; then
  what="terminal"
  server=plua-$$
  screen() { tmux -L $server capture-pane -p -t t; }
  seen() {
    for ((i = 0; i < 600; ++i)); do
      screen | grep -qE -- "$1" && return
      sleep 0.1
    done
    complain "the screen lacks '$1'" "$(screen)"
  }
  tmux -L $server -f /dev/null new-session -d -s t -x 80 -y 24 "PS1='sh: ' sh"
  tmux -L $server send-keys -t t "'$plua'; echo status \$?" Enter
  seen '^plua>$'
  tmux -L $server send-keys -t t 'print("slee" .. "ps") require("task").sleep(1000)' Enter
  seen '^sleeps$'
  tmux -L $server send-keys -t t C-c
  seen '^cancelled$'
  tmux -L $server send-keys -t t 'for i = 1, 2 do' Enter
  seen '^>>$'
  tmux -L $server send-keys -t t C-c
  tmux -L $server send-keys -t t 'print("bu" .. "sy") while true do end' Enter
  seen '^busy$' # a Ctrl-C before the line has been read would be one at the prompt
  tmux -L $server send-keys -t t C-c
  seen 'interrupted!'
  tmux -L $server send-keys -t t '6 * 7' Enter
  seen '^42$'
  tmux -L $server send-keys -t t C-d
  seen '^status 0$'
  tmux -L $server send-keys -t t 'cat; echo cat $?' Enter
  tmux -L $server send-keys -t t 'the flags of the terminal' Enter C-d
  seen '^cat 0$'
  tmux -L $server kill-server
fi

finish
