-- SPDX-License-Identifier: MIT
-- HTTP on luv with callbacks and a parser by hand: GET is answered with a greeting, POST with the totals of an
-- order. Prints its port.
package.path = arg[0]:gsub("[^/]*$", "") .. "../lua/?.lua;" .. package.path
local uv = require "luv"
local parts = require "http_parts"

local LIMIT = 2^20

-- The method and headers of a complete head at `at`.
local function read_head(bytes, at)
  local method, _, after = parts.request_line(bytes, at)
  if not method then return end
  local headers = {}
  while true do
    local name, value, beyond = parts.header(bytes, after)
    if not name then break end
    headers[name:lower()], after = value, beyond
  end
  if bytes:sub(after, after + 1) == "\r\n" then return method, headers end
end

-- Answers the complete requests in `bytes`. Returns the answers, where the rest begins, and whether to close.
local function answers(bytes)
  local out, at = {}, 1
  while true do
    local head_end, body_at = bytes:find("\r\n\r\n", at, true)
    if not head_end then return out, at, #bytes - at > LIMIT end
    local method, headers = read_head(bytes, at)
    if not method then return out, at, true end
    local size = tonumber(headers["content-length"] or 0)
    if not size or size > LIMIT or headers["transfer-encoding"] then return out, at, true end
    if #bytes - body_at < size then return out, at, false end
    out[#out + 1] = parts.answer(method, bytes:sub(body_at + 1, body_at + size))
    at = body_at + size + 1
    if headers.connection == "close" then return out, at, true end
  end
end

-- What can be sent at once does not go through libuv's queue.
local function send(client, bytes)
  local sent = client:try_write(bytes) or 0
  if sent < #bytes then client:write(bytes:sub(sent + 1)) end
end

local function serve(client)
  client:nodelay(true)
  local pending = ""
  client:read_start(function(err, bytes)
    if err or not bytes then return client:close() end
    if pending ~= "" then bytes = pending .. bytes end
    local out, rest, closing = answers(bytes)
    pending = bytes:sub(rest)
    if closing then
      client:read_stop()
      client:write(out, function() client:close() end)
    elseif out[1] then
      send(client, out[2] and table.concat(out) or out[1])
    end
  end)
end

local server = uv.new_tcp()
assert(server:bind("127.0.0.1", 0))
assert(server:listen(4096, function(err)
  assert(not err, err)
  local client = uv.new_tcp()
  server:accept(client)
  serve(client)
end))
print(server:getsockname().port)
io.stdout:flush()
uv.run()
