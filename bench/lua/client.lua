-- SPDX-License-Identifier: MIT
-- The client side of TCP echo: client.lua MODE PORT N.
local net = require "net"
local task = require "task"
local mode, port, n = arg[1], tonumber(arg[2]), math.tointeger(tonumber(arg[3]))
local message = ("x"):rep(64)

local function open() return assert(net.connect { host = "127.0.0.1", port = port }) end

local function round_trips(count)
  local conn = open()
  for _ = 1, count do
    assert(conn:write(message))
    assert(conn:read(#message))
  end
  conn:close()
end

local run = {}

function run.sequential() round_trips(n) end

function run.parallel()
  local tasks = {}
  for i = 1, 100 do tasks[i] = task.spawn(round_trips, n // 100) end
  for _, t in ipairs(tasks) do t:join() end
end

function run.connect()
  for _ = 1, n do round_trips(1) end
end

run[mode]()
