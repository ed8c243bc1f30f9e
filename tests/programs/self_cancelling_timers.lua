-- SPDX-License-Identifier: MIT
-- Timers that stop themselves and each other.
local count = 0
local interval
interval = setInterval(function()
  count = count + 1
  print("tick", count)
  if count == 3 then print("stopped", clearInterval(interval)) end
end, 30)

local never = setTimeout(function() print("never") end, 200)
setTimeout(function()
  print("cancelled", clearTimeout(never))
  print("again", clearTimeout(never))
end, 1)

-- A chain of timeouts, each of which starts the next.
local function countdown(n)
  if n == 0 then return print("liftoff") end
  setTimeout(function() countdown(n - 1) end, 20)
end

-- Two intervals: the one that comes first stops the other.
local first, second
first = setInterval(function()
  print("first wins", clearInterval(second))
  clearInterval(first)
  countdown(3)
end, 150)
second = setInterval(function() print("second wins", clearInterval(first)) end, 250)

-- A tick that waits does not spoil the next one.
local patient, steps = nil, 0
patient = setInterval(function()
  steps = steps + 1
  if steps > 3 then return end
  _PY.sleep(0.001)
  if steps == 3 then
    clearInterval(patient)
    print("patient", steps)
  end
end, 100)
