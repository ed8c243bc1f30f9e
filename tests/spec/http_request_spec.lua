-- SPDX-License-Identifier: MIT
-- PLua's functions http_request_sync, http_request and http_request_async: their responses say everything, nothing is
-- raised for what the network does.
local task = require "task"
local test = require "test"
local peer = dofile(arg[0]:match("^(.*/)") .. "support/http_peer.lua")

local response = peer.response
local request, request_async = _PY.http_request_sync, _PY.http_request_async

local function echo()
  return peer.answer(function(got) return response(got.method .. " " .. got.body, { "X-Type: " .. (got.headers["content-type"] or "none") }) end)
end

-- ---------------------------------------------------------------- responses

test.styles("success has code, body, headers, url and error=false", function(t, call)
  local server <close> = peer.answer(function() return response("hello", { "X-A: 1", "Set-Cookie: a", "Set-Cookie: b" }) end)
  local r = call(request, server.url .. "/x")
  t.equal(r.code, 200)
  t.equal(r.body, "hello")
  t.equal(r.url, server.url .. "/x")
  t.equal(r.error, false)
  t.equal(r.error_message, nil)
  t.equal(r.headers["x-a"], "1")
  t.same(r.headers["set-cookie"], { "a", "b" })
  t.equal(r.headers.absent, nil)
  t.equal(r.absent, nil)
  t.equal(getmetatable(r), nil)
  local names = 0
  for _ in pairs(r) do names = names + 1 end
  t.equal(names, 5)
end)

test.case("http_request does the same", function(t)
  local server <close> = peer.answer(function() return response("hello") end)
  t.equal(_PY.http_request(server.url).body, "hello")
  t.equal(_PY.http_request({}).error_message, "URL is required")
end)

test.case("the callback of http_request_async comes in a later turn, with the headers and an empty message", function(t)
  local server <close> = peer.answer(function() return response("hello", { "X-A: 1" }) end)
  local got
  local returned = table.pack(request_async(server.url, t.expect(function(...)
    got = table.pack(...)
    task.sleep(0.001) -- a callback may wait
    t.equal(select("#", ...), 1)
  end)))
  t.equal(returned.n, 0)
  t.equal(got, nil)
  peer.link.await(function() return got end)
  local r = got[1]
  t.equal(r.code, 200)
  t.equal(r.body, "hello")
  t.equal(r.error, false)
  t.equal(r.error_message, "")
  t.equal(r.headers["x-a"], "1")
  task.sleep(0.005)
end)

test.case("the callback of a request that cannot be made comes in a later turn, too", function(t)
  local got
  request_async({}, t.expect(function(r) got = r end))
  t.equal(got, nil)
  peer.link.await(function() return got end)
  t.equal(got.error_message, "URL is required")
end)

test.styles("an error status has error=true, the body and the headers", function(t, call)
  local server <close> = peer.answer(function(got)
    return response("trouble", { "X-A: 1" }, got.target:sub(2) .. " X")
  end)
  for _, code in ipairs { 400, 404, 500, 503, 300, 304 } do
    local r = call(request, server.url .. "/" .. code)
    t.equal(r.code, code)
    t.equal(r.error, true)
    t.equal(r.error_message, nil)
    t.equal(r.body, code == 304 and "" or "trouble")
    t.equal(r.headers["X-A"], "1")
    t.equal(r.url, server.url .. "/" .. code)
  end
end)

test.styles("a failure has code 0, an empty body, no headers, and a message", function(t, call)
  local url = "http://127.0.0.1:" .. peer.link.closed_port() .. "/"
  for _, perform in ipairs { request, request_async } do
    local r = call(perform, url)
    t.equal(r.code, 0)
    t.equal(r.body, "")
    t.equal(next(r.headers), nil)
    t.equal(r.headers.absent, nil)
    t.equal(r.url, url)
    t.equal(r.error, true)
    t.match(r.error_message, "Connection refused")
  end
end)

test.styles("the time limit gives the message 'timed out'", function(t, call)
  local server <close> = peer.start(function(conn, _, server)
    server.take(conn)
    conn:read()
  end)
  local r = call(request, { url = server.url, timeout = 0.05 })
  t.equal(r.code, 0)
  t.equal(r.error_message, "timed out")
end)

test.styles("a peer that closes, sends garbage or half a head is a failure", function(t, call)
  for text, message in pairs { [""] = "ended before the response", ["garbage\r\n\r\n"] = "not valid HTTP",
    ["HTTP/1.1 200 O"] = "ended within the response" } do
    local server <close> = peer.say(text)
    local r = call(request, server.url)
    t.equal(r.code, 0)
    t.equal(r.error, true)
    t.match(r.error_message, message)
  end
end)

