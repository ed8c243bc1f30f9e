-- SPDX-License-Identifier: MIT
-- HTTP client on lua-http: PORT COUNT PARALLEL. That many coroutines share COUNT requests. Each keeps a connection of
-- its own, as lua-http's request objects open a new one every time.
local cqueues = require "cqueues"
local client = require "http.client"
local http_headers = require "http.headers"

local port, left, parallel = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])

local function get(connection)
  local stream = assert(connection:new_stream())
  local headers = http_headers.new()
  headers:append(":method", "GET")
  headers:append(":scheme", "http")
  headers:append(":authority", "127.0.0.1")
  headers:append(":path", "/static")
  headers:append("user-agent", "bench")
  assert(stream:write_headers(headers, true))
  local status = assert(stream:get_headers()):get(":status")
  local body = assert(stream:get_body_as_string())
  assert(status == "200" and #body == 13, body)
end

local function get_all()
  local connection = assert(client.connect { host = "127.0.0.1", port = port, tls = false })
  while left > 0 do
    left = left - 1
    get(connection)
  end
  connection:close()
end

local loop = cqueues.new()
for _ = 1, parallel do loop:wrap(get_all) end
assert(loop:loop())
