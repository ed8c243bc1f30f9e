-- SPDX-License-Identifier: MIT
-- HTTP by plua: GET is answered with a greeting, POST with the totals of an order. Prints its port.
local web = require "web"

local app = web.app()

app:get("/", function() return "Hello, World!" end)

app:post("/", function(request)
  local order = request:json()
  if not order then return { status = 400, body = "not an order" } end
  local count, total = 0, 0
  for _, item in ipairs(order.items) do
    count = count + item.quantity
    total = total + item.quantity * item.price
  end
  return { json = { id = order.id, count = count, total = total } }
end)

local _, port = assert(app:listen { port = 0 })
print(port)
io.stdout:flush()
