-- SPDX-License-Identifier: MIT
-- net.MQTTClient, net.MQTTClientTls and net.QoS.
local callback = require "plua.net.callback"
local need = require "plua.net.host_functions"
local net = require "net"

---How surely a message of MQTT arrives.
---@enum net.QoS
net.QoS = { AT_MOST_ONCE = 0, AT_LEAST_ONCE = 1, EXACTLY_ONCE = 2 }

---@class net.MQTTClient
---@field opts table what it was made with
---@field conn_id integer for the mqtt functions of _PY
---@field package label string
local MQTTClient = {}
MQTTClient.__index = MQTTClient

function MQTTClient:__tostring() return ("%s object: %d"):format(self.label, self.conn_id) end

---Adds a function for an event: "connected", "disconnected", "message", "subscribed", "unsubscribed", "published" or
---"error". Each gets a table with what happened.
---
---    client:addEventListener("message", function(event) print(event.topic, event.payload) end)
---@param event string
---@param fn fun(event: table)
function MQTTClient:addEventListener(event, fn)
  local label = self.label .. " " .. event
  _PY.mqtt_client_add_event_listener(self.conn_id, event, function(...) callback.call(label, fn, ...) end)
end

---@param uri string "mqtt://host:port"
---@param opts? { clientId?: string, keepAlivePeriod?: integer, cleanSession?: boolean, callback?: fun(code: integer) }
function MQTTClient:connect(uri, opts) return _PY.mqtt_client_connect(self.conn_id, uri, opts or {}) end

---@param opts? table
function MQTTClient:disconnect(opts) return _PY.mqtt_client_disconnect(self.conn_id, opts or {}) end

---@param topic string|string[]
---@param opts? { qos?: net.QoS }
---@return integer packet_id
function MQTTClient:subscribe(topic, opts) return _PY.mqtt_client_subscribe(self.conn_id, topic, opts or {}) end

---@param topic string|string[]
---@param opts? table
---@return integer packet_id
function MQTTClient:unsubscribe(topic, opts) return _PY.mqtt_client_unsubscribe(self.conn_id, topic, opts or {}) end

---@param topic string
---@param payload string
---@param opts? { qos?: net.QoS, retain?: boolean }
---@return integer packet_id
function MQTTClient:publish(topic, payload, opts)
  return _PY.mqtt_client_publish(self.conn_id, topic, payload, opts or {})
end

local function make(label, tls, opts)
  return setmetatable({ opts = opts or {}, conn_id = _PY.mqtt_client_create(tls), label = label }, MQTTClient)
end

---Makes an MQTT client that is not connected yet.
---
---    local client = net.MQTTClient()
---@param opts? table
---@return net.MQTTClient
function net.MQTTClient(opts)
  need("net.MQTTClient", "mqtt_client_create")
  return make("MQTTClient", false, opts)
end

---The same over TLS.
---
---    local client = net.MQTTClientTls()
---@param opts? table
---@return net.MQTTClient
function net.MQTTClientTls(opts)
  need("net.MQTTClientTls", "mqtt_client_create")
  return make("MQTTClientTls", true, opts)
end
