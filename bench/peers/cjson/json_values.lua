-- SPDX-License-Identifier: MIT
-- JSON by lua-cjson: decode|encode FILE COUNT.
package.path = arg[0]:gsub("[^/]*$", "") .. "../lua/?.lua;" .. package.path
local cjson = require "cjson"

require "json_runs"(cjson.decode, cjson.encode)
