-- SPDX-License-Identifier: MIT
-- Module http: connections that are kept, redirects and proxies.
local http = require "http"
local task = require "task"
local test = require "test"
local peer = dofile(arg[0]:match("^(.*/)") .. "support/http_peer.lua")

local response = peer.response

-- ---------------------------------------------------------------- the pool

test.case("a connection is used again", function(t)
  local server <close> = peer.answer(function() return response("x") end)
  for _ = 1, 20 do t.equal(t.ok(http.get(server.url)).body, "x") end
  t.equal(server.connections, 1)
end)

test.case("a connection is not used again when the server or the caller says so", function(t)
  local server <close> = peer.answer(function(request)
    return response("x", { request.target == "/close" and "Connection: close" or "X: y" })
  end)
  for _ = 1, 2 do t.ok(http.get(server.url .. "/close")) end
  t.equal(server.connections, 2)
  for _ = 1, 2 do t.ok(http.get(server.url, { headers = { connection = "Close" } })) end
  t.equal(server.connections, 4)
end)

test.case("parallel requests share at most so many connections", function(t)
  local server <close> = peer.answer(function() return response("x") end)
  local done = {}
  for i = 1, 300 do done[i] = task.spawn(function() return http.get(server.url) end) end
  for i = 1, 300 do t.equal(t.ok(done[i]:join()).status, 200) end
  t.ok(server.connections <= 100)
  t.equal(#server.requests, 300)
end)

test.case("a kept connection that the server closes is replaced", function(t)
  local server <close> = peer.start(function(conn, _, server)
    server.take(conn)
    conn:write(response("x"))
  end)
  for _ = 1, 5 do t.equal(t.ok(http.get(server.url)).body, "x") end
  t.equal(server.connections, 5)
end)

test.case("a kept connection that dies under an idempotent request is replaced once", function(t)
  local server <close> = peer.start(function(conn, number, server)
    server.take(conn)
    if number <= 2 then conn:write(response("x")) end
    if number == 1 then server.take(conn) end -- read, and not answered
  end)
  t.ok(http.get(server.url))
  t.equal(t.ok(http.get(server.url)).body, "x")
  t.equal(server.connections, 2)
  local r, err = http.get(server.url)
  t.equal(r, nil)
  t.equal(err.code, "no_response")
end)

test.case("a request that is not idempotent is not sent twice", function(t)
  local server <close> = peer.start(function(conn, _, server)
    server.take(conn)
    conn:write(response("x"))
    server.take(conn)
  end)
  t.ok(http.get(server.url))
  local r, err = http.request { url = server.url, method = "POST", body = "x" }
  t.equal(r, nil)
  t.equal(err.code, "no_response")
  t.equal(#server.requests, 2)
end)

test.case("a cancelled request closes its connection", function(t)
  local ended = false
  local server <close> = peer.start(function(conn, _, server)
    server.take(conn)
    conn:read() -- until the client closes
    ended = true
  end)
  local asking = task.spawn(function() return http.get(server.url) end)
  peer.link.await(function() return #server.requests == 1 end)
  asking:cancel()
  peer.link.await(function() return ended end)
  asking:join()
end)

-- ---------------------------------------------------------------- redirects

test.case("redirects are followed, and the final URL is told", function(t)
  local server <close> = peer.answer(function(request)
    local step = tonumber(request.target:match("^/(%d)"))
    if not step then return response("there") end
    local target = step > 1 and "/" .. step - 1 or "end#part"
    return response("", { "Location: " .. target }, "302 Found")
  end)
  local r = t.ok(http.get(server.url .. "/3"))
  t.equal(r.body, "there")
  t.equal(r.url, server.url .. "/end#part")
  t.equal(#server.requests, 4)
end)

test.case("redirects can be limited or left", function(t)
  local server <close> = peer.answer(function() return response("", { "Location: /" }, "301 Moved") end)
  t.equal(t.ok(http.get(server.url, { redirect = false })).status, 301)
  local r, err = http.get(server.url, { max_redirects = 3 })
  t.equal(r, nil)
  t.equal(err.code, "too_many_redirects")
  t.equal(err.operation, "redirect")
  t.equal(#server.requests, 5)
end)

test.case("a redirected POST becomes GET unless the status forbids it", function(t)
  for status, expected in pairs { [301] = "GET", [302] = "GET", [303] = "GET", [307] = "POST body", [308] = "POST body" } do
    local server <close> = peer.answer(function(request, number)
      if number == 1 then return response("", { "Location: /next" }, status .. " X") end
      return response(request.method .. (request.body ~= "" and " " .. request.body or ""))
    end)
    t.equal(t.ok(http.request { url = server.url, method = "POST", body = "body" }).body, expected)
  end
end)

test.case("credentials do not follow to another origin", function(t)
  local other <close> = peer.answer(function() return response("x") end)
  local server <close> = peer.answer(function(request)
    local target = request.target == "/near" and "/there" or other.url
    return request.target == "/there" and response("x") or response("", { "Location: " .. target }, "307 X")
  end)
  local headers = { Authorization = "secret", Cookie = "secret", X = "kept" }
  t.ok(http.get(server.url .. "/near", { headers = headers }))
  t.equal(server.requests[2].headers.authorization, "secret")
  t.ok(http.get(server.url .. "/far", { headers = headers }))
  t.equal(other.requests[1].headers.authorization, nil)
  t.equal(other.requests[1].headers.cookie, nil)
  t.equal(other.requests[1].headers.x, "kept")
end)

test.case("a redirect cannot leave http", function(t)
  local server <close> = peer.answer(function() return response("", { "Location: file:///etc/passwd" }, "302 X") end)
  local r, err = http.get(server.url)
  t.equal(r, nil)
  t.equal(err.operation, "redirect")
end)

-- ---------------------------------------------------------------- proxies

test.case("a proxy gets the whole URL", function(t)
  local proxy <close> = peer.answer(function(request) return response(request.target) end)
  local at = "http://me:secret@127.0.0.1:" .. proxy.port
  for _, host in ipairs { "one.invalid", "two.invalid:81" } do
    local r = t.ok(http.get("http://" .. host .. "/x?y", { proxy = at }))
    t.equal(r.body, "http://" .. host .. "/x?y")
  end
  t.equal(proxy.connections, 1)
  t.equal(proxy.requests[1].headers.host, "one.invalid")
  t.equal(proxy.requests[1].headers["proxy-authorization"], "Basic bWU6c2VjcmV0")
end)

test.case("a tunnel that the proxy does not open is an error of the proxy", function(t)
  local proxy <close> = peer.answer(function() return response("no", {}, "407 Who are you") end)
  local r, err = http.get("https://host.invalid/", { proxy = proxy.url })
  t.equal(r, nil)
  t.equal(err.code, "proxy_refused")
  t.equal(err.operation, "proxy")
  t.match(err, "host%.invalid:443")
  t.match(err, "407")
  t.equal(proxy.requests[1].method, "CONNECT")
  t.equal(proxy.requests[1].target, "host.invalid:443")
  t.equal(select(2, http.get("http://a/", { proxy = "nonsense" })).operation, "proxy")
end)
