// SPDX-License-Identifier: MIT
#include <plua/core/error_value.hpp>

namespace plua {
namespace {

constexpr const char* metatable_name = "plua.error";

void push_text(lua_State* L, std::string_view text) { lua_pushlstring(L, text.data(), text.size()); }

void set_field(lua_State* L, const char* name, std::string_view text) {
  lua_pushstring(L, name);
  push_text(L, text);
  lua_rawset(L, -3);
}

bool push_message(lua_State* L, int index) {
  if (lua_type(L, index) == LUA_TTABLE) {
    index = lua_absindex(L, index);
    lua_pushliteral(L, "message");
    lua_rawget(L, index);
  } else {
    lua_pushvalue(L, index);
  }
  if (lua_isnumber(L, -1) || lua_isstring(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

int error_tostring(lua_State* L) {
  lua_settop(L, 1);
  if (!push_message(L, 1)) lua_pushliteral(L, "error");
  return 1;
}

int error_concat(lua_State* L) {
  lua_settop(L, 2);
  for (int side = 1; side <= 2; ++side)
    if (!push_message(L, side)) lua_pushstring(L, luaL_typename(L, side));
  lua_concat(L, 2);
  return 1;
}

void push_metatable(lua_State* L) {
  if (!luaL_newmetatable(L, metatable_name)) return;
  lua_pushliteral(L, "__tostring");
  lua_pushcfunction(L, &error_tostring);
  lua_rawset(L, -3);
  lua_pushliteral(L, "__concat");
  lua_pushcfunction(L, &error_concat);
  lua_rawset(L, -3);
}

}  // namespace

void push_error(lua_State* L, const failure& error) {
  lua_createtable(L, 0, 5);
  set_field(L, "code", symbol(error.code()));
  set_field(L, "message", error.sentence());
  set_field(L, "operation", error.operation());
  set_field(L, "category", error.code().category().name());
  if (!error.address().empty()) set_field(L, "address", error.address());
  push_metatable(L);
  lua_setmetatable(L, -2);
}

bool is_error(lua_State* L, int index) {
  if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return false;
  push_metatable(L);
  const bool same = lua_rawequal(L, -1, -2) != 0;
  lua_pop(L, 2);
  return same;
}

std::string error_symbol(lua_State* L, int index) {
  if (!is_error(L, index)) return {};
  index = lua_absindex(L, index);
  lua_pushliteral(L, "code");
  lua_rawget(L, index);
  std::string code = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  lua_pop(L, 1);
  return code;
}

}  // namespace plua
