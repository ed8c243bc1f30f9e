-- SPDX-License-Identifier: MIT
-- The HTTP server: routes, requests and responses over real connections.
local net = require "net"
local task = require "task"
local test = require "test"
local web = require "web"

-- A server with these routes, closed when the case ends.
local function serve(routes)
  local app = web.app()
  for key, handler in pairs(routes) do
    local method, path = key:match "^(%S+) (%S+)$"
    app:route(method, path, handler)
  end
  local _, port = assert(app:listen { port = 0 })
  return setmetatable({ app = app, port = port }, { __close = function() app:close() end })
end

-- One response: status, headers by lower-case name, body.
local function read_response(conn, without_body)
  local line = assert(conn:read "l")
  local status = tonumber(line:match "^HTTP/1%.1 (%d%d%d) ")
  local headers = {}
  for header in conn:lines() do
    if header == "" then break end
    local name, value = header:match "^([^:]+): (.*)$"
    headers[name:lower()] = value
  end
  local size = tonumber(headers["content-length"] or 0)
  local body = (without_body or size == 0) and "" or assert(conn:read(size))
  return status, headers, body
end

local function connect(server) return assert(net.connect { host = "127.0.0.1", port = server.port, timeout = 5 }) end

local function ask(server, request, without_body)
  local conn <close> = connect(server)
  assert(conn:write(request))
  return read_response(conn, without_body)
end

local function get(path, more) return "GET " .. path .. " HTTP/1.1\r\nHost: x\r\n" .. (more or "") .. "\r\n" end

local hello = { ["GET /"] = function() return "Hello" end }

test.case("a string is a text, or HTML", function(t)
  local server <close> = serve {
    ["GET /"] = function() return "Hello" end,
    ["GET /page"] = function() return "<p>Hello" end,
  }
  local status, headers, body = ask(server, get "/")
  t.same({ status, headers["content-type"], body }, { 200, "text/plain; charset=utf-8", "Hello" })
  t.match(headers.date, "^%a%a%a, %d%d %a%a%a %d%d%d%d %d%d:%d%d:%d%d GMT$")
  t.equal(headers.connection, nil)
  t.equal(select(2, ask(server, get "/page"))["content-type"], "text/html; charset=utf-8")
end)

test.case("a table sets status, headers and body, or JSON", function(t)
  local server <close> = serve {
    ["GET /a"] = function()
      return { status = 201, body = "made", headers = { Location = "/a/1", ["Content-Type"] = "text/x" } }
    end,
    ["GET /b"] = function() return { json = { list = { 1, 2 } } } end,
    ["GET /c"] = function() return nil end,
    ["GET /d"] = function() return { status = 304, headers = { ETag = '"x"' } } end,
    ["GET /e"] = function() return { body = 12.5 } end,
  }
  local status, headers, body = ask(server, get "/a")
  t.same({ status, headers.location, headers["content-type"], body }, { 201, "/a/1", "text/x", "made" })
  status, headers, body = ask(server, get "/b")
  t.same({ status, headers["content-type"], body }, { 200, "application/json", '{"list":[1,2]}' })
  status, headers = ask(server, get "/c")
  t.same({ status, headers["content-length"] }, { 204, nil })
  status, headers = ask(server, get "/d")
  t.same({ status, headers.etag, headers["content-length"] }, { 304, '"x"', nil })
  t.equal(select(3, ask(server, get "/e")), "12.5")
end)

test.case("a header comes several times when its value is a list", function(t)
  local server <close> = serve {
    ["GET /"] = function() return { headers = { ["Set-Cookie"] = { "a=1", "b=2" } } } end,
  }
  local conn <close> = connect(server)
  conn:write(get "/")
  local head = conn:read("until", "\r\n\r\n")
  t.match(head, "Set%-Cookie: a=1\r\nSet%-Cookie: b=2\r\n")
end)

