-- SPDX-License-Identifier: MIT
-- Prints the versions of nginx, its Lua module and what runs Lua.
local function dotted(v) return ("%d.%d.%d"):format(v / 1e6, v / 1e3 % 1e3, v % 1e3) end
io.stdout:write(("%s, Lua module %s, %s\n"):format(dotted(ngx.config.nginx_version),
  dotted(ngx.config.ngx_lua_version), jit and jit.version or _VERSION))
