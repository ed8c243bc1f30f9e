// SPDX-License-Identifier: MIT
// Arguments that several families of functions take. They are checked where they are read, so that misuse is
// raised at the call in the callback form too.
#pragma once

#include <plua/core/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plua::net {

/// 0 to 65535.
struct port_number {
  std::uint16_t number;
};

/// A count that is not negative.
struct byte_count {
  std::size_t bytes;
};

/// What ends a read: at least one byte. Valid while it lies on the Lua stack.
struct delimiter {
  std::string_view text;
};

}  // namespace plua::net

template <>
struct plua::value<plua::net::port_number> {
  static std::string name() { return "integer"; }
  static net::port_number get(lua_State* L, int index) {
    const std::int64_t port = value<std::int64_t>::get(L, index);
    if (port < 0 || port > 65535)
      throw arg_error("a port from 0 to 65535 expected, got " + std::to_string(port));
    return {static_cast<std::uint16_t>(port)};
  }
};

template <>
struct plua::value<plua::net::byte_count> {
  static std::string name() { return "integer"; }
  static net::byte_count get(lua_State* L, int index) {
    const std::int64_t n = value<std::int64_t>::get(L, index);
    if (n < 0) throw arg_error("a count that is not negative expected, got " + std::to_string(n));
    return {static_cast<std::size_t>(n)};
  }
};

template <>
struct plua::value<plua::net::delimiter> {
  static std::string name() { return "string"; }
  static net::delimiter get(lua_State* L, int index) {
    const std::string_view text = value<std::string_view>::get(L, index);
    if (text.empty()) throw arg_error("a delimiter of at least one byte expected");
    return {text};
  }
};
