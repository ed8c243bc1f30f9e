-- SPDX-License-Identifier: MIT
-- Module http: requests, bodies, limits and failures.
local http = require "http"
local task = require "task"
local test = require "test"
local peer = dofile(arg[0]:match("^(.*/)") .. "support/http_peer.lua")

local response = peer.response

-- ---------------------------------------------------------------- requests and responses

test.styles("a response has status, reason, headers, body and url", function(t, call)
  local server <close> = peer.answer(function()
    return response("hello", { "X-One: 1", "Set-Cookie: a", "X-Two: 2", "set-cookie: b" }, "203 Other  words")
  end)
  local r = t.ok(call(http.get, server.url .. "/a?b"))
  t.equal(r.status, 203)
  t.equal(r.reason, "Other  words")
  t.equal(r.body, "hello")
  t.equal(r.url, server.url .. "/a?b")
  t.equal(r.headers["X-One"], "1")
  t.equal(r.headers["x-oNE"], "1")
  t.equal(r.headers["CONTENT-LENGTH"], "5")
  t.same(r.headers["set-cookie"], { "a", "b" })
  t.equal(r.headers.absent, nil)
  t.equal(r.headers[1], nil)
  t.equal(server.requests[1].target, "/a?b")
end)

test.case("a request says who it is for and from", function(t)
  local server <close> = peer.answer(function() return response("") end)
  t.ok(http.get(server.url))
  local got = server.requests[1]
  t.equal(got.method, "GET")
  t.equal(got.target, "/")
  t.equal(got.headers.host, "127.0.0.1:" .. server.port)
  t.match(got.headers["user-agent"], "^plua/%d")
  t.equal(got.headers["accept-encoding"], "gzip, deflate")
  t.equal(got.headers.connection, nil)
  t.equal(got.headers["content-length"], nil)
end)

