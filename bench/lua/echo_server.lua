-- SPDX-License-Identifier: MIT
-- TCP echo, one task a connection. Prints its port.
local net = require "net"
local task = require "task"

local server = assert(net.listen { port = 0, backlog = 4096 })
local _, port = server:address()
print(port)
io.stdout:flush()

for conn in server:accept() do
  task.spawn(function()
    while true do
      local data = conn:read("some")
      if not data or not conn:write(data) then return conn:close() end
    end
  end)
end
