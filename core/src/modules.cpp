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

bool is_embedded(std::string_view name) noexcept {
  for (const embedded_module& module : embedded_modules())
    if (module.name == name) return true;
  return false;
}

// Pushes the global `require` and the module's name, "plua.NAME". // [-0, +2, m]
void push_require_of_part(lua_State* L, const char* name) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushliteral(L, "require");
  lua_rawget(L, -2);
  lua_remove(L, -2);
  lua_pushfstring(L, "plua.%s", name);
}

int part_is_loaded(lua_State* L, int, lua_KContext) {
  lua_settop(L, 2);
  lua_rawget(L, 1);
  return 1;
}

// __index of a native module with a Lua part: loads that and looks again.
int load_part(lua_State* L) {
  lua_settop(L, 2);
  lua_pushnil(L);
  lua_setmetatable(L, 1);
  push_require_of_part(L, lua_tostring(L, lua_upvalueindex(1)));
  lua_callk(L, 1, 0, 0, &part_is_loaded);
  return part_is_loaded(L, LUA_OK, 0);
}

int short_name_is_loaded(lua_State*, int, lua_KContext) { return 1; }

// Loader of "NAME": gives what `require "plua.NAME"` gives.
int load_by_short_name(lua_State* L) {
  lua_settop(L, 1);
  push_require_of_part(L, lua_tostring(L, 1));
  lua_callk(L, 1, 1, 0, &short_name_is_loaded);
  return 1;
}

// The last searcher: "class" is "plua.class" when nothing else is called so.
int search_short_name(lua_State* L) {
  const char* text = lua_tostring(L, 1);
  if (!text || !is_embedded("plua." + std::string(text))) return 0;
  lua_pushcfunction(L, &load_by_short_name);
  lua_pushfstring(L, "plua:plua.%s", text);
  return 2;
}

}  // namespace

void add_lua_part(lua_State* L, std::string_view name) {
  if (!is_embedded("plua." + std::string(name))) return;
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "__index");
  lua_pushlstring(L, name.data(), name.size());
  lua_pushcclosure(L, &load_part, 1);
  lua_rawset(L, -3);
  lua_setmetatable(L, -2);
}

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
  lua_pushcfunction(L, &search_short_name);
  lua_rawseti(L, -2, static_cast<lua_Integer>(lua_rawlen(L, -2)) + 1);
  lua_pop(L, 3);
}

}  // namespace plua
