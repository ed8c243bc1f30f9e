// SPDX-License-Identifier: MIT
// Owns one lua_State, its memory, and the way back from a lua_State to the C++ side.
#pragma once

#include <plua/core/block_allocator.hpp>

#include <lua.hpp>

#include <cstddef>
#include <vector>

namespace plua {

/// One Lua state with the standard libraries open. Out of memory ends the process with a message: no C++ frame
/// below a Lua call can be unwound safely by Lua's longjmp.
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

  /// The state that a thread belongs to. Costs two loads: it is the allocator's user data.
  static state& of(lua_State* L) noexcept;
  static void* owner_of(lua_State* L) noexcept { return of(L).owner_; }
  void set_owner(void* owner) noexcept { owner_ = owner; }

  /// The address of the metatable of an object class, for a check without a string lookup (see object.hpp).
  const void* metatable(std::size_t class_id) const noexcept {
    return class_id < metatables_.size() ? metatables_[class_id] : nullptr;
  }
  void set_metatable(std::size_t class_id, const void* address);

 private:
  void* owner_;
  block_allocator memory_;
  std::vector<const void*> metatables_;
  lua_State* L_ = nullptr;
};

}  // namespace plua
