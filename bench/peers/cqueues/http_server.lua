-- SPDX-License-Identifier: MIT
-- HTTP on cqueues with a parser by hand, a coroutine a connection: GET is answered with a greeting, POST with
-- the totals of an order. Prints its port.
package.path = arg[0]:gsub("[^/]*$", "") .. "../lua/?.lua;" .. package.path
local cqueues = require "cqueues"
local socket = require "cqueues.socket"
local parts = require "http_parts"

local LIMIT = 2^20

-- Returns the method, headers and body of the next request, nothing at the end of the connection or for what
-- this server does not take.
local function read_request(connection)
  local method = parts.request_line(connection:read("*L") or "")
  if not method then return end
  local headers = {}
  for line in connection:lines("*L") do
    if line == "\r\n" then break end
    local name, value = parts.header(line)
    if not name then return end
    headers[name:lower()] = value
  end
  local size = tonumber(headers["content-length"] or 0)
  if not size or size > LIMIT or headers["transfer-encoding"] then return end
  return method, headers, size > 0 and connection:read(size) or ""
end

local function serve(connection)
  -- Buffered, and not flushed by a read.
  connection:setmode("b", "bfA")
  for method, headers, body in read_request, connection do
    connection:write(parts.answer(method, body))
    -- Answers to pipelined requests leave together.
    if connection:pending() == 0 then connection:flush() end
    if headers.connection == "close" then break end
  end
  connection:flush()
  connection:close()
end

local server = socket.listen { host = "127.0.0.1", port = 0 }
server:onerror(function(_, _, code) return code end)
assert(server:listen())
print((select(3, server:localname())))
io.stdout:flush()

local loop = cqueues.new()
loop:wrap(function()
  while true do
    local connection = server:accept { nodelay = true }
    connection:onerror(function(_, _, code) return code end)
    loop:wrap(serve, connection)
  end
end)
assert(loop:loop())
