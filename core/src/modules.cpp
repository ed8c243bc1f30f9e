// SPDX-License-Identifier: MIT
#include <plua/core/modules.hpp>

#include <string>

namespace plua {
namespace {

// A package searcher: name -> loader, "plua:NAME" | text that says why not. Runs in a frame of trivial
// objects.
int search(lua_State* L) {
  std::size_t size = 0;
  const char* text = lua_tolstring(L, 1, &size);
  const std::string_view name(text ? text : "", size);
  for (const embedded_module& module : embedded_modules()) {
    if (module.name != name) continue;
    lua_pushfstring(L, "@plua:%s", text);
    if (luaL_loadbufferx(L, module.source.data(), module.source.size(), lua_tostring(L, -1), "t") != LUA_OK)
      return lua_error(L);
    lua_pushfstring(L, "plua:%s", text);
    return 2;
  }
  return 0;  // says nothing, so that the message for an unknown module is the stock one
}

}  // namespace

void install_module_searcher(lua_State* L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushliteral(L, "package");
  lua_rawget(L, -2);
  lua_pushliteral(L, "searchers");
  lua_rawget(L, -2);
  for (lua_Integer i = static_cast<lua_Integer>(lua_rawlen(L, -1)); i >= 2; --i) {
    lua_rawgeti(L, -1, i);
    lua_rawseti(L, -2, i + 1);
  }
  lua_pushcfunction(L, &search);
  lua_rawseti(L, -2, 2);
  lua_pop(L, 3);
}

}  // namespace plua
