-- SPDX-License-Identifier: MIT
-- Two ends of a TCP connection on the loopback interface, for the specs of the network functions.
local net = require "net"
local task = require "task"

local link = {}

--- A listener on a port that the system chose, and the port.
function link.listen(host)
  local server = assert(net.listen { host = host or "127.0.0.1", port = 0 })
  local _, port = server:address()
  return server, port
end

--- Both ends as objects.
function link.pair(host)
  local server <close>, port = link.listen(host)
  local near = assert(net.connect { host = host or "127.0.0.1", port = port })
  local far = assert(server:accept_one(10))
  return near, far
end

--- One end by its number, the other as an object.
function link.numbered(host)
  local server <close>, port = link.listen(host)
  local ok, id, message = _PY.tcp_connect(host or "127.0.0.1", port)
  assert(ok, message)
  local far = assert(server:accept_one(10))
  return id, far, port
end

--- A port where nobody listens.
function link.closed_port()
  local server <close>, port = link.listen()
  return port
end

--- Waits until the function gives a true value, and returns it. For effects that no event tells.
function link.await(condition, what)
  for _ = 1, 2000 do
    local value = condition()
    if value then return value end
    task.sleep(0.005)
  end
  error("in vain: " .. (what or "await"), 2)
end

--- Whether the machine can use IPv6 on its loopback interface.
function link.has_ipv6()
  local server <close> = net.listen { host = "::1", port = 0 }
  return server ~= nil
end

--- All 256 bytes, twice in opposite order: no text encoding survives that.
function link.all_bytes()
  local bytes = {}
  for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
  local forwards = table.concat(bytes)
  return forwards .. forwards:reverse()
end

--- Bytes whose every position is different enough to notice loss, doubling and exchange.
function link.pattern(size)
  local line = {}
  for i = 1, 4096 do line[i] = string.pack(">I4", (i * 2654435761) & 0xffffffff) end
  local block = table.concat(line)
  return block:rep(size // #block + 1):sub(1, size)
end

--- Runs code in a program of its own. Returns what it printed, and its exit status.
function link.run(code, prefix)
  local name = os.tmpname()
  local file <close> = assert(io.open(name, "w"))
  file:write(code)
  file:close()
  local plua = assert(os.getenv("PLUA"), "PLUA names the program under test")
  local pipe = assert(io.popen(("%s %s --task spec %s 2>&1"):format(prefix or "", plua, name)))
  local output = pipe:read("a")
  local _, _, status = pipe:close()
  os.remove(name)
  return output, status
end

return link
