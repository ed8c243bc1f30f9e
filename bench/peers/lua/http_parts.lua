-- SPDX-License-Identifier: MIT
-- What the Lua servers without an HTTP library of their own share. Runs on Lua 5.4 and LuaJIT.
local cjson = require "cjson"

local parts = {}

local made, date

-- The value of the Date header, made once a second.
function parts.date()
  local now = os.time()
  if now ~= made then
    made, date = now, os.date("!%a, %d %b %Y %H:%M:%S GMT", now)
  end
  return date
end

-- What a request line at `at` says, and where the next line begins.
function parts.request_line(bytes, at)
  return bytes:match("^(%u+) (%S+) HTTP/1%.1\r\n()", at)
end

-- The name and value of a header line at `at`, and where the next line begins.
function parts.header(bytes, at)
  return bytes:match("^([^:\r\n]+):[ \t]*([^\r\n]*)\r\n()", at)
end

function parts.response(status, type, body)
  return "HTTP/1.1 " .. status .. "\r\nServer: bench\r\nDate: " .. parts.date() .. "\r\nContent-Type: " .. type ..
    "\r\nContent-Length: " .. #body .. "\r\nConnection: keep-alive\r\n\r\n" .. body
end

-- The identity, number of pieces and price of an order.
function parts.totals(body)
  local order = cjson.decode(body)
  local count, total = 0, 0
  for _, item in ipairs(order.items) do
    count = count + item.quantity
    total = total + item.quantity * item.price
  end
  return cjson.encode { id = order.id, count = count, total = total }
end

-- The answer to a complete request.
function parts.answer(method, body)
  if method == "GET" then return parts.response("200 OK", "text/plain", "Hello, World!") end
  local ok, answer = pcall(parts.totals, body)
  if ok then return parts.response("200 OK", "application/json", answer) end
  return parts.response("400 Bad Request", "text/plain", "not an order")
end

return parts
