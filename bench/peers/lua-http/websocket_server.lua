-- SPDX-License-Identifier: MIT
-- WebSocket echo on lua-http. Prints its port.
local http_server = require "http.server"
local websocket = require "http.websocket"

local function echo(_, stream)
  local headers = assert(stream:get_headers())
  local socket = assert(websocket.new_from_stream(stream, headers))
  assert(socket:accept())
  for message, kind in socket:each() do
    assert(socket:send(message, kind))
  end
end

local server = assert(http_server.listen {
  host = "127.0.0.1",
  port = 0,
  tls = false,
  onstream = echo,
  -- A connection that its client closes is no error of the server's.
  onerror = function() end,
})
assert(server:listen())
print((select(3, server:localname())))
io.stdout:flush()
assert(server:loop())
