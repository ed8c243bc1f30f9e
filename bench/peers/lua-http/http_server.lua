-- SPDX-License-Identifier: MIT
-- HTTP on lua-http: GET is answered with a greeting, POST with the totals of an order. Prints its port.
package.path = arg[0]:gsub("[^/]*$", "") .. "../lua/?.lua;" .. package.path
local http_server = require "http.server"
local http_headers = require "http.headers"
local parts = require "http_parts"

local function answer(method, stream)
  if method == "GET" then return "200", "text/plain", "Hello, World!" end
  local ok, made = pcall(parts.totals, assert(stream:get_body_as_string()))
  if ok then return "200", "application/json", made end
  return "400", "text/plain", "not an order"
end

local function reply(_, stream)
  local request = assert(stream:get_headers())
  local status, type, body = answer(request:get(":method"), stream)
  local headers = http_headers.new()
  headers:append(":status", status)
  headers:append("server", "bench")
  headers:append("date", parts.date())
  headers:append("content-type", type)
  headers:append("content-length", tostring(#body))
  assert(stream:write_headers(headers, false))
  assert(stream:write_body_from_string(body))
end

local server = assert(http_server.listen {
  host = "127.0.0.1",
  port = 0,
  tls = false,
  onstream = reply,
  -- A connection that its client closes is no error of the server's.
  onerror = function() end,
})
assert(server:listen())
print((select(3, server:localname())))
io.stdout:flush()
assert(server:loop())
