-- A tour of plua: an echo server and 500 clients in one program. Every line below that reads, writes or sleeps
-- suspends only its own coroutine; the code still reads from top to bottom.
--   plua examples/tour.lua [clients [messages]]
local net = require "net"
local task = require "task"

local clients = tonumber(arg[1]) or 500
local messages = tonumber(arg[2]) or 20

-- The server: one task for each connection, each a plain loop.
local server <close> = assert(net.listen{host = "127.0.0.1", port = 0})
local _, port = server:address()
local most, open = 0, 0

local function serve(conn)
  local connection <close> = conn
  open = open + 1
  most = math.max(most, open)
  for line in connection:lines() do
    connection:write("echo ", line, "\n")
  end
  open = open - 1
end

local acceptor = task.spawn(function()
  for conn in server:accept() do task.spawn(serve, conn) end
end)

-- One client: connect, then talk. A generator delivers the replies, although it waits for the network inside.
local function replies(conn, count)
  return coroutine.wrap(function()
    for i = 1, count do
      assert(conn:write("message ", i, "\n"))
      coroutine.yield(assert(conn:read("l")))
    end
  end)
end

local function converse()
  local conn <close> = assert(net.connect{host = "127.0.0.1", port = port, timeout = 10})
  task.sleep(0.05) -- long enough for all to be connected at once
  local exchanged = 0
  for reply in replies(conn, messages) do
    exchanged = exchanged + 1
    assert(reply == "echo message " .. exchanged)
  end
  return exchanged
end

local ticks = 0
local ticker = setInterval(function() ticks = ticks + 1 end, 10)

local began = os.clock()
local running = {}
for i = 1, clients do running[i] = task.spawn(converse) end

local total = 0
for _, client in ipairs(running) do total = total + assert(client:join()) end

clearInterval(ticker)
acceptor:cancel()

print(("%d clients, %d of them connected at the same time"):format(clients, most))
print(("%d messages sent and echoed, %.1f microseconds of CPU time each"):format(
  total, (os.clock() - began) / total * 1e6))
print(("a timer of 10 ms ticked %d times meanwhile: nothing was blocked"):format(ticks))
