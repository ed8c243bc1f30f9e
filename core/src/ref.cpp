// SPDX-License-Identifier: MIT
#include <plua/core/ref.hpp>
#include <plua/core/state.hpp>

namespace plua {

ref ref::pop(lua_State* L) {
  ref made;
  made.id_ = luaL_ref(L, LUA_REGISTRYINDEX);
  made.main_ = state::of(L).get();  // never the coroutine's own thread: it may be collected first
  return made;
}

ref ref::at(lua_State* L, int index) {
  lua_pushvalue(L, index);
  return pop(L);
}

void ref::push(lua_State* L) const {
  if (main_)
    lua_rawgeti(L, LUA_REGISTRYINDEX, id_);
  else
    lua_pushnil(L);
}

void ref::reset() noexcept {
  if (main_) luaL_unref(std::exchange(main_, nullptr), LUA_REGISTRYINDEX, id_);
}

}  // namespace plua
