-- SPDX-License-Identifier: MIT
-- The client side of TCP echo with nginx's cosockets: client.lua MODE PORT N.
local mode, port, n = arg[1], tonumber(arg[2]), tonumber(arg[3])
local message = ("x"):rep(64)

-- tcp_nodelay is on.
local function round_trips(count)
  local socket = ngx.socket.tcp()
  assert(socket:connect("127.0.0.1", port))
  for _ = 1, count do
    assert(socket:send(message))
    assert(socket:receive(#message))
  end
  socket:close()
end

local run = {}

function run.sequential() round_trips(n) end

function run.parallel()
  local threads = {}
  for i = 1, 100 do threads[i] = ngx.thread.spawn(round_trips, n / 100) end
  for i = 1, 100 do assert(ngx.thread.wait(threads[i])) end
end

function run.connect()
  for _ = 1, n do round_trips(1) end
end

run[mode]()
