-- SPDX-License-Identifier: MIT
-- JSON by plua: decode|encode FILE COUNT.
package.path = arg[0]:gsub("[^/]*$", "") .. "../peers/lua/?.lua;" .. package.path
local json = require "json"

require "json_runs"(json.decode, function(value) return json.encode(value, "compact") end)
