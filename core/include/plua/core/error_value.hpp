// SPDX-License-Identifier: MIT
// An I/O failure as Lua sees it: a table with code, message, operation, address, category; tostring gives the
// sentence, and `..` works on it as on a string.
#pragma once

#include <plua/core/error.hpp>

#include <lua.hpp>

namespace plua {

void push_error(lua_State* L, const failure& error);  // [-0, +1, m]

/// Whether the value at `index` is such a table.
bool is_error(lua_State* L, int index);  // [-0, +0, m]

/// The code field of such a table ("cancelled"), or an empty string for any other value.
std::string error_symbol(lua_State* L, int index);  // [-0, +0, m]

}  // namespace plua
