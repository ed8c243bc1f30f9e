-- Timers: callbacks as in PLua, and the same in sequence.
local task = require "task"

setTimeout(function() print("a timeout after 30 ms") end, 30)

local count = 0
local id
id = setInterval(function()
  count = count + 1
  print("tick " .. count)
  if count == 3 then clearInterval(id) end
end, 20)

-- A callback is a task of its own, so it may wait.
setTimeout(function()
  task.sleep(0.05)
  print("a callback that slept for 50 ms")
end, 0)

-- Sequential code instead of a chain of callbacks.
for i = 1, 3 do
  task.sleep(0.02)
  print("step " .. i)
end
