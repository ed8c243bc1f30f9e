// SPDX-License-Identifier: MIT
// A C++ owner of one Lua value.
#pragma once

#include <lua.hpp>

#include <utility>

namespace plua {

/// Keeps a Lua value alive by a reference in the registry. Move-only. It must die before its state closes.
class ref {
 public:
  ref() = default;
  /// Takes the value on top of the stack. // [-1, +0, m]
  static ref pop(lua_State* L);
  /// Refers to the value at `index`. // [-0, +0, m]
  static ref at(lua_State* L, int index);

  ref(ref&& other) noexcept
      : main_(std::exchange(other.main_, nullptr)), id_(std::exchange(other.id_, LUA_NOREF)) {}
  ref& operator=(ref&& other) noexcept {
    ref old(std::move(*this));
    main_ = std::exchange(other.main_, nullptr);
    id_ = std::exchange(other.id_, LUA_NOREF);
    return *this;
  }
  ~ref() { reset(); }

  explicit operator bool() const noexcept { return main_ != nullptr; }
  /// Pushes the value (nil when empty) on a thread of the same state. // [-0, +1, -]
  void push(lua_State* L) const;
  void reset() noexcept;
  /// Forgets the value without touching the state: for owners that outlive it.
  void forget() noexcept { main_ = nullptr; }

 private:
  lua_State* main_ = nullptr;
  int id_ = LUA_NOREF;
};

}  // namespace plua
