-- SPDX-License-Identifier: MIT
-- HTTP client on module http with its pool of connections: PORT COUNT PARALLEL. That many tasks share COUNT requests.
local http = require "http"
local task = require "task"

local port, left, parallel = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])
local url = ("http://127.0.0.1:%d/static"):format(port)

local function get_all()
  while left > 0 do
    left = left - 1
    local response = assert(http.get(url))
    assert(response.status == 200 and #response.body == 13, response.body)
  end
  return true
end

local tasks = {}
for i = 1, parallel do tasks[i] = task.spawn(get_all) end
for i = 1, parallel do assert(tasks[i]:join()) end
