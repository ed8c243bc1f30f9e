#!/usr/bin/env bash
# curl against the module web.
source "$(dirname "$0")/peer.sh"
need curl

cat >server.lua <<'L'
local task, web = require("task"), require("web")
local app = web.app()
app:get("/hello", function(req) return "Hello, " .. (req.query.name or "you") .. "\n" end)
app:get("/slow", function()
  task.sleep(0.2)
  return "slow\n"
end)
app:get("/big", function() return ("0123456789abcdef"):rep(1 << 20) end)
app:post("/echo", function(req) return { body = req.body, headers = { ["Content-Type"] = req:header("content-type") } } end)
app:get("/user/:name", function(req) return { json = { name = req.params.name, agent = req.headers["user-agent"] } } end)
app:get("/cookies", function() return { status = 302, headers = { Location = "/hello", ["Set-Cookie"] = { "a=1", "b=2" } } } end)
app:post("/stop", function()
  app:drain()
  return "bye\n"
end)
local _, port = assert(app:listen { port = 0 })
print("ready")
print(port)
io.stdout:flush()
L

fetch() { curl -sS -m 60 "$@"; }
code() { fetch -o /dev/null -w '%{http_code}' "$@"; }

serve "server" server.lua
base=http://127.0.0.1:$port
check "a request" test "$(fetch "$base/hello?name=C%2B%2B")" = "Hello, C++"
check "a parameter" test "$(fetch -A me "$base/user/a%20b")" = '{"agent":"me","name":"a b"}' -o \
  "$(fetch -A me "$base/user/a%20b")" = '{"name":"a b","agent":"me"}'
check "two on one connection" test "$(fetch -w '%{num_connects} ' "$base/hello" "$base/hello" | tr '\n' ' ')" = "Hello, you 1 Hello, you 0 "
check "a redirect" test "$(fetch -L "$base/cookies")" = "Hello, you"
check "two cookies" test "$(fetch -D - -o /dev/null "$base/cookies" | grep -c '^Set-Cookie:')" = 2
check "HEAD" test "$(fetch -I "$base/hello" | tr -d '\r' | grep -i '^content-length')" = "Content-Length: 11"
check "not found" test "$(code "$base/nothing")" = 404
check "not allowed" test "$(code -X DELETE "$base/hello")" = 405
head -c 2000000 /dev/urandom >upload
fetch -H 'Content-Type: x/y' --data-binary @upload "$base/echo" >echoed
check "2 MB of all bytes there and back" cmp upload echoed
fetch -H 'Transfer-Encoding: chunked' --data-binary @upload "$base/echo" >echoed
check "the same in chunks" cmp upload echoed
fetch -H 'Expect: 100-continue' --data-binary @upload "$base/echo" >echoed
check "the same after 100-continue" cmp upload echoed
check "16 MB" test "$(fetch "$base/big" | wc -c)" = 16777216
head -c 17000000 /dev/zero >large
check "a body beyond the limit" test "$(code -H 'Expect:' --data-binary @large "$base/echo")" = 413
check "a long head is refused" test "$(code -H "x: $(printf '%070000d' 0)" "$base/hello")" = 431
for i in 1 2 3 4 5 6 7 8 9; do
  fetch "$base/slow" >"slow$i" &
  fetches[i]=$!
done
for i in 1 2 3 4 5 6 7 8 9; do wait "${fetches[i]}" || complain "fetch $i failed"; done
check "requests at once" test "$(cat slow? | sort -u)" = "slow"
{ fetch "$base/big" 2>/dev/null || true; } | head -c 100 >/dev/null # leaves in the middle
check "the server goes on" test "$(fetch "$base/hello")" = "Hello, you"
check "the last request" test "$(fetch -X POST "$base/stop")" = bye
what=server
await
expect_status 0
expect_err ""

finish
