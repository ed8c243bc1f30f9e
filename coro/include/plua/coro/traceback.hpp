// SPDX-License-Identifier: MIT
// Tracebacks over a whole chain of coroutines, and names of C functions on the stack.
#pragma once

#include <lua.hpp>

#include <string>

namespace plua {

/// The frames of `thread` from `level` on, then those of the coroutines that resumed it, with a line between.
/// Starts with "stack traceback:". `L` is a thread with free stack space. // [-0, +0, m]
std::string chain_traceback(lua_State* L, lua_State* thread, int level);

/// The frames of one thread, one a line, without a head line. // [-0, +0, m]
std::string thread_traceback(lua_State* L, lua_State* thread, int level);

/// The innermost C function (or finalizer, or hook) in the chain of `L` that Lua cannot suspend:
/// "table.sort".
std::string unsuspendable_frame(lua_State* L);

/// The error value at `index` as text, through a protected __tostring. // [-0, +0, m]
std::string error_text(lua_State* L, int index);

}  // namespace plua
