// SPDX-License-Identifier: MIT
// The word that Lua keeps for us in front of every thread. It says how an active thread is reached:
//   0           not running and not waiting, or running outside any task
//   thread      the coroutine that resumed this one
//   task | 1    the root thread of that task
#pragma once

#include <lua.hpp>

#include <cstdint>

namespace plua {

class task;

namespace link {

inline std::uintptr_t& word(lua_State* L) noexcept {
  return *static_cast<std::uintptr_t*>(lua_getextraspace(L));
}
inline bool active(lua_State* L) noexcept { return word(L) != 0; }
inline bool is_root(lua_State* L) noexcept { return (word(L) & 1) != 0; }
inline task* task_of_root(lua_State* L) noexcept {
  return reinterpret_cast<task*>(word(L) & ~std::uintptr_t{1});
}
inline lua_State* resumer(lua_State* L) noexcept { return reinterpret_cast<lua_State*>(word(L)); }

inline void set_root(lua_State* L, task* t) noexcept { word(L) = reinterpret_cast<std::uintptr_t>(t) | 1; }
inline void set_resumer(lua_State* L, lua_State* from) noexcept {
  word(L) = reinterpret_cast<std::uintptr_t>(from);
}
inline void clear(lua_State* L) noexcept { word(L) = 0; }

/// The task at the end of the chain, or null outside any task.
inline task* owner(lua_State* L) noexcept {
  while (active(L) && !is_root(L)) L = resumer(L);
  return active(L) ? task_of_root(L) : nullptr;
}

}  // namespace link
}  // namespace plua
