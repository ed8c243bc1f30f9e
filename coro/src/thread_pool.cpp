// SPDX-License-Identifier: MIT
#include <plua/coro/link.hpp>
#include <plua/coro/thread_pool.hpp>

namespace plua {

thread_pool::entry thread_pool::take() {
  if (!idle_.empty()) {
    const entry e = idle_.back();
    idle_.pop_back();
    return e;
  }
  lua_State* made = lua_newthread(main_thread_);
  link::clear(made);
  return {made, luaL_ref(main_thread_, LUA_REGISTRYINDEX)};
}

void thread_pool::give_back(entry e) {
  if (idle_.size() >= keep) return drop(e);
  lua_settop(e.thread, 0);
  if (lua_gethook(e.thread)) lua_sethook(e.thread, nullptr, 0, 0);  // set by the script for its own coroutine
  link::clear(e.thread);
  idle_.push_back(e);
}

void thread_pool::drop(entry e) {
  link::clear(e.thread);
  luaL_unref(main_thread_, LUA_REGISTRYINDEX, e.reference);
}

}  // namespace plua
