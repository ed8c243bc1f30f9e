-- SPDX-License-Identifier: MIT
-- PLua's HTTP, WebSocket and MQTT objects.
local support = arg[0]:match("^(.*/)") .. "support/"
local link = dofile(support .. "link.lua")
local net = require "plua.net"
local outcome = dofile(support .. "outcome.lua")
local test = require "test"

local function started(server)
  return link.await(function() return server:port() end)
end

test.case("the qualities of service are 0, 1 and 2", function(t)
  t.same(net.QoS, { AT_MOST_ONCE = 0, AT_LEAST_ONCE = 1, EXACTLY_ONCE = 2 })
end)

test.case("what the runtime lacks is refused by the constructor", function(t)
  local needs = {
    HTTPClient = "http_request_async",
    WebSocketClient = "websocket_client_create",
    WebSocketClientTls = "websocket_client_create",
    WebSocketServer = "websocket_server_create",
    WebSocketEchoServer = "websocket_server_create",
    MQTTClient = "mqtt_client_create",
    MQTTClientTls = "mqtt_client_create",
  }
  for name, host in pairs(needs) do
    if not _PY[host] then
      local err = t.error(net[name], "net." .. name .. " is not available in this runtime")
      t.equal(type(err), "string")
    end
  end
end)

-- ---------------------------------------------------------------- HTTPClient over functions of the test

local function with_host_functions(functions, body)
  local before = {}
  for name, fn in pairs(functions) do
    before[name] = _PY[name] or false
    _PY[name] = fn
  end
  body()
  for name, fn in pairs(before) do _PY[name] = fn or nil end
end

test.case("an HTTP request and its answer are translated", function(t)
  local asked, answer
  with_host_functions({
    http_request_async = function(request, callback)
      asked = request
      callback(answer)
    end,
  }, function()
    local client = net.HTTPClient()
    local log = {}
    local arguments = {
      options = { method = "POST", headers = { A = "b" }, data = "body", timeout = 1500, redirect = false },
      success = function(response) log[#log + 1] = response end,
      error = function(code, message) log[#log + 1] = { code, message } end,
    }
    answer = { code = 200, body = "text", headers = { ["Content-Type"] = "x" }, url = "u", error = false }
    client:request("http://127.0.0.1/", arguments)
    t.same(asked, { url = "http://127.0.0.1/", method = "POST", headers = { A = "b" }, body = "body", timeout = 1.5,
      redirect = false })
    t.same(log[1], { status = 200, data = "text", headers = { ["Content-Type"] = "x" } })
    answer = { code = 404, body = "none", headers = {}, url = "u", error = true, error_message = "" }
    client:request("http://127.0.0.1/", arguments)
    t.same(log[2], { 404, "" })
    answer = { code = 0, body = "", headers = {}, url = "u", error = true, error_message = "timed out" }
    client:request("http://127.0.0.1/", arguments)
    t.same(log[3], { 0, "timed out" })
    client:request("http://127.0.0.1/", {})
    t.same({ asked.method, asked.body }, { "GET", nil })
    t.error(client.request, "bad argument #2 to 'request' %(table expected, got nil%)", client, "http://127.0.0.1/")
  end)
end)

test.case("an HTTP request over a connection", function(t)
  if not _PY.http_request_async then t.skip("not available in this runtime") end
  local server = net.TCPServer()
  server:start("127.0.0.1", 0, function(client)
    client:readUntil("\r\n\r\n", { success = function(head)
      local status, body = "200 OK", head:match("^[^\r]*")
      if head:find("/nothing", 1, true) then status, body = "404 Not Found", "" end
      local answer = "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
      client:write(answer:format(status, #body, body), { success = function() client:close() end })
    end })
  end)
  local url = ("http://127.0.0.1:%d"):format(started(server))
  local client = net.HTTPClient()

  local which, response = outcome({ request = function(_, path, functions)
    functions.options = { method = "DELETE", timeout = 5000 }
    client:request(url .. path, functions)
  end }, "request", "/item")
  t.same({ which, response.status, response.data }, { "success", 200, "DELETE /item HTTP/1.1" })
  t.equal(response.headers["Content-Type"], "text/plain")
  t.equal(select(2, outcome(client, "request", url .. "/nothing")), 404)
  server:stop()
  t.equal(select(2, outcome(client, "request", url .. "/")), 0)
end)

-- ---------------------------------------------------------------- WebSocket over functions of the test

test.case("a WebSocket client passes everything on", function(t)
  local log = {}
  local function note(name, ...)
    local results = table.pack(...)
    return function(...)
      log[#log + 1] = table.pack(name, ...)
      return table.unpack(results, 1, results.n)
    end
  end
  with_host_functions({
    websocket_client_create = note("create", 7),
    websocket_add_event_listener = note("listen", true),
    websocket_connect = note("connect", true),
    websocket_send = note("send", false),
    websocket_is_open = note("is_open", true),
    websocket_close = note("close", true),
  }, function()
    local client = net.WebSocketClientTls()
    t.equal(client.conn_id, 7)
    local got
    client:addEventListener("dataReceived", function(...) got = { ... } end)
    client:connect("wss://localhost/", { A = "b" })
    t.equal(client:send "x", false)
    t.equal(client:isOpen(), true)
    t.equal(tostring(client), "WebSocketClientTls object: wss://localhost/")
    client:close()
    log[2][4]("text", true)
    t.same(got, { "text", true })
    t.same(log[1], { "create", true, n = 2 })
    t.same(log[3], { "connect", 7, "wss://localhost/", { A = "b" }, n = 4 })
    t.same(log[4], { "send", 7, "x", n = 3 })
  end)
end)

test.case("a WebSocket server passes everything on", function(t)
  local listeners, log = {}, {}
  with_host_functions({
    websocket_server_create = function() return 3 end,
    websocket_server_add_event_listener = function(_, event, fn) listeners[event] = fn end,
    websocket_server_start = function(...) log.start = { ... } end,
    websocket_server_send = function(...)
      log.send = { ... }
      return true
    end,
    websocket_server_close = function(id) log.close = id end,
  }, function()
    local server = net.WebSocketEchoServer("127.0.0.1", 8080)
    t.same(log.start, { 3, "127.0.0.1", 8080 })
    listeners.message(1, "hello", false)
    t.same(log.send, { 3, 1, "Echo hello" })
    listeners.client_connected(1)
    t.equal(server:send(1, "x"), true)
    server:stop()
    server:stop()
    t.equal(log.close, 3)
    t.same(table.pack(server:send(1, "x")), { false, "Server not started", n = 2 })
    t.error(server.start, "Host must be a string", server, 1, 2, {})
    t.error(server.start, "Port must be a number", server, "h", "p", {})
    t.error(server.start, "Callbacks must be a table", server, "h", 1)
  end)
end)
