-- SPDX-License-Identifier: MIT
-- A UDP service that answers in another order, and a client that matches the answers with its questions.
local net = require("plua.net")

local service = net.UDPSocket()
local answered = 0

local function serve()
  service:receive({
    success = function(data, ip, port)
      local id, word = data:match("^(%d+) (.*)$")
      -- Longer words take less time.
      setTimeout(function()
        service:sendTo(id .. " " .. word:upper(), ip, port, {
          success = function() answered = answered + 1 end,
          error = function(message) print("service: " .. message) end,
        })
      end, 100 - 20 * #word)
      serve()
    end,
    error = function(message) print("service ends: " .. (message:gsub("%d+", "N"))) end,
  })
end

local client = net.UDPSocket({ timeout = 5000 })
local questions = { "a", "bc", "def", "ghij" }
local open = #questions

local function listen()
  client:receive({
    success = function(data)
      local id, answer = data:match("^(%d+) (.*)$")
      print(questions[tonumber(id)] .. " -> " .. answer)
      open = open - 1
      if open > 0 then return listen() end
      client:close()
      client:close()
      setTimeout(function()
        print("answered", answered)
        service:close()
      end, 10)
    end,
    error = function(message) print("client: " .. message) end,
  })
end

client:receive({ error = function(message) print("before the first send: " .. message) end })

service:bind("127.0.0.1", 0, {
  success = function(ip, port)
    print("service at " .. ip)
    serve()
    for id, word in ipairs(questions) do client:sendTo(id .. " " .. word, ip, port) end
    listen()
  end,
  error = function(message) print("no service: " .. message) end,
})
