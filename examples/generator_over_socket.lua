-- Generators that wait for the network: records are parsed lazily from a stream, three coroutines deep, and the
-- consumer is a plain for loop.
local net = require "net"
local task = require "task"

local server <close> = assert(net.listen{port = 0})
local _, port = server:address()

task.spawn(function()
  local conn <close> = assert(server:accept_one())
  for i = 1, 6 do
    conn:write(("id=%d\nvalue=%d\n\n"):format(i, i * i))
    task.sleep(0.01) -- records come slowly, and in pieces
  end
end)

local function fields(conn)
  return coroutine.wrap(function()
    for line in conn:lines() do coroutine.yield(line) end
  end)
end

local function records(conn)
  return coroutine.wrap(function()
    local record = {}
    for line in fields(conn) do
      if line == "" then
        coroutine.yield(record)
        record = {}
      else
        local key, value = line:match("^(%w+)=(%d+)$")
        record[key] = math.tointeger(value)
      end
    end
  end)
end

local function odd(source)
  return coroutine.wrap(function()
    for record in source do
      if record.id % 2 == 1 then coroutine.yield(record) end
    end
  end)
end

local conn <close> = assert(net.connect{host = "127.0.0.1", port = port})
for record in odd(records(conn)) do print(record.id, record.value) end