test.case("routes: parameters, wildcards, methods", function(t)
  local seen = {}
  local function note(name)
    return function(req)
      seen[#seen + 1] = { name, req.params }
      return name
    end
  end
  local server <close> = serve {
    ["GET /users/:id"] = note "user",
    ["GET /users/me"] = note "me",
    ["GET /files/*path"] = note "file",
    ["POST /users"] = note "create",
    ["* /any"] = note "any",
  }
  for _, path in ipairs { "/users/7", "/users/a%20b", "/users/me", "/files/a/b%2Fc" } do ask(server, get(path)) end
  t.same(seen, {
    { "user", { id = "7" } }, { "user", { id = "a b" } }, { "me", {} }, { "file", { path = "a/b/c" } },
  })
  t.equal(ask(server, "BREW /any HTTP/1.1\r\nHost: x\r\n\r\n"), 200)
  t.equal(ask(server, get "/nothing"), 404)
  t.equal(ask(server, get "/users/"), 404)
  t.equal(ask(server, get "/users/1/2"), 404)
  local status, headers = ask(server, get "/users")
  t.same({ status, headers.allow }, { 405, "POST" })
  status, headers = ask(server, "DELETE /users/7 HTTP/1.1\r\nHost: x\r\n\r\n")
  t.same({ status, headers.allow }, { 405, "GET, HEAD" })
end)

test.case("HEAD is GET without the body", function(t)
  local server <close> = serve(hello)
  local conn <close> = connect(server)
  conn:write("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" .. get "/")
  local status, headers = read_response(conn, true)
  t.same({ status, headers["content-length"] }, { 200, "5" })
  t.same({ read_response(conn) }, { 200, select(2, ask(server, get "/")), "Hello" })
end)

test.case("a request has its parts", function(t)
  local got
  local server <close> = serve {
    ["POST /a/x"] = function(req)
      got = {
        req.method, req.path, req.target, req.query, req.headers, req.body, req:header "HOST", req:header "none",
        req:json(),
      }
      return ""
    end,
  }
  local body = '{"a": [1]}'
  ask(server, "POST /%61/x?q=1&q=2&r=a+b%21&=x&empty HTTP/1.1\r\nHost: here\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: "
    .. #body .. "\r\n\r\n" .. body)
  t.same(got, {
    "POST", "/a/x", "/%61/x?q=1&q=2&r=a+b%21&=x&empty", { q = { "1", "2" }, r = "a b!", empty = "" },
    { host = "here", ["x-one"] = { "1", "2" }, ["content-length"] = "10" }, body, "here", nil, { a = { 1 } },
  })
end)

test.case("a handler may wait, and others are served meanwhile", function(t)
  local server <close> = serve {
    ["GET /slow"] = function()
      task.sleep(0.05)
      return "slow"
    end,
    ["GET /"] = function() return "quick" end,
  }
  local order = {}
  local function note(path)
    local _, _, body = ask(server, get(path))
    order[#order + 1] = body
  end
  local slow = task.spawn(note, "/slow")
  task.sleep(0.005)
  note "/"
  slow:join()
  t.same(order, { "quick", "slow" })
end)

test.case("pipelined requests are answered in order, also behind one that waits", function(t)
  local server <close> = serve {
    ["GET /:n"] = function(req)
      if req.params.n == "3" then task.sleep(0.01) end
      return req.params.n
    end,
  }
  local conn <close> = connect(server)
  local requests = {}
  for i = 1, 50 do requests[i] = get("/" .. i) end
  conn:write(table.concat(requests))
  for i = 1, 50 do t.equal(select(3, read_response(conn)), tostring(i)) end
end)

test.case("bytes may come one at a time", function(t)
  local server <close> = serve { ["POST /"] = function(req) return req.body end }
  local conn <close> = connect(server)
  local request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
  for i = 1, #request do
    conn:write(request:sub(i, i))
    if i % 7 == 0 then task.sleep(0) end
  end
  t.equal(select(3, read_response(conn)), "abc")
  conn:write "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"
  t.equal(select(3, read_response(conn)), "abcde")
end)

test.case("large bodies go both ways", function(t)
  local server <close> = serve { ["POST /"] = function(req) return req.body end }
  local body = ("0123456789abcdef"):rep(40000)
  local conn <close> = connect(server)
  local writer = task.spawn(function()
    for _ = 1, 3 do conn:write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " .. #body .. "\r\n\r\n", body) end
  end)
  for _ = 1, 3 do t.equal(select(3, read_response(conn)) == body, true) end
  writer:join()
end)

test.case("100-continue is said before the body", function(t)
  local server <close> = serve { ["POST /"] = function(req) return req.body end }
  local conn <close> = connect(server)
  conn:write "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
  t.equal(conn:read("until", "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n")
  conn:write "ok"
  t.equal(select(3, read_response(conn)), "ok")
end)

test.case("the connection stays or closes as was asked", function(t)
  local server <close> = serve(hello)
  for request, expected in pairs {
    ["GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"] = "close",
    ["GET / HTTP/1.0\r\n\r\n"] = "close",
    ["GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"] = "keep-alive",
  } do
    local conn <close> = connect(server)
    conn:write(request)
    local status, headers, body = read_response(conn)
    t.same({ status, headers.connection, body }, { 200, expected, "Hello" })
    if expected == "close" then t.equal(tostring(select(2, conn:read(1))):match "end of stream" ~= nil, true) end
  end
end)

test.case("what is no request is refused and the connection closed", function(t)
  local server <close> = serve(hello)
  for request, expected in pairs {
    ["garbage\r\n\r\n"] = 400,
    ["GET / HTTP/1.1\r\nbad header\r\n\r\n"] = 400,
    ["GET / HTTP/3.0\r\n\r\n"] = 505,
    ["GET /" .. ("x"):rep(70000) .. " HTTP/1.1\r\n\r\n"] = 431,
    ["POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"] = 413,
    ["POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"] = 400,
    ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"] = 400,
  } do
    local conn <close> = connect(server)
    conn:write(request)
    local status, headers = read_response(conn)
    t.same({ status, headers.connection }, { expected, "close" })
    t.equal(conn:read "a", "")
  end
end)

test.case("a peer that leaves in the middle harms nobody", function(t)
  local handled = 0
  local server <close> = serve {
    ["GET /"] = function()
      handled = handled + 1
      task.sleep(0.005)
      return "Hello"
    end,
  }
  for _, part in ipairs { "", "GET", get "/", get "/" .. "GET", "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab" } do
    local conn = connect(server)
    conn:write(part)
    task.sleep(0.002)
    conn:close()
  end
  t.equal(ask(server, get "/"), 200)
  t.equal(handled, 3)
end)

test.case("a header cannot break the response", function(t)
  local errors = {}
  local server <close> = serve {
    ["GET /a"] = function() return { headers = { X = "1\r\nY: 2" } } end,
    ["GET /b"] = function() return { headers = { ["X\r\nY"] = "1" } } end,
    ["GET /c"] = function() return { status = 99 } end,
    ["GET /d"] = function() return true end,
    ["GET /e"] = function() return { json = { print } } end,
    ["GET /f"] = function() return { headers = { ["Content-Length"] = "1" }, body = "four" } end,
  }
  for _, path in ipairs { "/a", "/b", "/c", "/d", "/e" } do errors[#errors + 1] = ask(server, get(path)) end
  t.same(errors, { 500, 500, 500, 500, 500 })
  t.equal(select(3, ask(server, get "/f")), "four")
end)

test.case("a handler that fails is answered with 500 and the server goes on", function(t)
  local server <close> = serve {
    ["GET /fails"] = function() error "as it should" end,
    ["GET /cancelled"] = function()
      task.current():cancel()
      task.sleep(1)
    end,
    ["GET /"] = function() return "Hello" end,
  }
  local conn <close> = connect(server)
  conn:write(get "/fails" .. get "/cancelled" .. get "/")
  local status, _, body = read_response(conn)
  t.same({ status, body }, { 500, "Internal Server Error" })
  t.equal(read_response(conn), 503)
  t.equal(select(3, read_response(conn)), "Hello")
end)

test.case("close ends all, drain lets answers out", function(t)
  local server = serve {
    ["GET /"] = function()
      task.sleep(0.01)
      return "Hello"
    end,
  }
  local conn <close> = connect(server)
  conn:write(get "/")
  task.sleep(0.002)
  local idle <close> = connect(server)
  task.sleep(0.002)
  t.equal(server.app.connections, 2)
  server.app:drain()
  t.equal(server.app.port, nil)
  local status, headers = read_response(conn)
  t.same({ status, headers.connection }, { 200, "close" })
  t.equal(idle:read(1), nil)
  server.app:close()
  server.app:close()
  t.equal(net.connect { host = "127.0.0.1", port = server.port }, nil)
end)

test.case("a server can listen again, and not where another does", function(t)
  local server <close> = serve(hello)
  server.app:close()
  local _, port = assert(server.app:listen { port = 0 })
  local other <close> = serve(hello)
  local ok, err = other.app:listen { port = port }
  t.same({ ok, err and err.code }, { nil, "EADDRINUSE" })
end)

test.case("wrong use is told at once", function(t)
  local app = web.app()
  t.error(function() app:get("users", print) end, "a path that begins with '/' expected")
  t.error(function() app:get("/:", print) end, "has no name")
  t.error(function() app:get("/*a/b", print) end, "may only begin the last part")
  t.error(function() app:get("/", 1) end, "function expected")
  t.error(function() app:listen { port = 70000 } end, "port")
end)
