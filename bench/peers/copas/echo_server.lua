-- SPDX-License-Identifier: MIT
-- TCP echo with Copas, one coroutine a connection. Prints its port.
local copas = require "copas"
local socket = require "socket"

local server = assert(socket.bind("127.0.0.1", 0, 4096))
local _, port = server:getsockname()
print(port)
io.stdout:flush()

copas.addserver(server, function(connection)
  connection:setoption("tcp-nodelay", true)
  while true do
    local data, err, part = copas.receivePartial(connection, 4096)
    data = data or part
    if err == "closed" or not copas.send(connection, data) then return end
  end
end, 0)
copas.loop()
