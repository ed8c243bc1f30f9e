#!/usr/bin/env bash
# curl against an HTTP/1.0 responder written with the module net.
source "$(dirname "$0")/peer.sh"
need curl

cat >responder.lua <<'L'
local net, task = require("net"), require("task")
local server = assert(net.listen{port = 0})

local function respond(conn, status, body)
  conn:write("HTTP/1.0 ", status, "\r\nContent-Length: ", #body, "\r\nContent-Type: text/plain\r\n\r\n", body)
end

local function serve(conn)
  local closing <close> = conn
  conn:set_timeout(30)
  local head, err = conn:read("until", "\r\n\r\n", 4096)
  if not head then
    if err.code == "too_long" then
      respond(conn, "431 Too Large", "")
      conn:shutdown()
      while conn:read("some") do end -- unread data would make a reset of the close
    end
    return
  end
  local method, path = head:match("^(%u+) (%S+) HTTP/1%.[01]\r\n")
  if not method then return respond(conn, "400 Bad Request", "") end
  local length = tonumber(head:match("\r\n[Cc]ontent%-[Ll]ength: (%d+)")) or 0
  local body = length > 0 and conn:read(length) or ""
  if path == "/stop" then
    respond(conn, "200 OK", "bye")
    return server:close()
  end
  if path == "/big" then return respond(conn, "200 OK", ("0123456789abcdef"):rep(1 << 20)) end
  if path == "/slow" then task.sleep(0.2) end
  respond(conn, "200 OK", method .. " " .. path .. "\n" .. body)
end

print("ready")
print((select(2, server:address())))
io.stdout:flush()
for conn in server:accept() do task.spawn(serve, conn) end
L

fetch() { curl -sS --http1.0 -m 60 "$@"; }

serve "responder" responder.lua
base=http://127.0.0.1:$port
check "a request" test "$(fetch "$base/hello")" = "GET /hello"
check "a body" test "$(fetch -d 'a=1' "$base/form")" = $'POST /form\na=1'
head -c 2000000 /dev/urandom >upload
fetch -H 'Expect:' --data-binary @upload "$base/upload" | tail -c +14 >echoed
check "2 MB of all bytes there and back" cmp upload echoed
check "16 MB" test "$(fetch "$base/big" | wc -c)" = 16777216
check "a long head is refused" test "$(fetch -o /dev/null -w '%{http_code}' -H "x: $(printf '%05000d' 0)" "$base/")" = 431
for i in 1 2 3 4 5 6 7 8 9; do
  fetch "$base/slow" >"slow$i" &
  fetches[i]=$!
done
for i in 1 2 3 4 5 6 7 8 9; do wait "${fetches[i]}" || complain "fetch $i failed"; done
check "requests at once" test "$(cat slow? | sort -u)" = "GET /slow"
{ fetch "$base/big" 2>/dev/null || true; } | head -c 100 >/dev/null # leaves in the middle
check "the server goes on" test "$(fetch "$base/after")" = "GET /after"
check "the last request" test "$(fetch "$base/stop")" = bye
what=responder
await
expect_status 0
expect_err ""

finish
