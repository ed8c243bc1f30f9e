-- SPDX-License-Identifier: MIT
-- Module net: listeners, and many connections at once.
local net = require "net"
local task = require "task"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

local memcheck = os.getenv("PLUA_MEMCHECK")
-- This sanitizer looks at objects by means of a pipe, and finds fault with all of them without descriptors.
local sanitizer = os.getenv("UBSAN_OPTIONS")

test.case("a listener tells the port that the system chose", function(t)
  local server <close> = assert(net.listen { port = 0 })
  local host, port = server:address()
  t.equal(host, "127.0.0.1")
  t.ok(port > 0)
  t.equal(tostring(server), "net.listener (127.0.0.1:" .. port .. ")")
end)

test.case("a star binds every address", function(t)
  local server <close> = assert(net.listen { host = "*", port = 0 })
  local host, port = server:address()
  t.equal(host, "0.0.0.0")
  assert(net.connect { host = "127.0.0.1", port = port }):close()
end)

test.case("IPv6 listeners and connections show brackets", function(t)
  if not link.has_ipv6() then t.skip("no IPv6 here") end
  local server <close>, port = link.listen("::1")
  t.equal(tostring(server), "net.listener ([::1]:" .. port .. ")")
  local near, far = link.pair("::1")
  t.match(tostring(near), "^net%.connection %(%[::1%]:%d+%)$")
  near:close()
  far:close()
end)

test.case("a port in use is an error object", function(t)
  local server <close>, port = link.listen()
  local second, err = net.listen { port = port }
  t.equal(second, nil)
  t.same({ err.code, err.operation, err.address }, { "EADDRINUSE", "listen", "127.0.0.1:" .. port })
end)

test.case("a foreign address is an error object", function(t)
  local server, err = net.listen { host = "192.0.2.1", port = 0 }
  t.equal(server, nil)
  t.equal(err.code, "EADDRNOTAVAIL")
end)

test.case("a port can be bound again right after its use", function(t)
  local server, port = link.listen()
  local near = assert(net.connect { host = "127.0.0.1", port = port })
  local far = assert(server:accept_one())
  far:close() -- this side remembers the connection for a while
  near:close()
  server:close()
  assert(net.listen { port = port }):close()
end)

test.case("the accept loop ends when the listener is closed, by anyone", function(t)
  local server, port = link.listen()
  local served = 0
  local loop = task.spawn(function()
    for conn in server:accept() do
      served = served + 1
      conn:close()
    end
    return "ended"
  end)
  for _ = 1, 3 do
    local conn <close> = assert(net.connect { host = "127.0.0.1", port = port })
    conn:read("a")
  end
  server:close()
  t.equal(loop:join(), "ended")
  t.equal(served, 3)
  for _ in server:accept() do error("closed") end
end)

test.case("the accept loop may close its listener itself", function(t)
  local server, port = link.listen()
  local near = assert(net.connect { host = "127.0.0.1", port = port })
  for conn in server:accept() do
    conn:close()
    server:close()
  end
  near:close()
end)

test.styles("accept_one times out", function(t, call)
  local server <close> = link.listen()
  local accept_one = server.accept_one
  for _, seconds in ipairs { 0.005, 0 } do
    local conn, err = call(accept_one, server, seconds)
    t.equal(conn, nil)
    t.same({ err.code, err.operation }, { "timeout", "accept" })
  end
end)

test.styles("accept_one without waiting takes what is there", function(t, call)
  local server <close>, port = link.listen()
  local near <close> = assert(net.connect { host = "127.0.0.1", port = port })
  local far = call(server.accept_one, server, 0)
  t.ok(far)
  far:close()
end)

test.case("accept_one without waiting does not push in", function(t)
  local server <close>, port = link.listen()
  local first = task.spawn(function() return server:accept_one() end)
  task.yield()
  local connecting = task.spawn(function() return net.connect { host = "127.0.0.1", port = port } end)
  t.equal(select(2, server:accept_one(0)).code, "timeout")
  first:join():close()
  connecting:join():close()
end)

test.case("a closed listener ends the waiting and answers later calls", function(t)
  local server = link.listen()
  local waiting = {}
  for i = 1, 3 do waiting[i] = task.spawn(function() return select(2, server:accept_one()).code end) end
  task.yield()
  server:close()
  server:close()
  for i = 1, 3 do t.equal(waiting[i]:join(), "closed") end
  t.equal(select(2, server:accept_one()).code, "closed")
  t.match(tostring(server), ", closed%)$")
end)

test.case("connections outlive their listener", function(t)
  local near, far = link.pair()
  near:write("x")
  t.equal(far:read(1), "x")
  near:close()
  far:close()
end)

test.case("a collected listener refuses", function(t)
  local port = select(2, link.listen())
  collectgarbage()
  collectgarbage()
  t.equal(select(2, net.connect { host = "127.0.0.1", port = port }).code, "ECONNREFUSED")
end)

