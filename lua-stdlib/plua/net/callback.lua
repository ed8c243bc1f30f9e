-- SPDX-License-Identifier: MIT
-- How the objects of plua.net call the functions of a script.
local task = require "task"

local callback = {}

local function note(err)
  if type(err) == "table" and err.code == "cancelled" then return { cancelled = err } end
  local ok, text = pcall(tostring, err)
  return { message = ok and text or "(an error that cannot be shown)", traceback = debug.traceback(nil, 2) }
end

---Calls a function of the script. An error is printed, the traceback to standard error, and goes no further; only the
---cancellation of the task does.
---@param title string what stands before the message
---@param fn function
---@param ... any its arguments
---@return boolean ok
function callback.protect(title, fn, ...)
  local ok, failure = xpcall(fn, note, ...)
  if ok then return true end
  if failure.cancelled then error(failure.cancelled, 0) end
  print(title .. failure.message)
  io.stderr:write(failure.traceback, "\n")
  return false
end

---Calls a function of the script, if there is one. An error is printed as `Error in LABEL callback: MESSAGE`.
---@param label string "TCP read success"
---@param fn? function
---@param ... any its arguments
function callback.call(label, fn, ...)
  if fn then callback.protect("Error in " .. label .. " callback: ", fn, ...) end
end

---The same in a task of its own, after the caller has gone on.
---@param label string
---@param fn? function
---@param ... any
function callback.later(label, fn, ...)
  if fn then task.spawn(callback.call, label, fn, ...) end
end

---Tells an outcome to `success` or to `error` of a table of functions.
---@param label string "TCP read"
---@param functions { success?: function, error?: function }
---@param ok boolean
---@param ... any arguments of the function
function callback.settle(label, functions, ok, ...)
  local which = ok and "success" or "error"
  callback.call(label .. " " .. which, functions[which], ...)
end

---Checks that an optional table of functions is one.
---@param functions? table
---@param position integer the argument's
---@param method string
---@return table functions
function callback.table(functions, position, method)
  if functions == nil then return {} end
  if type(functions) == "table" then return functions end
  local text = "bad argument #%d to '%s' (table expected, got %s)"
  error(text:format(position, method, type(functions)), 3)
end

return callback
