-- SPDX-License-Identifier: MIT
-- The client side of TCP echo with Copas: client.lua MODE PORT N.
local copas = require "copas"
local socket = require "socket"
local mode, port, n = arg[1], tonumber(arg[2]), tonumber(arg[3])
local message = ("x"):rep(64)
local running = 0

local function round_trips(count)
  local connection = socket.tcp()
  assert(copas.connect(connection, "127.0.0.1", port))
  connection:setoption("tcp-nodelay", true)
  for _ = 1, count do
    assert(copas.send(connection, message))
    assert(copas.receive(connection, #message))
  end
  connection:close()
end

local function spawn(body, ...)
  running = running + 1
  copas.addthread(function(_, ...)
    body(...)
    running = running - 1
  end, ...)
end


local run = {}

function run.sequential() spawn(round_trips, n) end

function run.parallel()
  for _ = 1, 100 do spawn(round_trips, n / 100) end
end

function run.connect()
  spawn(function()
    for _ = 1, n do round_trips(1) end
  end)
end

run[mode]()
while running > 0 do copas.step() end
