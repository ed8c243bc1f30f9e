#!/usr/bin/env bash
# Peers that misbehave: resets, half connections, single bytes, garbage, silence.
source "$(dirname "$0")/peer.sh"
need python3

# talk_to MODE CODE: runs the code with `conn`, a connection to a server of that mode; leaves $said, what that printed.
talk_to() {
  local mode=$1
  cat >talk.lua <<L
local net, task = require("net"), require("task")
local conn = assert(net.connect{host = "127.0.0.1", port = tonumber(arg[1]), timeout = 10})
conn:set_timeout(30)
$2
conn:close()
L
  rm -f peer.pipe
  mkfifo peer.pipe
  python3 "$peers/peer.py" "$mode" >peer.pipe &
  local peer=$! port=""
  exec 4<peer.pipe
  IFS= read -r -t 60 port <&4
  run "$mode" talk.lua "$port"
  said=$(cat <&4)
  exec 4<&-
  wait "$peer" || complain "the peer failed"
  expect_status 0
  expect_err ""
}

talk_to serve_reset '
conn:write("hello")
print(select(2, conn:read()).code)
print(select(2, conn:read("a")).code)
local count, err, sent = conn:write("more")
print(count, err.code == "EPIPE" or err.code == "ECONNRESET", sent)'
expect_out "ECONNRESET
ECONNRESET
nil	true	0"

talk_to serve_half_close '
print(conn:read("a"))
print(conn:read("a") == "")
conn:write("I still talk")
conn:shutdown()'
expect_out "my side is done

true"
[[ $said == "I still talk" ]] || complain "the peer said '$said'"

talk_to serve_after_end '
conn:write("question")
conn:shutdown()
print(conn:read("a"))'
expect_out "got question"

talk_to serve_drip '
print(conn:read())
print(conn:read("until", ";"))
print(conn:read("a"))'
expect_out "first line
second;
third"

talk_to serve_garbage '
local data, lines = conn:read("a"), 0
for _ in data:gmatch("\n") do lines = lines + 1 end
print(#data, lines > 100)'
expect_out "300001	true"

talk_to serve_garbage '
local bytes = 0
for line in conn:lines() do bytes = bytes + #line end
print(bytes > 200000 and bytes < 300000)'
expect_out "true"

talk_to serve_silence '
conn:set_timeout(0.05)
for _, format in ipairs{"l", "a", "some", 10} do print(select(2, conn:read(format)).code) end
conn:write("not a word?")'
expect_out "timeout
timeout
timeout
timeout"
[[ $said == "11 bytes" ]] || complain "the peer said '$said'"

talk_to serve_slow_reader '
local ticks = 0
local ticker = setInterval(function() ticks = ticks + 1 end, 1)
print(conn:write(("x"):rep(20000000)))
clearInterval(ticker)
print(ticks > 0)'
expect_out "20000000
true"
[[ $said == "20000000 bytes" ]] || complain "the peer said '$said'"

# Clients of the event server: each is announced and told gone exactly once, whatever it does.
cat >counting.lua <<'L'
local task = require("task")
local server = _PY.tcp_server_create()
local come, gone, twice, expected = 0, {}, false, tonumber(arg[1])
local function on(event, f) _PY.tcp_server_add_event_listener(server, event, f) end
on("client_connected", function(client)
  come = come + 1
  if arg[2] == "send" then _PY.tcp_write(client, ("y"):rep(10000000)) end
  if arg[2] == "close" then _PY.tcp_close(client) end
end)
if arg[2] == "echo" then on("data_received", function(client, data) _PY.tcp_write(client, data) end) end
on("client_disconnected", function(client)
  twice = twice or gone[client]
  gone[client] = true
  expected = expected - 1
  if expected > 0 then return end
  task.sleep(0.05) -- long enough for a second event
  print(come, twice or false)
  _PY.tcp_server_close(server)
end)
on("error", print)
_PY.tcp_server_start(server, "127.0.0.1", 0)
while not _PY.tcp_server_is_ready(server) do task.yield() end
print("ready")
print(_PY.tcp_server_port(server))
io.stdout:flush()
L
# visit SERVER-MODE CLIENT-MODE
visit() {
  serve "$2 of a server that does $1" counting.lua 5 "$1"
  local i clients=()
  for i in 1 2 3 4 5; do
    python3 "$peers/peer.py" "$2" "$port" &
    clients+=($!)
  done
  for i in "${clients[@]}"; do wait "$i" || complain "a client failed"; done
  await
  expect_status 0
  expect_out "5	false"
  expect_err ""
}
visit echo client_reset
visit echo client_silent
visit nothing client_silent
visit send client_quits_while_sent_to
visit close client_waits_for_the_end

finish
