-- SPDX-License-Identifier: MIT
-- For methods of plua.net that tell what came of them by `success` and `error`.
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

-- Calls a method with success and error functions and waits for one of them: "success" or "error", and its arguments.
return function(object, method, ...)
  local result
  local function note(which)
    return function(...)
      assert(not result, "called twice")
      result = table.pack(which, ...)
    end
  end
  local arguments = table.pack(...)
  arguments[arguments.n + 1] = { success = note "success", error = note "error" }
  object[method](object, table.unpack(arguments, 1, arguments.n + 1))
  assert(not result, "called before the method returned")
  link.await(function() return result end, method)
  return table.unpack(result, 1, result.n)
end
