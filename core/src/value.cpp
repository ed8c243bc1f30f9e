// SPDX-License-Identifier: MIT
#include <plua/core/value.hpp>

namespace plua {

void throw_type_mismatch(lua_State* L, int index, std::string_view expected) {
  std::string got = luaL_typename(L, index);
  if (lua_isnone(L, index)) {
    got = "no value";
  } else if (luaL_getmetafield(L, index, "__name") != LUA_TNIL) {
    if (lua_type(L, -1) == LUA_TSTRING) got = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  throw arg_error(std::string(expected) + " expected, got " + got);
}

std::int64_t get_integer(lua_State* L, int index) {
  int ok = 0;
  const lua_Integer n = lua_tointegerx(L, index, &ok);
  if (ok) return n;
  if (lua_isnumber(L, index)) throw arg_error("number has no integer representation");
  throw_type_mismatch(L, index, "number");
}

double value<double>::get(lua_State* L, int index) {
  int ok = 0;
  const lua_Number n = lua_tonumberx(L, index, &ok);
  if (!ok) throw_type_mismatch(L, index, "number");
  return n;
}

std::string_view value<std::string_view>::get(lua_State* L, int index) {
  const int type = lua_type(L, index);
  if (type != LUA_TSTRING && type != LUA_TNUMBER) throw_type_mismatch(L, index, "string");
  std::size_t size = 0;
  const char* text =
      lua_tolstring(L, index, &size);  // a number turns into its text in place, as luaL_checkstring does
  return {text, size};
}

}  // namespace plua
