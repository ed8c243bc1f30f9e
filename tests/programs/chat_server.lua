-- SPDX-License-Identifier: MIT
-- A chat over the functions of _PY: each line of a client goes to all others. Three clients play their parts.
local clients, names = {}, {}

local server = _PY.tcp_server_create()

local function broadcast(from, text)
  for id in pairs(clients) do
    if id ~= from then _PY.tcp_server_send(server, id, text .. "\n") end
  end
end

_PY.tcp_server_add_event_listener(server, "client_connected", function(id, address)
  assert(address.host == "127.0.0.1" and address.port > 0)
  clients[id] = true
  local function next_line()
    _PY.tcp_read_until(id, "\n", 1000, function(ok, line)
      if not ok then return end
      line = line:gsub("\n", "")
      if not names[id] then
        names[id] = line
        broadcast(id, "* " .. line .. " has come")
        _PY.tcp_server_send(server, id, "welcome " .. line .. "\n")
      else
        broadcast(id, names[id] .. ": " .. line)
      end
      next_line()
    end)
  end
  next_line()
end)

_PY.tcp_server_add_event_listener(server, "client_disconnected", function(id)
  clients[id] = nil
  broadcast(id, "* " .. names[id] .. " has left")
end)
_PY.tcp_server_add_event_listener(server, "error", function(message) print("server: " .. message) end)
_PY.tcp_server_start(server, "127.0.0.1", 0)

-- The clients write sequentially, each in a coroutine of the script's main task.
local function wait_for_server()
  while not _PY.tcp_server_is_ready(server) do _PY.sleep(0.001) end
  return _PY.tcp_server_port(server)
end

local port = wait_for_server()

local function enter(name)
  local _, id = _PY.tcp_connect_sync("127.0.0.1", port)
  _PY.tcp_write_sync(id, name .. "\n")
  local client = {}
  function client.hear() return (select(2, _PY.tcp_read_sync(id, "*l"))) end
  function client.say(text) _PY.tcp_write_sync(id, text .. "\n") end
  function client.leave() _PY.tcp_close_sync(id) end
  assert(client.hear() == "welcome " .. name)
  return client
end

local ada = enter("ada")
local bob = enter("bob")
print("ada hears", ada.hear())
local eve = enter("eve")
print("ada hears", ada.hear())
print("bob hears", bob.hear())
eve.say("good morning")
print("ada hears", ada.hear())
print("bob hears", bob.hear())
bob.say("hello")
print("ada hears", ada.hear())
print("eve hears", eve.hear())
bob.leave()
print("ada hears", ada.hear())
print("eve hears", eve.hear())
ada.leave()
print("eve hears", eve.hear())
_PY.tcp_server_close(server)
print("eve hears", eve.hear())
eve.leave()
