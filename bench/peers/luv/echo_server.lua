-- SPDX-License-Identifier: MIT
-- TCP echo with luv's callbacks. Prints its port.
local uv = require "luv"

local server = uv.new_tcp()
assert(server:bind("127.0.0.1", 0))
assert(server:listen(4096, function(err)
  assert(not err, err)
  local connection = uv.new_tcp()
  server:accept(connection)
  connection:nodelay(true)
  local function written(failed)
    if failed and not connection:is_closing() then connection:close() end
  end
  -- What can be sent at once does not go through libuv's queue.
  local function send(data)
    local sent = connection:try_write(data) or 0
    if sent < #data then connection:write(data:sub(sent + 1), written) end
  end
  connection:read_start(function(failed, data)
    if failed or not data then
      if not connection:is_closing() then connection:close() end
    else
      send(data)
    end
  end)
end))
print(server:getsockname().port)
io.stdout:flush()
uv.run()
