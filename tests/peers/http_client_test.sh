#!/usr/bin/env bash
# The HTTP client against Python's servers, without TLS and through a proxy.
source "$(dirname "$0")/peer.sh"
need python3

serve_http plain

cat >fetch.lua <<'L'
local http = require "http"
local url = "http://127.0.0.1:" .. arg[1]
local text = ("the same words again and again, "):rep(2000)
local function get(path, options) return assert(http.get(url .. path, options)) end

print(get("/a%20b?c=d").body)
print(assert(http.request { url = url .. "/post", method = "POST", body = "some body" }).body)
print(get("/x", { method = "HEAD" }).body == "")
for _, path in ipairs { "/gzip", "/deflate", "/close" } do print(path, get(path).body == text) end
print(get("/gzip").headers["content-encoding"])
print(get("/gzip", { decompress = false }).body:byte(1, 2))
print(#get("/chunked").body)
print(#get("/big").body)
print(select(2, http.get(url .. "/big", { max_body = 1000000 })).code)
print(select(2, http.get(url .. "/gzip", { max_body = 1000 })).code)
print(_PY.http_request_sync(url .. "/gzip").body == text)
L
run "python's server" fetch.lua "$port"
expect_status 0
expect_err ""
expect_out "GET /a%20b?c=d 
POST /post some body
true
/gzip	true
/deflate	true
/close	true
nil
31	139
11111
20000000
body_too_long
body_too_long
true"

mkdir files
echo "the file" >files/file.txt
python3 -u -m http.server --bind 127.0.0.1 --directory files 0 >files.out 2>files.log &
servers+=($!)
disown
port=""
for _ in {1..400}; do
  port=$(sed -nE 's/.*port ([0-9]+).*/\1/p' files.out 2>/dev/null)
  [[ -n $port ]] && break
  sleep 0.05
done
cat >file.lua <<'L'
local http = require "http"
local url = "http://127.0.0.1:" .. arg[1]
io.write(assert(http.get(url .. "/file.txt")).body)
print(assert(http.get(url .. "/none")).status)
print(assert(http.get(url .. "/")).headers["content-type"])
L
run "python -m http.server" file.lua "$port"
expect_status 0
expect_out "the file
404
text/html; charset=utf-8"

finish
