-- SPDX-License-Identifier: MIT
-- The part of the module `net` that PLua's scripts know: objects with callbacks over the functions of _PY.
-- `require "net"` and `require "plua.net"` give the same table.

---@class net
local net = require "net"
setmetatable(net, nil) -- this is what the native part would load

require "plua.net.tcp"
require "plua.net.tcp_server"
require "plua.net.udp"
require "plua.net.http"
require "plua.net.websocket"
require "plua.net.websocket_server"
require "plua.net.mqtt"

return net
