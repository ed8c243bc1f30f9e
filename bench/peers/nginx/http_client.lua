-- SPDX-License-Identifier: MIT
-- HTTP client with nginx's cosockets and a parser by hand, as no client comes with it: PORT COUNT PARALLEL. That many
-- light threads, each with a connection of its own, share COUNT requests.
local port, left, parallel = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])

local function get(socket)
  assert(socket:send("GET /static HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n"))
  local status = assert(socket:receive("*l")):match("^HTTP/1%.1 (%d+) ")
  local headers = {}
  while true do
    local line = assert(socket:receive("*l"))
    if line == "" then break end
    local name, value = line:match("^([^:]+):[ \t]*(.*)$")
    headers[name:lower()] = value
  end
  local body = assert(socket:receive(tonumber(headers["content-length"])))
  assert(status == "200" and #body == 13, body)
end

local function get_all()
  local socket = ngx.socket.tcp()
  assert(socket:connect("127.0.0.1", port))
  assert(socket:setoption("tcp-nodelay", true))
  while left > 0 do
    left = left - 1
    get(socket)
  end
  socket:close()
end

local threads = {}
for i = 1, parallel do threads[i] = ngx.thread.spawn(get_all) end
for i = 1, parallel do assert(ngx.thread.wait(threads[i])) end
