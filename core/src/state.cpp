// SPDX-License-Identifier: MIT
#include <plua/core/state.hpp>

#include <cstdio>
#include <cstdlib>

namespace plua {
namespace {

void* allocate(void* user, void* block, std::size_t old_size, std::size_t new_size) {
  auto& owner = *static_cast<state*>(user);
  void* made = const_cast<block_allocator&>(owner.memory()).reallocate(block, old_size, new_size);
  if (!made && new_size != 0) {
    std::fprintf(stderr, "plua: out of memory (%zu bytes in use, %zu asked)\n", owner.memory().in_use(),
                 new_size);
    std::abort();
  }
  return made;
}

int panic(lua_State* L) {
  const char* text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "error value is not a string";
  std::fprintf(stderr, "plua: unprotected Lua error: %s\n", text);
  return 0;  // Lua aborts
}

}  // namespace

state::state(void* owner) : owner_(owner) {
  L_ = lua_newstate(&allocate, this);
  if (!L_) std::abort();
  lua_atpanic(L_, &panic);
  // lua_newstate leaves this word as it finds it, and every new thread copies it.
  *static_cast<void**>(lua_getextraspace(L_)) = nullptr;
  luaL_openlibs(L_);
}

state::~state() { close(); }

void state::close() noexcept {
  closing_ = true;
  if (L_) lua_close(L_);  // finalizers still find the state through L_
  L_ = nullptr;
  for (const auto& [let_go, item] : left_) let_go(item);
  left_.clear();
}

void state::account_now(lua_State* L) {
  const auto kilobytes = static_cast<int>(unaccounted_ / 1024);
  unaccounted_ %= 1024;
  if (!closing_ && lua_gc(L, LUA_GCISRUNNING)) lua_gc(L, LUA_GCSTEP, kilobytes);
}

state& state::of(lua_State* L) noexcept {
  void* user = nullptr;
  lua_getallocf(L, &user);
  return *static_cast<state*>(user);
}

}  // namespace plua
