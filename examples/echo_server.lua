-- An echo server. Talk to it with `nc 127.0.0.1 PORT`; end it with Ctrl-C.
--   plua examples/echo_server.lua [port]
local net = require "net"
local task = require "task"

local server <close> = assert(net.listen{host = "127.0.0.1", port = tonumber(arg[1]) or 0})
print("listening on " .. table.concat({server:address()}, ":"))
io.stdout:flush()

for connection in server:accept() do
  task.spawn(function()
    local conn <close> = connection
    while true do
      local data, err = conn:read("some")
      if not data then return err.code == "eof" or io.stderr:write(tostring(err), "\n") end
      conn:write(data)
    end
  end)
end
