#!/usr/bin/env bash
# netcat speaks UDP with plua, as its client and as the peer that it sends to.
source "$(dirname "$0")/peer.sh"
need nc

cat >responder.lua <<'L'
local net = require("net")
local socket = assert(net.udp{port = 0})
print("ready")
print((select(2, socket:local_address())))
io.stdout:flush()
socket:set_timeout(60)
repeat
  local data, host, port = assert(socket:receive())
  socket:send_to(data:upper(), host, port)
until data:find("stop")
L
serve "responder" responder.lua
check "a datagram is answered" test "$(printf hello | nc -u -w 1 127.0.0.1 "$port")" = HELLO
head -c 9000 /dev/zero | tr '\0' x >large
check "a large one is answered whole" test "$(nc -u -w 1 127.0.0.1 "$port" <large | wc -c)" = 9000
for i in 1 2 3 4; do
  printf 'client %s' "$i" | nc -u -w 1 127.0.0.1 "$port" >"answer$i" &
  clients[i]=$!
done
for i in 1 2 3 4; do wait "${clients[i]}"; done
check "clients at once are answered" test "$(cat answer?)" = "CLIENT 1CLIENT 2CLIENT 3CLIENT 4"
printf stop | nc -u -w 1 127.0.0.1 "$port" >/dev/null
what=responder
await
expect_status 0
expect_err ""

# nc prints what it receives and sends its input to whoever sent first. It cannot bind port 0 for UDP and say which it
# got, so it gets one that was free a moment ago.
cat >free_port.lua <<'L'
local socket <close> = assert(require("net").udp{port = 0})
print((select(2, socket:local_address())))
L
cat >client.lua <<'L'
local port = tonumber(arg[1])
local ok, id, message = _PY.udp_connect("127.0.0.1", port)
assert(ok, message)
-- The peer may not listen yet: then the next operation says so.
repeat
  _PY.udp_write(id, "from plua", "127.0.0.1", port)
  _PY.sleep(0.05)
  ok, message = _PY.udp_write(id, "\n", "127.0.0.1", port)
until ok
print(_PY.udp_read(id, 5))
print((select(2, _PY.udp_close(id))))
L
run "free port" free_port.lua
port=$out
mkfifo input
nc -u -l 127.0.0.1 "$port" <input >received &
nc=$!
exec 6>input
printf 'greeting' >&6
run "client of netcat" client.lua "$port"
expect_status 0
expect_out "true	greet	Received 5 bytes from 127.0.0.1:$port
Connection 1 closed"
exec 6>&-
kill "$nc" 2>/dev/null
wait "$nc" 2>/dev/null
check "netcat received" grep -q "from plua" received

finish
