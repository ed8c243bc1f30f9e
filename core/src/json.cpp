// SPDX-License-Identifier: MIT
#include <plua/core/json.hpp>

namespace plua::json {
namespace {

class error_texts final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "json"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::not_representable:
        return "a value of this type has no form in JSON";
      case errc::bad_key:
        return "a key must be a string or a number";
      case errc::not_finite:
        return "nan and infinity have no form in JSON";
      case errc::not_utf8:
        return "a string is not valid UTF-8";
      case errc::cycle:
        return "a table contains itself";
      case errc::too_deep:
        return "nested too deeply";
    }
    return "unknown error";
  }
};

// Its address is the key of the metatable in the registry.
constexpr char array_mark = 0;

}  // namespace

const boost::system::error_category& category() noexcept {
  static const error_texts instance;
  return instance;
}

void mark_array(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &array_mark) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "__name");
    lua_pushliteral(L, "json.array");
    lua_rawset(L, -3);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &array_mark);
  }
  lua_setmetatable(L, -2);
}

bool has_array_mark(lua_State* L, int index) {
  if (!lua_getmetatable(L, index)) return false;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &array_mark);
  const bool same = lua_istable(L, -1) && lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same;
}

void push_null(lua_State* L) { lua_pushlightuserdata(L, nullptr); }

}  // namespace plua::json
