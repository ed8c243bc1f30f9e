-- SPDX-License-Identifier: MIT
-- Small HTTP servers on the loopback interface, for the specs of the HTTP client: they send what a case says, byte by
-- byte if need be, and tell what they were sent.
local task = require "task"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local peer = { link = link }

--- Reads one request. Returns it as a table with method, target, headers (names in lower case) and body; nil at the end.
function peer.read_request(conn)
  local head = conn:read("until", "\r\n\r\n")
  if not head then return nil end
  local method, target = head:match("^(%S+) (%S+) HTTP/1%.1\r\n")
  local request = { method = method, target = target, headers = {}, head = head }
  for name, value in head:gmatch("\r\n([^:\r\n]+): ([^\r\n]*)") do request.headers[name:lower()] = value end
  local length = math.tointeger(tonumber(request.headers["content-length"] or 0))
  request.body = length > 0 and conn:read(length) or ""
  return request
end

--- A response with its length.
function peer.response(body, headers, status)
  local lines = { "HTTP/1.1 " .. (status or "200 OK"), "Content-Length: " .. #body }
  for _, line in ipairs(headers or {}) do lines[#lines + 1] = line end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
end

--- Starts a server whose connections are each handled by `serve(conn, number)`. Returns it; `server.url` is its URL,
--- `server.requests` what `server.take(conn)` has read. It must be closed: a `<close>` variable does. `host` may be an
--- IPv6 address.
function peer.start(serve, host)
  local listener, port = link.listen(host)
  local shown = host and "[" .. host .. "]" or "127.0.0.1"
  local server = { port = port, url = "http://" .. shown .. ":" .. port, requests = {}, connections = 0 }
  local open, workers = {}, {}

  function server.take(conn)
    local request = peer.read_request(conn)
    table.insert(server.requests, request)
    return request
  end

  local acceptor = task.spawn(function()
    for conn in listener:accept() do
      server.connections = server.connections + 1
      table.insert(open, conn)
      table.insert(workers, task.spawn(function()
        serve(conn, server.connections, server)
        conn:close()
      end))
    end
  end)

  return setmetatable(server, {
    __close = function()
      listener:close()
      acceptor:join()
      for _, conn in ipairs(open) do conn:close() end
      for _, worker in ipairs(workers) do assert(select("#", worker:join()) == 0, "the server failed") end
    end,
  })
end

--- A server that answers each request by what `answer(request, number)` returns, on connections that stay open.
function peer.answer(answer, host)
  return peer.start(function(conn, _, server)
    while true do
      local request = server.take(conn)
      if not request then return end
      local text = answer(request, #server.requests)
      if not text or not conn:write(text) then return end
    end
  end, host)
end

--- A server that sends the pieces as they are when it has read a request, and ends the connection.
function peer.say(...)
  local pieces = table.pack(...)
  return peer.start(function(conn, _, server)
    server.take(conn)
    for _, piece in ipairs(pieces) do
      conn:write(piece)
      task.sleep(0.001)
    end
  end)
end

return peer
