-- SPDX-License-Identifier: MIT
-- TCP echo with cqueues, one coroutine a connection. Prints its port.
local cqueues = require "cqueues"
local socket = require "cqueues.socket"

local loop = cqueues.new()
local server = assert(socket.listen { host = "127.0.0.1", port = 0, nodelay = true })
assert(server:listen())
local _, _, port = server:localname()
print(port)
io.stdout:flush()

loop:wrap(function()
  for connection in server:clients() do
    connection:setmode("b", "bn")
    loop:wrap(function()
      while true do
        local data = connection:read(-4096)
        if not data or not connection:write(data) then return connection:close() end
      end
    end)
  end
end)
assert(loop:loop())
