-- SPDX-License-Identifier: MIT
-- An echo server written as a class, with one that inherits from it.
local class = require("class")
local net = require("net")

class 'Echo'
function Echo:__init(name)
  self.name, self.count = name, 0
  self.server = net.TCPServer()
end

function Echo:reply(text) return text end

function Echo:start()
  self.server:start("127.0.0.1", 0, function(client) self:serve(client) end)
end

function Echo:serve(client)
  client:readUntil("\n", {
    success = function(line)
      self.count = self.count + 1
      client:write(self:reply(line))
      self:serve(client)
    end,
    error = function() client:close() end,
  })
end

function Echo:__tostring() return self.name .. " (" .. self.count .. " lines)" end

class 'Shout'(Echo)
function Shout:__init(name)
  Echo.__init(self, name)
  self.loud = true
end

function Shout:reply(text) return Echo.reply(self, text):upper() end

local servers = { Echo("echo"), Shout("shout") }
for _, each in ipairs(servers) do each:start() end

local function talk(server, lines)
  local ok, id = net.tcp_connect_sync("127.0.0.1", server.server:port())
  assert(ok, id)
  for _, line in ipairs(lines) do
    net.tcp_write_sync(id, line .. "\n")
    local _, answer = net.tcp_read_sync(id, 100)
    io.write(server.name, ": ", answer)
  end
  net.tcp_close_sync(id)
end

print(Echo, Shout, servers[2].loud)
setTimeout(function()
  talk(servers[1], { "one", "two" })
  talk(servers[2], { "three" })
  for _, each in ipairs(servers) do
    print(each)
    each.server:stop()
  end
end, 20)
