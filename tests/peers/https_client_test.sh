#!/usr/bin/env bash
# The HTTP client over TLS, with certificates that are good and bad in every way.
source "$(dirname "$0")/peer.sh"
need python3 openssl

# ---------------------------------------------------------------- certificates

quietly() { "$@" >>"$work/openssl.log" 2>&1 || { cat "$work/openssl.log"; exit 1; }; }

quietly openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj "/CN=test authority" \
  -addext basicConstraints=critical,CA:TRUE
quietly openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=server"

# certificate NAME SUBJECTALTNAME ARGUMENT...: signed by the authority.
certificate() {
  local name=$1 alternative=$2
  shift 2
  printf 'subjectAltName=%s\n' "$alternative" >extension
  quietly openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile extension -out "$name.pem" "$@"
}
certificate good DNS:localhost,IP:127.0.0.1 -days 2
certificate other DNS:other.example,IP:127.0.0.2 -days 2
certificate expired DNS:localhost,IP:127.0.0.1 -days -1
quietly openssl req -x509 -key server.key -out self.pem -days 2 -subj "/CN=localhost" -addext subjectAltName=DNS:localhost

# ---------------------------------------------------------------- requests

# fetch WHAT URL OPTIONS: prints the body, or what went wrong.
cat >fetch.lua <<'L'
local http = require "http"
local options = load("return " .. (arg[2] or "{}"))()
local r, err = http.get(arg[1], options)
if r then return print(r.status, r.body) end
print(err.operation, err.code)
io.stderr:write(tostring(err), "\n")
L
fetch() { run "$1" fetch.lua "$2" "${3-}"; }
trusting='{ca_file = "ca.pem"}'

serve_http tls good.pem server.key
good=$port
fetch "the own authority" "https://localhost:$good/who" "$trusting"
expect_out "200	TLSv1.3 http/1.1"
fetch "an address in the certificate" "https://127.0.0.1:$good/x" "$trusting"
expect_out "200	GET /x "
fetch "an unknown authority" "https://localhost:$good/"
expect_out "tls	certificate_unknown_issuer"
expect_err_has "unable to get local issuer certificate"
fetch "no check" "https://localhost:$good/x" '{verify = false}'
expect_out "200	GET /x "
fetch "no such authority file" "https://localhost:$good/" '{ca_file = "none.pem"}'
expect_out "tls	tls"
expect_err_has "none.pem"
fetch "TLS expected, spoken to plainly" "http://127.0.0.1:$good/"
[[ $out == response* || $out == read* ]] || complain "said '$out'"

cat >many.lua <<'L'
local http, task = require "http", require "task"
local url, options = "https://localhost:" .. arg[1], { ca_file = "ca.pem" }
local big = assert(http.get(url .. "/big", options)).body
print(#big, big:sub(-10))
local sent = ("x"):rep(3000000)
print(#assert(http.request { url = url .. "/post", method = "POST", body = sent, ca_file = "ca.pem" }).body)
local tasks = {}
for i = 1, 30 do
  tasks[i] = task.spawn(function()
    for _ = 1, 5 do assert(assert(http.get(url .. "/" .. i, options)).body == "GET /" .. i .. " ") end
    return true
  end)
end
for i = 1, 30 do assert(tasks[i]:join()) end
-- Python's server ends without close_notify: a body that only the end of the connection ends may have been cut off.
print(select(2, http.get(url .. "/close", options)))
print(_PY.http_request_sync({ url = url .. "/", verify = false }).code)
print(_PY.http_request_sync(url .. "/").error_message:match("unable to get local issuer certificate"))
L
run "many requests" many.lua "$good"
expect_status 0
expect_err ""
expect_out "20000000	0123456789
3000011
tls localhost (127.0.0.1:$good): unexpected eof while reading
200
unable to get local issuer certificate"

serve_http tls other.pem server.key
fetch "another host" "https://localhost:$port/" "$trusting"
expect_out "tls	certificate_wrong_host"
expect_err_has "hostname mismatch"
fetch "another address" "https://127.0.0.1:$port/" "$trusting"
expect_out "tls	certificate_wrong_host"
expect_err_has "IP address mismatch"

serve_http tls expired.pem server.key
fetch "expired" "https://localhost:$port/" "$trusting"
expect_out "tls	certificate_expired"
expect_err_has "certificate has expired"

serve_http tls self.pem server.key
fetch "self-signed" "https://localhost:$port/"
expect_out "tls	certificate_self_signed"
expect_err_has "self-signed certificate"
fetch "self-signed and trusted" "https://localhost:$port/x" '{ca_file = "self.pem"}'
expect_out "200	GET /x "

serve_http tls good.pem server.key TLSv1_1
fetch "an old version" "https://localhost:$port/" "$trusting"
expect_out "tls	tls"

serve_http plain
plain=$port
fetch "no TLS there" "https://localhost:$plain/" "$trusting"
expect_out "tls	tls"
fetch "a tunnel" "https://localhost:$good/through" "{ca_file = 'ca.pem', proxy = 'http://127.0.0.1:$plain'}"
expect_out "200	GET /through "
fetch "a tunnel to nowhere" "https://localhost:1/" "{ca_file = 'ca.pem', proxy = 'http://127.0.0.1:$plain'}"
[[ $out == proxy* ]] || complain "said '$out'"

# openssl's own server ends the connection after each file.
mkdir files
echo "the file" >files/file.txt
(cd files && exec openssl s_server -accept 127.0.0.1:0 -cert ../good.pem -key ../server.key -WWW >../s_server.out 2>&1) &
servers+=($!)
disown
for _ in {1..200}; do
  port=$(sed -nE 's/^ACCEPT 127\.0\.0\.1:([0-9]+)$/\1/p' s_server.out 2>/dev/null)
  [[ -n $port ]] && break
  sleep 0.05
done
fetch "openssl s_server" "https://localhost:$port/file.txt" "$trusting"
expect_out "200	the file"

finish
