-- SPDX-License-Identifier: MIT
-- net.HTTPClient.
local callback = require "plua.net.callback"
local need = require "plua.net.host_functions"
local net = require "net"

---@class net.HTTPClient
---@field opts table what it was made with
local HTTPClient = {}
HTTPClient.__index = HTTPClient

---Makes an HTTP client.
---
---    net.HTTPClient():request("http://127.0.0.1:8080/", {
---      options = { method = "POST", headers = { ["Content-Type"] = "text/plain" }, data = "hello", timeout = 5000 },
---      success = function(response) print(response.status, response.data, response.headers["Content-Type"]) end,
---      error = function(code) print(code) end,
---    })
---@param opts? table
---@return net.HTTPClient
function net.HTTPClient(opts)
  need("net.HTTPClient", "http_request_async")
  return setmetatable({ opts = opts or {} }, HTTPClient)
end

function HTTPClient:__tostring() return "HTTPClient object" end

---@class net.http_options
---@field method? string "GET" unless given
---@field headers? table<string, string>
---@field data? string the body
---@field timeout? number milliseconds for all of it

---@class net.http_arguments
---@field options? net.http_options
---@field success? fun(response: { status: integer, data: string, headers: table })
---@field error? fun(code: integer, message: string) a status of 400 and more, or 0 when there was no answer

---Makes a request.
---
---    client:request(url, { success = function(response) print(response.data) end })
---@param url string
---@param opts net.http_arguments
function HTTPClient:request(url, opts)
  if type(opts) ~= "table" then
    error(("bad argument #2 to 'request' (table expected, got %s)"):format(type(opts)), 2)
  end
  local options = opts.options or {}
  local request = {}
  for name, value in pairs(options) do request[name] = value end
  request.url, request.method, request.body = url, options.method or "GET", options.data
  request.data, request.timeout = nil, options.timeout and options.timeout / 1000
  _PY.http_request_async(request, function(response)
    if response.code == 0 or response.code >= 400 then
      return callback.settle("HTTP", opts, false, response.code, response.error_message)
    end
    local told = { status = response.code, data = response.body, headers = response.headers }
    callback.settle("HTTP", opts, true, told)
  end)
end