-- ---------------------------------------------------------------- requests

test.case("what is wrong with a request is told in the response", function(t)
  for _, case in ipairs {
    { {}, "URL is required" },
    { "", "URL is required" },
    { { url = "" }, "URL is required" },
    { 5, "Invalid parameters: expected string or table, got number" },
    { true, "Invalid parameters: expected string or table, got boolean" },
    { { url = "http://a/", body = {} },
      "HTTP request body must be a string. Encode tables to JSON manually if needed." },
    { { url = "http://a/", body = 5 },
      "HTTP request body must be a string. Encode tables to JSON manually if needed." },
  } do
    local r = request(case[1])
    t.equal(r.code, 0)
    t.equal(r.error, true)
    t.equal(r.error_message, case[2])
  end
  t.match(request({ url = "http://a/", headers = 5 }).error_message, "^Invalid parameters: field 'headers'")
  t.match(request({ url = "http://a/", timeout = -1 }).error_message, "^Invalid parameters: field 'timeout'")
  t.match(request({ url = "http://a/", headers = { X = "a\r\nY: b" } }).error_message, "not allowed")
  t.equal(request(nil).error_message, "Invalid parameters: expected string or table, got nil")
  t.equal(request_async(5).error_message, "Invalid request parameters")
  t.error(request, "bad argument #1 to 'http_request_sync'")
end)

test.case("only http and https are fetched, and only what is a URL", function(t)
  for _, url in ipairs { "file:///etc/passwd", "ftp://127.0.0.1/", "nonsense", "http://a b/", "http://a/\195\165" } do
    local r = request(url)
    t.equal(r.code, 0, url)
    t.equal(r.error, true)
    t.match(r.error_message, "http or https URL")
  end
end)

test.case("the method is sent in upper case, and any method may have a body", function(t)
  local server <close> = echo()
  t.equal(request({ url = server.url, method = "post", body = "b" }).body, "POST b")
  t.equal(request({ url = server.url, method = "delete", body = "b" }).body, "DELETE b")
  t.equal(request({ url = server.url, body = "b" }).body, "GET b")
  t.equal(request({ url = server.url, method = "Patch" }).body, "PATCH ")
end)

test.case("a body without a type is a form, and the request is not changed", function(t)
  local server <close> = echo()
  local asked = { url = server.url, method = "POST", body = "a=1", headers = { X = "y" } }
  t.equal(request(asked).headers["x-type"], "application/x-www-form-urlencoded")
  t.same(asked, { url = server.url, method = "POST", body = "a=1", headers = { X = "y" } })
  asked.headers["content-type"] = "text/plain"
  t.equal(request(asked).headers["x-type"], "text/plain")
  t.equal(request(server.url).headers["x-type"], "none")
end)

test.case("bodies are bytes in both directions", function(t)
  local server <close> = peer.answer(function(got) return response(got.body) end)
  local bytes = peer.link.all_bytes()
  t.ok(request({ url = server.url, method = "PUT", body = bytes }).body == bytes)
end)

test.case("redirects are followed five times unless the request says otherwise", function(t)
  local server <close> = peer.answer(function(got)
    local step = tonumber(got.target:sub(2))
    if step == 0 then return response("there") end
    return response("moved", { "Location: /" .. step - 1 }, "302 Found")
  end)
  local r = request(server.url .. "/5")
  t.equal(r.body, "there")
  t.equal(r.url, server.url .. "/0")
  t.equal(r.error, false)
  r = request(server.url .. "/6")
  t.equal(r.code, 0)
  t.match(r.error_message, "too many redirects")
  t.equal(request({ url = server.url .. "/8", maxredirects = 8 }).body, "there")
  t.equal(request({ url = server.url .. "/2", maxredirects = 1 }).code, 0)
  r = request({ url = server.url .. "/1", redirect = false })
  t.equal(r.code, 302)
  t.equal(r.error, true)
  t.equal(r.url, server.url .. "/1")
end)

test.case("the proxy of the request is used", function(t)
  local proxy <close> = peer.answer(function(got) return response(got.target) end)
  t.equal(request({ url = "http://host.invalid/x", proxy = proxy.url }).body, "http://host.invalid/x")
end)

test.case("a waiting request does not hold up other tasks", function(t)
  local server <close> = peer.answer(function()
    task.sleep(0.03)
    return response("x")
  end)
  local ticks = 0
  local ticker = setInterval(function() ticks = ticks + 1 end, 1)
  t.equal(request(server.url).body, "x")
  clearInterval(ticker)
  t.ok(ticks > 3)
end)
