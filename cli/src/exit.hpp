// SPDX-License-Identifier: MIT
// os.exit, for a state that runs inside an event loop.
#pragma once

#include <plua/coro/runtime.hpp>

#include <functional>

namespace plua::cli {

/// Replaces os.exit. `os.exit(code)` ends the process at once, as in stock Lua. `os.exit(code, true)` calls
/// `leave` with the code and never returns to the script: the program is to destroy the runtime, which runs
/// the `<close>` variables of all tasks and all finalizers.
void install_exit(runtime& r, std::function<void(int code)> leave);

}  // namespace plua::cli
