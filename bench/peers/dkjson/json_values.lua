-- SPDX-License-Identifier: MIT
-- JSON by dkjson with its LPeg grammar: decode|encode FILE COUNT.
package.path = arg[0]:gsub("[^/]*$", "") .. "../lua/?.lua;" .. package.path
local dkjson = require "dkjson".use_lpeg()

require "json_runs"(dkjson.decode, dkjson.encode)
