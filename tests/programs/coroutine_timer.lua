-- SPDX-License-Identifier: MIT
-- A coroutine that a timer resumes: the pattern of PLua's documentation.
print("A")

local thread = coroutine.create(function()
  print("B")
  coroutine.yield()
  print("C")
end)

setTimeout(function()
  print("D")
  coroutine.resume(thread)
  print("E")
end, 10)
coroutine.resume(thread)

-- The same with a function that waits for its own timer.
local function pause(ms)
  local waiting = coroutine.running()
  setTimeout(function() coroutine.resume(waiting) end, ms)
  coroutine.yield()
end

coroutine.wrap(function()
  pause(30)
  print("first")
  pause(10)
  print("second")
end)()

setTimeout(function()
  pause(20)
  print("a callback may be suspended, too")
end, 40)