test.case("method, headers and body are sent as given", function(t)
  local server <close> = peer.answer(function(request) return response(request.body) end)
  local body = peer.link.all_bytes():rep(300)
  local headers = { ["X-Number"] = 5, ["X-List"] = { "a", "b" }, Host = "virtual" }
  local r = t.ok(http.request { url = server.url, method = "put", headers = headers, body = body })
  t.ok(r.body == body)
  local got = server.requests[1]
  t.equal(got.method, "PUT")
  t.equal(got.headers.host, "virtual")
  t.equal(got.headers["x-number"], "5")
  t.match(got.head, "X%-List: a\r\nX%-List: b\r\n")
  t.equal(got.headers["content-length"], tostring(#body))
  t.same(headers, { ["X-Number"] = 5, ["X-List"] = { "a", "b" }, Host = "virtual" })
end)

test.case("a large body arrives whole in both directions", function(t)
  local server <close> = peer.answer(function(request) return response(request.body) end)
  local body = peer.link.pattern(3000000)
  t.ok(t.ok(http.request { url = server.url, method = "POST", body = body }).body == body)
end)

test.case("credentials of the URL are sent, and are no part of the target", function(t)
  local server <close> = peer.answer(function() return response("") end)
  t.ok(http.get("http://me:se%20cret@127.0.0.1:" .. server.port .. "/"))
  t.equal(server.requests[1].headers.authorization, "Basic bWU6c2UgY3JldA==")
  t.equal(server.requests[1].headers.host, "127.0.0.1:" .. server.port)
end)

test.case("an IPv6 address is fetched from", function(t)
  if not peer.link.has_ipv6() then t.skip("no IPv6") end
  local server <close> = peer.answer(function(request) return response(request.headers.host) end, "::1")
  t.equal(t.ok(http.get(server.url)).body, "[::1]:" .. server.port)
end)

test.case("nothing can be smuggled into a request", function(t)
  for _, options in ipairs { { headers = { X = "a\r\nY: b" } }, { headers = { ["X: a\r\nY"] = "b" } },
    { headers = { X = "a\0" } }, { method = "GET / HTTP/1.1\r\nX" }, { headers = { ["Transfer-Encoding"] = "chunked" } },
    { headers = { ["Content-Length"] = 7 } } } do
    local r, err = http.get("http://127.0.0.1:1/", options)
    t.equal(r, nil)
    t.equal(err.code, "bad_header")
    t.equal(err.operation, "request")
  end
end)

test.case("wrong arguments are raised at the call", function(t)
  t.error(http.get, "bad argument #1 to 'get'")
  t.error(http.get, "bad argument #1 to 'get'", {})
  t.error(http.get, "bad argument #2 to 'get'", "http://a/", 5)
  t.error(http.get, "field 'timeout'", "http://a/", { timeout = -1 })
  t.error(http.get, "field 'timeout'", "http://a/", { timeout = 0 / 0 })
  t.error(http.get, "field 'headers'", "http://a/", { headers = { X = {} , Y = true } })
  t.error(http.get, "field 'headers'", "http://a/", { headers = { "X: y" } })
  t.error(http.get, "field 'max_body'", "http://a/", { max_body = -1 })
  t.error(http.request, "field 'url'", {})
  t.error(http.request, "bad argument #1 to 'request'", "http://a/")
  t.error(http.get, "field 'timeout'", "http://a/", { timeout = -1 }, print)
end)

test.case("what is not an http URL is a failure", function(t)
  for _, url in ipairs { "", "x", "ftp://a/", "file:///etc/passwd", "http://", "http://a b/", "http://a/\195\165",
    "http://a:99999/", "http://a/\r\nX: y" } do
    local r, err = http.get(url)
    t.equal(r, nil)
    t.equal(err.code, "bad_url", url)
    t.equal(err.operation, "url")
  end
end)

-- ---------------------------------------------------------------- bodies

test.case("bodies end by length, by chunks or with the connection", function(t)
  for _, text in ipairs { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: x\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\nhello" } do
    local whole <close> = peer.say(text)
    t.equal(t.ok(http.get(whole.url)).body, "hello")
    local bytes = {}
    for i = 1, #text do bytes[i] = text:sub(i, i) end
    local dripping <close> = peer.say(table.unpack(bytes))
    t.equal(t.ok(http.get(dripping.url)).body, "hello")
  end
end)

test.case("HEAD, 204 and 304 have no body", function(t)
  local server <close> = peer.answer(function(request)
    if request.method == "HEAD" then return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" end
    return "HTTP/1.1 " .. request.target:sub(2) .. " X\r\n\r\n"
  end)
  local r = t.ok(http.get(server.url, { method = "HEAD" }))
  t.equal(r.body, "")
  t.equal(r.headers["content-length"], "100")
  t.equal(t.ok(http.get(server.url .. "/204")).body, "")
  t.equal(t.ok(http.get(server.url .. "/304")).status, 304)
  t.equal(server.connections, 1)
end)

test.case("interim responses are passed over", function(t)
  local server <close> = peer.say("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n", response("ok"))
  local r = t.ok(http.get(server.url))
  t.equal(r.status, 200)
  t.equal(r.body, "ok")
end)

local zipped = "\31\139 as it came"

test.case("a body in an encoding that was asked for by the caller is left alone", function(t)
  local server <close> = peer.answer(function() return response(zipped, { "Content-Encoding: gzip" }) end)
  local r = t.ok(http.get(server.url, { headers = { ["accept-encoding"] = "gzip" } }))
  t.ok(r.body == zipped)
  t.equal(r.headers["content-encoding"], "gzip")
  t.equal(server.requests[1].headers["accept-encoding"], "gzip")
  t.ok(t.ok(http.get(server.url, { decompress = false })).body == zipped)
  t.equal(server.requests[2].headers["accept-encoding"], nil)
end)

test.case("a damaged compressed body is an error of the body", function(t)
  local server <close> = peer.answer(function() return response("nonsense", { "Content-Encoding: gzip" }) end)
  local r, err = http.get(server.url)
  t.equal(r, nil)
  t.equal(err.code, "bad_encoding")
  t.equal(err.operation, "body")
end)

test.case("a body over the limit is an error", function(t)
  for _, text in ipairs { response("12345"), "HTTP/1.1 200 OK\r\n\r\n12345",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n" } do
    local server <close> = peer.say(text)
    local r, err = http.get(server.url, { max_body = 4 })
    t.equal(r, nil)
    t.equal(err.code, "body_too_long")
    t.equal(t.ok(http.get(server.url, { max_body = 5 })).body, "12345")
  end
end)

-- ---------------------------------------------------------------- failures

test.case("nobody there is an error of connecting", function(t)
  local r, err = http.get("http://127.0.0.1:" .. peer.link.closed_port())
  t.equal(r, nil)
  t.equal(err.code, "ECONNREFUSED")
  t.equal(err.operation, "connect")
end)

test.case("a peer that closes, says half or says nonsense is told apart", function(t)
  for text, code in pairs {
    [""] = "no_response",
    ["HTTP/1.1 200 OK\r\nContent-Le"] = "truncated",
    ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"] = "truncated",
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"] = "truncated",
    ["220 mail.example.org ESMTP\r\n"] = "bad_response",
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"] = "bad_response",
    ["HTTP/1.1 200 OK\r\n" .. ("X: y\r\n"):rep(20000)] = "header_too_long",
  } do
    local server <close> = peer.say(text)
    local r, err = http.get(server.url)
    t.equal(r, nil)
    t.equal(err.code, code, text:sub(1, 60))
    t.equal(err.operation, "response")
  end
end)

test.case("a peer that never answers, or never ends, runs into the time limit", function(t)
  for _, text in ipairs { "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx" } do
    local server <close> = peer.start(function(conn, _, server)
      server.take(conn)
      conn:write(text)
      conn:read()
    end)
    local r, err = http.get(server.url, { timeout = 0.05 })
    t.equal(r, nil)
    t.equal(err.code, "timeout")
    t.equal(err.operation, "read")
  end
end)

test.case("a peer that does not answer the TLS handshake runs into the time limit of connecting", function(t)
  local server <close> = peer.start(function(conn) conn:read("a") end)
  local r, err = http.get("https://127.0.0.1:" .. server.port, { connect_timeout = 0.05 })
  t.equal(r, nil)
  t.equal(err.code, "timeout")
  t.equal(err.operation, "tls")
end)

test.case("the time limit counts all redirects", function(t)
  local server <close> = peer.answer(function()
    task.sleep(0.02)
    return response("", { "Location: /" }, "302 X")
  end)
  local r, err = http.get(server.url, { timeout = 0.1, max_redirects = 1000 })
  t.equal(r, nil)
  t.equal(err.code, "timeout")
end)

test.case("an answer before the end of the request is heard", function(t)
  local server <close> = peer.start(function(conn)
    conn:read("until", "\r\n\r\n")
    conn:write(response("too much", {}, "413 Too Large"))
    conn:shutdown()
    while conn:read("some") do end
  end)
  local r = t.ok(http.request { url = server.url, method = "POST", body = ("x"):rep(5000000) })
  t.equal(r.status, 413)
  t.equal(r.body, "too much")
end)

test.case("requests do not hold up other tasks", function(t)
  local server <close> = peer.answer(function()
    task.sleep(0.03)
    return response("x")
  end)
  local ticks = 0
  local ticker = setInterval(function() ticks = ticks + 1 end, 1)
  t.ok(http.get(server.url))
  clearInterval(ticker)
  t.ok(ticks > 3)
end)
