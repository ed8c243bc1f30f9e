-- SPDX-License-Identifier: MIT
-- _PY.sync_api_*: requests to one external program.
local net = require "net"
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local setup, send, close = _PY.sync_api_setup_server, _PY.sync_api_send, _PY.sync_api_close

local function server()
  local ok, port, message = setup("127.0.0.1", 0)
  assert(ok, message)
  return port
end

local function client(port) return assert(net.connect { host = "127.0.0.1", port = port, timeout = 5 }) end

test.styles("a request gets the line that answers it", function(t, call)
  local peer <close> = client(server())
  local answering = task.spawn(function()
    local request = peer:read "l"
    peer:write("answer to ", request, "\r\n")
  end)

  t.same(table.pack(call(send, "question\n")), { true, "answer to question", "Success", n = 3 })

  answering:join()
  close()
end)

test.styles("an answer without a line's end is complete when the time is over", function(t, call)
  local peer <close> = client(server())
  local answering = task.spawn(function()
    peer:read(4)
    peer:write "no newline"
  end)
  t.same({ call(send, "text", 0.1) }, { true, "no newline", "Success" })
  answering:join()
  close()
end)

test.styles("an answer may be longer than 1024 bytes, and any bytes", function(t, call)
  local peer <close> = client(server())
  local long = link.all_bytes():gsub("[\r\n]", "")
  long = long:rep(200)
  local answering = task.spawn(function()
    peer:read "l"
    peer:write(long, "\n")
  end)
  t.equal(select(2, call(send, "question\n")), long)
  answering:join()
  close()
end)

test.styles("without a client there is nobody to ask", function(t, call)
  close()
  t.same(table.pack(call(send, "x")), { false, nil, "No external system connected", n = 3 })
  server()
  t.same(table.pack(call(send, "x")), { false, nil, "No external system connected", n = 3 })
  close()
end)

test.styles("no answer in time is a read timeout, and its late answer is not the next one's", function(t, call)
  local peer <close> = client(server())
  t.same(table.pack(call(send, "first\n", 0.02)), { false, nil, "Read timeout", n = 3 })
  peer:write "too late\n"
  t.equal(peer:read "l", "first")
  task.sleep(0.01)
  local answering = task.spawn(function() peer:write(peer:read "l", " answered\n") end)
  t.equal(select(2, call(send, "second\n")), "second answered")
  answering:join()
  close()
end)

test.styles("a client that leaves without an answer gives an empty response", function(t, call)
  local peer = client(server())
  local leaving = task.spawn(function()
    peer:read "l"
    peer:close()
  end)
  t.same(table.pack(call(send, "question\n")), { false, nil, "Empty response", n = 3 })
  leaving:join()
  close()
end)

test.styles("the next client is served when the first has gone", function(t, call)
  local port = server()
  local first, second <close> = client(port), client(port)
  task.spawn(function() first:write(first:read "l", " by the first\n") end)
  t.equal(select(2, call(send, "asked\n")), "asked by the first")
  first:close()
  task.sleep(0.01)
  local answering = task.spawn(function() second:write(second:read "l", " by the second\n") end)
  t.equal(select(2, call(send, "asked\n")), "asked by the second")
  answering:join()
  close()
end)

test.case("requests of several tasks go one after the other", function(t)
  local peer <close> = client(server())
  local answering = task.spawn(function()
    for line in peer:lines() do
      task.sleep(0.002)
      peer:write(line, "!\n")
    end
  end)
  local asking = {}
  for i = 1, 5 do
    asking[i] = task.spawn(function() return select(2, send("request " .. i .. "\n")) end)
  end
  for i = 1, 5 do t.equal(asking[i]:join(), "request " .. i .. "!") end
  close()
  answering:join()
end)

test.case("a cancelled request makes way for the next", function(t)
  local peer <close> = client(server())
  local first = task.spawn(function() return send "first\n" end)
  local second = task.spawn(function() return send("second\n", 5) end)
  task.sleep(0.01)
  first:cancel()
  pcall(first.join, first)
  t.equal(peer:read "l", "first")
  t.equal(peer:read "l", "second")
  peer:write "done\n"
  t.equal(select(2, second:join()), "done")
  close()
end)

test.case("a second setup replaces the server, and an address in use is told", function(t)
  local first = server()
  local second = server()
  t.ok(first ~= second)
  t.equal(net.connect { host = "127.0.0.1", port = first }, nil)
  local other <close>, port = link.listen()
  local ok, none, message = setup("127.0.0.1", port)
  t.same({ ok, none }, { false, nil })
  t.match(message, "Address already in use")
  close()
  close()
end)

test.case("a close ends a request", function(t)
  local peer <close> = client(server())
  local asking = task.spawn(function() return send "x\n" end)
  task.sleep(0.01)
  close()
  local ok, reply = asking:join()
  t.same({ ok, reply }, { false, nil })
end)

test.case("it is quiet and does not keep the program alive", function(t)
  local output, status = link.run [[
    assert(_PY.sync_api_setup_server("127.0.0.1", 0))
    print(select(3, _PY.sync_api_send("x")))
  ]]
  t.same({ output, status }, { "No external system connected\n", 0 })
end)
