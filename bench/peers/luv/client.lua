-- SPDX-License-Identifier: MIT
-- The client side of TCP echo with luv's callbacks: client.lua MODE PORT N.
local uv = require "luv"
local mode, port, n = arg[1], tonumber(arg[2]), tonumber(arg[3])
local message = ("x"):rep(64)

local function check(err) assert(not err, err) end

local function round_trips(count, ended)
  local connection = uv.new_tcp()
  local missing = 0
  local function next_one()
    if count == 0 then return connection:close(ended) end
    count = count - 1
    missing = #message
    connection:write(message, check)
  end
  connection:connect("127.0.0.1", port, function(err)
    check(err)
    connection:nodelay(true)
    connection:read_start(function(failed, data)
      check(failed)
      missing = missing - #assert(data)
      if missing == 0 then next_one() end
    end)
    next_one()
  end)
end

local run = {}

function run.sequential() round_trips(n) end

function run.parallel()
  for _ = 1, 100 do round_trips(math.floor(n / 100)) end
end

function run.connect()
  local function next_one()
    if n == 0 then return end
    n = n - 1
    round_trips(1, next_one)
  end
  next_one()
end

run[mode]()
uv.run()
