// SPDX-License-Identifier: MIT
#include <plua/core/tostring.hpp>

namespace plua {
namespace {

// For lua_pcall: value -> text.
int to_text(lua_State* L) {
  luaL_tolstring(L, 1, nullptr);
  lua_tolstring(L, -1, nullptr);  // a __tostring may give a number
  return 1;
}

}  // namespace

bool push_tostring(lua_State* L, int index) noexcept {
  index = lua_absindex(L, index);
  if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) {
    luaL_tolstring(L, index, nullptr);  // calls nothing then, so it cannot raise
    return true;
  }
  lua_pop(L, 1);
  lua_pushcfunction(L, &to_text);
  lua_pushvalue(L, index);
  return lua_pcall(L, 1, 1, 0) == LUA_OK;
}

as_text value<as_text>::get(lua_State* L, int index) {
  if (lua_isnone(L, index)) throw arg_error("value expected");
  if (!lua_checkstack(L, 4)) throw arg_error("too many values on the stack");
  const bool good = push_tostring(L, index);
  std::size_t size = 0;
  const char* text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : nullptr;
  as_text made{std::string(text ? text : "", size)};
  lua_pop(L, 1);
  if (!good) throw arg_error("it has no text: " + (text ? made.text : "its __tostring fails"));
  return made;
}

}  // namespace plua
