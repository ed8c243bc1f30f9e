-- SPDX-License-Identifier: MIT
-- The client side of TCP echo with cqueues: client.lua MODE PORT N.
local cqueues = require "cqueues"
local socket = require "cqueues.socket"
local mode, port, n = arg[1], tonumber(arg[2]), tonumber(arg[3])
local message = ("x"):rep(64)
local loop = cqueues.new()

local function round_trips(count)
  local connection = assert(socket.connect { host = "127.0.0.1", port = port, nodelay = true })
  connection:setmode("b", "bn")
  assert(connection:connect())
  for _ = 1, count do
    assert(connection:write(message))
    assert(connection:read(#message))
  end
  connection:close()
end

local run = {}

function run.sequential()
  loop:wrap(round_trips, n)
end

function run.parallel()
  for _ = 1, 100 do loop:wrap(round_trips, math.floor(n / 100)) end
end

function run.connect()
  loop:wrap(function()
    for _ = 1, n do round_trips(1) end
  end)
end

run[mode]()
assert(loop:loop())
