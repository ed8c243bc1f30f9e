-- SPDX-License-Identifier: MIT
-- For wrk: DEPTH requests at once on each connection; with a file named, each is a POST with its contents.
-- Arguments after "--": DEPTH [FILE].
local requests

function init(args)
  if args[2] then
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    local file = assert(io.open(args[2], "rb"))
    wrk.body = file:read("*a")
    file:close()
  end
  requests = wrk.format():rep(tonumber(args[1]))
end

function request()
  return requests
end
