-- SPDX-License-Identifier: MIT
-- Objects whose functions of _PY a runtime may lack.

---Called by a constructor: raises "WHAT is not available in this runtime" in its caller unless the functions are there.
---@param what string "net.HTTPClient"
---@param ... string names in _PY
return function(what, ...)
  for _, name in ipairs { ... } do
    if not _PY[name] then error(what .. " is not available in this runtime", 3) end
  end
end
