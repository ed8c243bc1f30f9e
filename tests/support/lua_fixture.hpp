// SPDX-License-Identifier: MIT
// A Lua state with functions of the test, and a way to run a chunk and read what it returned.
#pragma once

#include <plua/core/bind.hpp>
#include <plua/core/registry.hpp>
#include <plua/core/state.hpp>

#include <string>
#include <utility>

namespace plua::testing {

struct lua_fixture {
  plua::state lua;
  lua_State* L = lua.get();

  template <auto Fn>
  void add(std::string_view name) {
    plua::extension made = plua::define<Fn>({.name = name, .category = "test", .summary = "For the test."});
    plua::install(L, {made});
  }

  /// Runs the chunk. Returns its results as text with a bar between, or "error: MESSAGE".
  std::string run(const std::string& source) {
    lua_settop(L, 0);
    const int status =
        luaL_loadbuffer(L, source.data(), source.size(), "=test") || lua_pcall(L, 0, LUA_MULTRET, 0);
    std::string text = status ? "error: " : "";
    const int top = lua_gettop(L);
    for (int i = 1; i <= top; ++i) {
      text += i > 1 ? "|" : "";
      std::size_t size = 0;
      const char* item = luaL_tolstring(L, i, &size);
      text.append(item, size);
      lua_pop(L, 1);
    }
    lua_settop(L, 0);
    return text;
  }
};

}  // namespace plua::testing
