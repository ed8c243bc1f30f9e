-- A chat server: everybody sees what everybody writes. Connect with `nc 127.0.0.1 PORT`.
--   plua examples/chat_server.lua [port]
local net = require "net"
local task = require "task"

local members = {} -- connection -> name

local function broadcast(text, except)
  for conn in pairs(members) do
    -- A slow reader delays only its own copy.
    if conn ~= except then task.spawn(conn.write, conn, text, "\n") end
  end
end

local function chat(connection)
  local conn <close> = connection
  conn:write("Your name? ")
  local name = conn:read("l", 64)
  if not name or name == "" then return end
  members[conn] = name
  broadcast("* " .. name .. " has come", conn)
  -- A loop over lines ends with the stream and raises other failures: the rest must run either way.
  local ok, err = pcall(function()
    for line in conn:lines() do broadcast(name .. ": " .. line, conn) end
  end)
  members[conn] = nil
  broadcast("* " .. name .. (ok and " has left" or " was lost: " .. tostring(err)))
end

local server <close> = assert(net.listen{host = "127.0.0.1", port = tonumber(arg[1]) or 0})
print("listening on " .. table.concat({server:address()}, ":"))
io.stdout:flush()

for connection in server:accept() do task.spawn(chat, connection) end
