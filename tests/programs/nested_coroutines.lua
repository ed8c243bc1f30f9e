-- SPDX-License-Identifier: MIT
-- Coroutines in coroutines around the functions that suspend: a pool of workers, and a generator over a connection.
local net = require("plua.net")

local server = net.EchoServer("127.0.0.1", 0)
local results = {}
local left = 0

local function worker(name, words)
  left = left + 1
  coroutine.wrap(function()
    local ok, id, message = net.tcp_connect_sync("127.0.0.1", server:port())
    if not ok then return print(name, message) end
    for _, word in ipairs(words) do
      net.tcp_write_sync(id, word)
      local _, data = net.tcp_read_sync(id, 100)
      results[#results + 1] = name .. " " .. data
    end
    print(name, (select(2, net.tcp_close_sync(id)):gsub("%d+", "N")))
    left = left - 1
  end)()
end

-- Waits in the functions of _PY suspend all coroutines below them, so a generator may use them.
local function echoes(words)
  return coroutine.wrap(function()
    local _, id = _PY.tcp_connect("127.0.0.1", server:port())
    for _, word in ipairs(words) do
      _PY.tcp_write(id, word)
      coroutine.yield(select(2, _PY.tcp_read(id, 100)))
    end
    _PY.tcp_close(id)
  end)
end

setTimeout(function()
  print("inside a coroutine", not select(2, coroutine.running()))
  for text in echoes({ "x", "y" }) do print("generated", text) end

  worker("w1", { "a" })
  print("the resumer goes on")
  while left > 0 do _PY.sleep(0.001) end

  local outer = coroutine.wrap(function()
    local inner = coroutine.create(function()
      local _, id = net.tcp_connect_sync("127.0.0.1", server:port())
      net.tcp_close_sync(id)
      return "inner done"
    end)
    local ok, value = coroutine.resume(inner)
    print("inner is", coroutine.status(inner), ok, value)
    while coroutine.status(inner) ~= "dead" do _PY.sleep(0.001) end
    print("inner is", coroutine.status(inner))
  end)
  outer()

  worker("w2", { "b", "c" })
  while left > 0 do _PY.sleep(0.001) end
  table.sort(results)
  print(table.concat(results, "; "))
  server:stop()
end, 10)
