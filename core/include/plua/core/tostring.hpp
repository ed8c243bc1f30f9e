// SPDX-License-Identifier: MIT
// Any value as text, the way tostring makes it: a __tostring of the script runs protected.
#pragma once

#include <plua/core/value.hpp>

#include <string>

namespace plua {

/// Pushes the text of the value at `index`, or, when its __tostring fails, the error value. True for the
/// text, which lies on the stack as a string then. // [-0, +1, m] (may run Lua code, which cannot wait)
bool push_tostring(lua_State* L, int index) noexcept;

/// An argument of any type that is taken as its text.
struct as_text {
  std::string text;
};

template <>
struct value<as_text> {
  static std::string name() { return "any"; }
  static as_text get(lua_State* L, int index);
};

/// An argument of any type, nil included, that must be given: the body takes it from the stack itself.
struct given_value {};

template <>
struct value<given_value> {
  static std::string name() { return "any"; }
  static given_value get(lua_State* L, int index) {
    if (lua_isnone(L, index)) throw arg_error("value expected");
    return {};
  }
};

}  // namespace plua
