-- SPDX-License-Identifier: MIT
-- PLua's web server: messages, callbacks and routes.
local net = require "net"
local task = require "task"
local test = require "test"

local function start()
  local ok, message = _PY.start_web_server(0)
  assert(ok, message)
  return _PY.get_web_server_status().port
end

-- Status, headers as text, and body of one response.
local function ask(port, method, target, body)
  local conn <close> = assert(net.connect { host = "127.0.0.1", port = port, timeout = 5 })
  local request = method .. " " .. target .. " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
  if body then request = request .. "Content-Length: " .. #body .. "\r\n" end
  assert(conn:write(request, "\r\n", body or ""))
  local answer = assert(conn:read "a")
  return tonumber(answer:match "^HTTP/1%.1 (%d+)"), answer:match "^(.-)\r\n\r\n", answer:match "\r\n\r\n(.*)$"
end

test.case("before the first start there is no server", function(t)
  t.same(_PY.get_web_server_status(), { running = false })
  t.same({ _PY.stop_web_server() }, { false, "No web server running" })
  t.equal(_PY.is_web_server_running(), false)
end)

test.case("it starts once, stops once, and starts again", function(t)
  local ok, message = _PY.start_web_server(0)
  local status = _PY.get_web_server_status()
  t.same({ ok, message }, { true, "Web server started on 127.0.0.1:" .. status.port })
  t.same({ status.running, status.host, math.type(status.process_id) }, { true, "127.0.0.1", "integer" })
  t.same({ _PY.start_web_server(0) }, { false, "Web server already running" })
  t.equal(_PY.is_web_server_running(), true)
  t.same({ _PY.stop_web_server() }, { true, "Web server stopped" })
  t.same({ _PY.stop_web_server() }, { false, "Server not running" })
  t.equal(_PY.get_web_server_status().running, false)
  start()
  _PY.stop_web_server()
end)

test.case("a port in use is told of", function(t)
  local other <close> = assert(net.listen { port = 0 })
  local _, port = other:address()
  local ok, message = _PY.start_web_server(port)
  t.equal(ok, false)
  t.match(message, "^Failed to start web server: ")
end)

test.case("the callback form starts it too", function(t)
  local done
  _PY.start_web_server(0, function(ok, message) done = { ok, message:match "^Web server started on " } end)
  while not done do task.sleep(0.001) end
  t.same(done, { true, "Web server started on " })
  _PY.stop_web_server()
end)

test.case("requests are acknowledged and wait as messages", function(t)
  local port = start()
  local status, head, body = ask(port, "GET", "/a%20b?x=1&x=2&y=&z=%41")
  t.equal(status, 200)
  t.match(head, "Content%-Type: application/json")
  t.same(_PY.parse_json(body), { status = "received", path = "/a%20b", method = "GET" })
  ask(port, "PUT", "/put", '{"n": [1, 2]}')
  ask(port, "POST", "/text", "no json")
  ask(port, "PATCH", "/empty")
  local first = _PY.get_web_server_message()
  t.same({ first.type, first.method, first.path, first.query, first.headers.Host, first.body }, {
    "http_request", "GET", "/a b", { x = { "1", "2" }, y = { "" }, z = { "A" } }, "x", nil,
  })
  local put = _PY.get_web_server_message()
  t.same({ put.method, put.body }, { "PUT", { n = { 1, 2 } } })
  t.equal(_PY.get_web_server_message().body, "no json")
  t.same({ _PY.get_web_server_message().body }, { "" })
  t.equal(_PY.get_web_server_message(), nil)
  t.equal(_PY.parse_json(select(3, ask(port, "POST", "/", "12345"))).body_length, 5)
  _PY.get_web_server_message()
  _PY.stop_web_server()
end)

test.case("callbacks get the requests and answer them", function(t)
  local port = start()
  local seen = {}
  local function first(message)
    seen[#seen + 1] = message.path
    if message.path == "/table" then return { status = 201, headers = { ["X-A"] = "b" }, body = "made" } end
    if message.path ~= "/none" then return "first" end
  end
  local function second(message)
    task.sleep(0.001)
    if message.path == "/second" then return "second" end
  end
  t.same({ _PY.register_web_callback("http_request", first) }, { true, "Callback registered for http_request" })
  _PY.register_web_callback("http_request", second)
  t.equal(select(3, ask(port, "GET", "/queued")):match "received", "received")
  t.equal(_PY.get_web_server_message().path, "/queued")
  t.same({ _PY.start_web_message_processing() }, { true, "Message processing started" })
  t.equal(select(3, ask(port, "GET", "/x")), "first")
  t.equal(select(3, ask(port, "GET", "/second")), "second")
  local status, head, body = ask(port, "GET", "/table")
  t.same({ status, head:match "X%-A: (%a)", body }, { 201, "b", "made" })
  t.match(select(3, ask(port, "GET", "/none")), "received")
  t.same(seen, { "/x", "/second", "/table", "/none" })
  t.same({ _PY.unregister_web_callback("http_request", first) }, { true, "Callback unregistered for http_request" })
  t.same({ _PY.unregister_web_callback("http_request", first) }, { false, "No callback found for http_request" })
  t.same({ _PY.unregister_web_callback("other", second) }, { false, "No callback found for other" })
  _PY.unregister_web_callback("http_request", second)
  t.same({ _PY.stop_web_message_processing() }, { true, "Message processing stopped" })
  _PY.stop_web_server()
end)

test.case("a callback that fails is answered with 500", function(t)
  local port = start()
  local function fails() error "as it should" end
  _PY.register_web_callback("http_request", fails)
  _PY.start_web_message_processing()
  t.equal(ask(port, "GET", "/"), 500)
  _PY.unregister_web_callback("http_request", fails)
  _PY.stop_web_message_processing()
  _PY.stop_web_server()
end)

test.case("routes come before callbacks", function(t)
  _PY.add_route("get", "/users/:id", function(req) return { json = { id = req.params.id } } end)
  local port = start()
  t.equal(select(3, ask(port, "GET", "/users/7")), '{"id":"7"}')
  t.match(select(3, ask(port, "GET", "/users")), "received")
  _PY.get_web_server_message()
  _PY.stop_web_server()
end)
