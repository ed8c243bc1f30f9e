-- SPDX-License-Identifier: MIT
-- Callbacks in callbacks: connect, write, read a greeting and an answer, close; then the next client.
local net = require("plua.net")

local server = net.TCPServer()
local served = 0

server:start("127.0.0.1", 0, function(client)
  served = served + 1
  local number = served
  client:write("welcome, guest " .. number .. "\n", {
    success = function()
      client:readUntil("\n", {
        success = function(line)
          client:write("you said: " .. line, {
            success = function() client:close() end,
          })
        end,
        error = function(message) print("server:", message) end,
      })
    end,
  })
end)

local function visit(number, done)
  local socket = net.TCPSocket()
  socket:connect("127.0.0.1", server:port(), {
    success = function()
      print("connected", number)
      socket:readUntil("\n", {
        success = function(greeting)
          io.write("greeting: ", greeting)
          socket:write("hello from " .. number .. "\n", {
            success = function()
              socket:readUntil("\n", {
                success = function(answer)
                  io.write("answer: ", answer)
                  socket:read({
                    error = function(message)
                      print("end: " .. message)
                      socket:close()
                      done()
                    end,
                  })
                end,
              })
            end,
          })
        end,
      })
    end,
    error = function(message) print("no connection: " .. message) end,
  })
end

local waiting
waiting = setInterval(function()
  if not server:port() then return end
  clearInterval(waiting)
  visit(1, function()
    visit(2, function()
      server:stop()
      print("served", served)
    end)
  end)
end, 1)

local nobody = net.TCPSocket()
nobody:read({ error = function(message) print("read: " .. message) end })
