// SPDX-License-Identifier: MIT
// Owns one lua_State, its memory, and the way back from a lua_State to the C++ side.
#pragma once

#include <plua/core/block_allocator.hpp>

#include <lua.hpp>

#include <utility>
#include <vector>

namespace plua {

/// One Lua state with the standard libraries open. Out of memory ends the process with a message: no C++
/// frame below a Lua call can be unwound safely by Lua's longjmp.
class state {
 public:
  /// `owner` is what `owner_of(L)` gives back: the runtime that the state belongs to, or null.
  explicit state(void* owner = nullptr);
  ~state();
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  lua_State* get() const noexcept { return L_; }
  const block_allocator& memory() const noexcept { return memory_; }

  /// Runs the finalizers and frees the Lua side; later calls do nothing. The destructor does it otherwise.
  void close() noexcept;
  /// Whether `close` runs finalizers now. What they make gets no finalizer any more, so Lua will not let go
  /// of it: `let_go(item)` is called instead when the state has closed.
  bool closing() const noexcept { return closing_; }
  void after_close(void (*let_go)(void*), void* item) { left_.emplace_back(let_go, item); }

  /// Tells the collector of memory outside Lua that a new handle keeps: it would let dead handles pile up
  /// otherwise, being cheap in its books. // [-0, +0, -] (runs finalizers)
  void account(lua_State* L, std::size_t bytes) {
    if ((unaccounted_ += bytes) >= accounting_step) account_now(L);
  }

  /// The state that a thread belongs to. Costs two loads: it is the allocator's user data.
  static state& of(lua_State* L) noexcept;
  static void* owner_of(lua_State* L) noexcept { return of(L).owner_; }
  void set_owner(void* owner) noexcept { owner_ = owner; }

 private:
  static constexpr std::size_t accounting_step = 16 * 1024;
  void account_now(lua_State* L);

  void* owner_;
  block_allocator memory_;
  lua_State* L_ = nullptr;
  std::size_t unaccounted_ = 0;
  bool closing_ = false;
  std::vector<std::pair<void (*)(void*), void*>> left_;
};

}  // namespace plua
