-- SPDX-License-Identifier: MIT
-- Sequential requests with the sync functions while timers go on ticking, and a slow external program behind sync_api.
local ok, port = _PY.sync_api_setup_server("127.0.0.1", 0)
assert(ok, port)

local ticks = 0
local ticker = setInterval(function() ticks = ticks + 1 end, 5)

-- The external program, here in the same process: it answers each line 20 ms later.
local function external(lines)
  local _, id = _PY.tcp_connect_sync("127.0.0.1", port)
  for _ = 1, lines do
    local _, line = _PY.tcp_read_sync(id, "*l")
    _PY.sleep(0.02)
    _PY.tcp_write_sync(id, "done: " .. line .. "\n")
  end
  _PY.tcp_close_sync(id)
end

print(_PY.sync_api_send("too early\n"))

setTimeout(function() external(3) end, 0)
_PY.sleep(0.02)

for _, request in ipairs({ "first", "second", "third" }) do
  local before = ticks
  local success, reply, message = _PY.sync_api_send(request .. "\n", 5)
  print(success, reply, message, ticks > before and "timers ticked" or "timers stood still")
end

_PY.sleep(0.02)
print(_PY.sync_api_send("too late\n"))

setTimeout(function() external(1) end, 0)
_PY.sleep(0.02)
print(_PY.sync_api_send("for the next program\n"))

clearInterval(ticker)
_PY.sync_api_close()
print(ticks > 10)
