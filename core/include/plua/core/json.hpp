// SPDX-License-Identifier: MIT
// JSON (RFC 8259) straight into Lua values and back, without a tree in between.
#pragma once

#include <plua/core/error.hpp>

#include <lua.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace plua::json {

/// Deeper nesting is refused, when reading and when writing.
inline constexpr int depth_limit = 1000;

enum class errc {
  not_representable = 1,  ///< a function, a thread, a userdata
  bad_key,                ///< a key that is neither a string nor a number
  not_finite,             ///< nan or infinity
  not_utf8,               ///< a string that is not valid UTF-8
  cycle,                  ///< a table that contains itself
  too_deep,
};

const boost::system::error_category& category() noexcept;
inline error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), category()}; }

/// Pushes the value of the text. Integers that fit stay integers, other numbers are floats, rounded
/// correctly; an array is a table from 1 to n; an empty one carries the array mark. `null` is the value at
/// `null_index`, nil when that is 0. Of equal keys the last counts. Throws failure("JSON parse error", "line
/// L column C").
/// // [-0, +1, m]
void decode(lua_State* L, std::string_view text, int null_index = 0);

/// How a text is laid out.
struct format {
  std::string_view after_comma = {};  ///< between elements: " " makes ", "
  std::string_view after_colon = {};
  bool ascii = false;   ///< everything above U+007F as \uXXXX
  bool sorted = false;  ///< keys in order: first those of `first_keys`, then by their bytes
  std::span<const std::string_view> first_keys = {};
  int indent = 0;  ///< spaces a level; 0 writes one line
};

/// Appends the value at `index`. A table is an array when its keys are exactly 1 to n, or when it is empty
/// and carries the array mark; otherwise it is an object, numbers as keys becoming strings. Throws
/// failure("JSON encode error"). // [-0, +0, m]
void encode(lua_State* L, int index, const format& how, std::string& out);

/// Marks the table on top as an array, also when it is empty. // [-0, +0, m]
void mark_array(lua_State* L);
bool has_array_mark(lua_State* L, int index);  // [-0, +0, -]
/// Pushes what stands for `null`: a light userdata. // [-0, +1, -]
void push_null(lua_State* L);

}  // namespace plua::json

template <>
struct boost::system::is_error_code_enum<plua::json::errc> : std::true_type {};
