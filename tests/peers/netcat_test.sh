#!/usr/bin/env bash
# netcat as client of plua's servers, and as a server for its client.
source "$(dirname "$0")/peer.sh"
need nc

cat >echo_server.lua <<'L'
local task = require("task")
local server = _PY.tcp_server_create()
local left = tonumber(arg[1])
_PY.tcp_server_add_event_listener(server, "data_received", function(client, data)
  _PY.tcp_server_send(server, client, data)
end)
_PY.tcp_server_add_event_listener(server, "client_disconnected", function()
  left = left - 1
  if left == 0 then _PY.tcp_server_close(server) end
end)
_PY.tcp_server_start(server, "127.0.0.1", 0)
while not _PY.tcp_server_is_ready(server) do task.yield() end
print("ready")
print(_PY.tcp_server_port(server))
io.stdout:flush()
L

head -c 3000000 /dev/urandom >data
serve "event server" echo_server.lua 4
check "a word comes back" test "$(printf hello | nc -N 127.0.0.1 "$port")" = hello
nc -N 127.0.0.1 "$port" <data >back
check "3 MB of all bytes come back" cmp data back
nc -N 127.0.0.1 "$port" </dev/null >back
check "nothing comes back for nothing" test ! -s back
# Leaves while the server is still sending: the disconnection is told all the same.
nc -N 127.0.0.1 "$port" <data | head -c 1000 >/dev/null
what="event server"
await
expect_status 0
expect_err ""

cat >line_server.lua <<'L'
local net, task = require("net"), require("task")
local server = assert(net.listen{port = 0})
print("ready")
print((select(2, server:address())))
io.stdout:flush()
for conn in server:accept() do
  task.spawn(function()
    for line in conn:lines() do
      if line == "stop" then server:close() end
      conn:write(line:upper(), "\n")
    end
    conn:close()
  end)
end
L
serve "line server" line_server.lua
check "lines are answered" test "$(printf 'one\ntwo\r\nthree' | nc -N 127.0.0.1 "$port")" = $'ONE\nTWO\nTHREE'
for i in 1 2 3 4 5 6 7 8; do
  printf 'client %s\n' "$i" | nc -N 127.0.0.1 "$port" >"answer$i" &
  clients[i]=$!
done
for i in 1 2 3 4 5 6 7 8; do wait "${clients[i]}"; done
check "clients at once are answered" test "$(cat answer?)" = "$(printf 'CLIENT %s\n' 1 2 3 4 5 6 7 8)"
printf 'stop\n' | nc -N 127.0.0.1 "$port" >/dev/null
what="line server"
await
expect_status 0
expect_err ""

# listen_nc ARGUMENT...: starts nc on a free port; leaves $port and $nc.
listen_nc() {
  rm -f nc.pipe
  mkfifo nc.pipe
  nc -lv "$@" 127.0.0.1 0 2>nc.pipe >received <&5 &
  nc=$!
  local said=""
  exec 4<nc.pipe
  IFS= read -r -t 60 said <&4
  port=${said##* }
}

cat >client.lua <<'L'
local ok, id, message = _PY.tcp_connect_sync("127.0.0.1", arg[1])
assert(ok, message)
print(select(3, _PY.tcp_write_sync(id, "from plua\n")))
print((select(2, _PY.tcp_read_sync(id, "*l"))))
print((select(2, _PY.tcp_read_sync(id, "*a"))))
print(select(3, _PY.tcp_read_sync(id, "*a")))
print(select(2, _PY.tcp_close_sync(id)))
L
printf 'greeting\r\nand the rest' >greeting
exec 5<greeting
listen_nc -N
exec 5<&-
run "client of netcat" client.lua "$port"
wait "$nc"
expect_status 0
expect_out "Sent 10 bytes
greeting
and the rest
Connection closed by peer
Connection 1 closed"
check "netcat received" test "$(cat received)" = "from plua"

cat >sender.lua <<'L'
local net = require("net")
local conn <close> = assert(net.connect{host = "localhost", port = tonumber(arg[1]), timeout = 10})
local file <close> = assert(io.open("data", "rb"))
print(assert(conn:write(file:read("a"))))
L
exec 5</dev/null
listen_nc
exec 5<&-
run "3 MB to netcat" sender.lua "$port"
wait "$nc"
expect_out 3000000
check "3 MB arrive" cmp data received

finish
