-- SPDX-License-Identifier: MIT
---JSON (RFC 8259). Bad input gives nil and a message, never an error.
---@class json
---@field null lightuserdata stands for null where nil would be lost
local json = { null = _PY.json_null() }

---Reads a JSON text.
---
---    local t, err = json.decode('{"a": [1, 2.5, null]}', json.null)
---@param text string
---@param null? any what stands for null; nil unless given, which leaves holes in arrays
---@return any value nil when the text is not JSON
---@return string? message with line and column
json.decode = _PY.parse_json

---Writes a value in ASCII, with a space behind commas and colons.
---
---    print(json.encode { name = "a", list = { 1, 2 } })
---@param value any
---@param layout? "compact" no spaces, and UTF-8 as it is: the shortest and quickest form
---@return string? text nil when a value has no form in JSON
---@return string? message
json.encode = _PY.to_json

---Writes a value without spaces and with its keys in a fixed order.
---
---    print(json.encodeFast { b = 1, a = 2 }) --> {"a":2,"b":1}
---@param value any
---@return string? text nil when a value has no form in JSON
---@return string? message
json.encodeFast = _PY.json_in_order

---Writes a value over several lines with sorted keys. (The name is PLua's.)
---
---    print(json.encodeFormated({ a = 1 }, 4))
---@param value any
---@param indent? integer spaces a level, 2 unless given
---@return string? text nil when a value has no form in JSON
---@return string? message
json.encodeFormated = _PY.pretty_print

---The same under its English name.
json.encodeFormatted = _PY.pretty_print

---Marks a table as an array, so that it is written as [] when it is empty.
---
---    print(json.encode(json.initArray {})) --> []
---@param t table its metatable is replaced
---@return table t
json.initArray = _PY.json_array

return json