test.case("a cancelled accept leaves the listener to others, in order", function(t)
  local server <close>, port = link.listen()
  local order = {}
  local waiting = {}
  for i = 1, 3 do
    waiting[i] = task.spawn(function()
      local conn <close> = assert(server:accept_one())
      order[#order + 1] = i
    end)
  end
  task.yield()
  waiting[2]:cancel()
  t.equal(select(2, waiting[2]:join()).code, "cancelled")
  for _ = 1, 2 do assert(net.connect { host = "127.0.0.1", port = port }):read("a") end
  waiting[1]:join()
  waiting[3]:join()
  t.same(order, { 1, 3 })
end)

test.case("misuse of listen is raised at the call", function(t)
  t.error(function() net.listen() end, "^[^:]+:%d+: bad argument #1 to 'listen'")
  t.error(function() net.listen { port = 65536 } end, "bad argument #1 to 'listen' %(field 'port'")
end)

-- ---------------------------------------------------------------- many

test.case("500 conversations at once", function(t)
  local server, port = link.listen()
  local rounds = memcheck and 2 or 10
  local serving = task.spawn(function()
    local served = {}
    for conn in server:accept() do
      served[#served + 1] = task.spawn(function()
        for line in conn:lines() do conn:write(line:reverse(), "\n") end
        conn:close()
      end)
    end
    for _, each in ipairs(served) do each:join() end
  end)
  local talks = {}
  for i = 1, 500 do
    talks[i] = task.spawn(function()
      local conn <close> = assert(net.connect { host = "127.0.0.1", port = port })
      for round = 1, rounds do
        local text = "talk " .. i .. " round " .. round
        conn:write(text, "\n")
        if conn:read() ~= text:reverse() then return "differs" end
      end
      return "done"
    end)
  end
  for i = 1, 500 do t.equal(talks[i]:join(), "done") end
  server:close()
  serving:join()
end)

test.case("10,000 connections are open at once", function(t)
  if memcheck then t.skip("takes too long") end
  local count = 10000
  local limit = io.popen("ulimit -Hn"):read("l")
  if limit ~= "unlimited" and tonumber(limit) < count + 100 then t.skip("the limit of open files is " .. limit) end
  local server_code = [[
    local net, task = require("net"), require("task")
    local server = assert(net.listen{port = 0, backlog = 4096})
    io.stdout:write(select(2, server:address()), "\n") io.stdout:flush()
    local open = {}
    for conn in server:accept() do
      open[#open + 1] = conn
      if #open == COUNT then break end
    end
    for i = 1, #open do open[i]:write(i, "\n") end
    for i = 1, #open do assert(open[i]:read("a") == "") end
  ]]
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write((server_code:gsub("COUNT", count)))
  file:close()
  local child = io.popen(("ulimit -S -n %d; exec %s --task spec %s"):format(count + 100, os.getenv("PLUA"), name))
  local port = tonumber(child:read("l"))
  local code = [[
    local net = require("net")
    local open, sum = {}, 0
    for i = 1, COUNT do open[i] = assert(net.connect{host = "127.0.0.1", port = PORT}) end
    for i = 1, COUNT do sum = sum + tonumber(open[i]:read()) end
    for i = 1, COUNT do open[i]:close() end
    print(sum)
  ]]
  local output = link.run((code:gsub("COUNT", count):gsub("PORT", port)), "ulimit -S -n " .. count + 100 .. "; exec")
  t.equal(output, (count * (count + 1) // 2) .. "\n")
  t.equal(child:read("a"), "")
  local ok, _, status = child:close()
  t.same({ ok, status }, { true, 0 })
  os.remove(name)
end)

test.case("a listener without descriptors neither spins nor fails, and recovers", function(t)
  if sanitizer then t.skip("the sanitizer needs descriptors") end
  -- The child runs out of descriptors with clients waiting, spends half a second so, then gets some back.
  local output, status = link.run([[
    local net, task = require("net"), require("task")
    local server = assert(net.listen{port = 0})
    local _, port = server:address()
    local accepted = {}
    local accepting = task.spawn(function()
      for conn in server:accept() do
        accepted[#accepted + 1] = conn
        if #accepted == 100 then break end
      end
    end)
    -- Clients in a process of their own, which has descriptors enough.
    local client = io.popen(("ulimit -S -n 1024; exec %s --task spec -e '%s'"):format(os.getenv("PLUA"), ([=[
      local net = require("net")
      local open = {}
      for i = 1, 100 do open[i] = assert(net.connect{host = "127.0.0.1", port = PORT}) end
      for i = 1, 100 do assert(open[i]:read() == "served") end
      print("all served")
    ]=]):gsub("PORT", port)))
    while #accepted < 20 do task.sleep(0.01) end
    task.sleep(0.05)
    local stuck, before = #accepted, os.clock()
    task.sleep(0.5)
    local used = os.clock() - before
    print(stuck < 100 and #accepted == stuck, used < 0.25)
    while #accepted < 100 or accepting.status ~= "finished" do
      for i = 1, #accepted do
        if accepted[i] then
          accepted[i]:write("served\n")
          accepted[i]:close()
        end
      end
      task.sleep(0.01)
    end
    for i = 1, #accepted do accepted[i]:write("served\n") accepted[i]:close() end
    print(client:read("a"))
  ]], "ulimit -S -n 50; exec")
  t.same({ output, status }, { "true\ttrue\nall served\n\n", 0 })
end)

test.case("a connect without descriptors is an error object", function(t)
  if sanitizer then t.skip("the sanitizer needs descriptors") end
  local server <close>, port = link.listen()
  local output = link.run(([[
    local net = require("net")
    local open = {}
    for i = 1, 100 do
      local conn, err = net.connect{host = "127.0.0.1", port = %d}
      if not conn then print(err.code) break end
      open[i] = conn
    end
  ]]):format(port), "ulimit -S -n 40; exec")
  t.equal(output, "EMFILE\n")
end)

-- ---------------------------------------------------------------- life of the process

test.case("a task that accepts keeps the program alive, an idle listener does not", function(t)
  local output, status = link.run([[
    local net, task = require("net"), require("task")
    local idle = assert(net.listen{port = 0})
    local server = assert(net.listen{port = 0})
    task.spawn(function()
      print(server:accept_one(0.05))
    end)
  ]])
  t.equal(status, 0)
  t.match(output, "^nil\taccept 127%.0%.0%.1:%d+: timed out\n$")
end)
