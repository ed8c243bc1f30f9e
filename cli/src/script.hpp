// SPDX-License-Identifier: MIT
// From the command line to tasks: what scripts see of it, and the tasks that run code.
//
// Nothing here keeps a reference into Lua: the coroutines that wait for these tasks may die after the Lua
// state.
#pragma once

#include "options.hpp"
#include <plua/coro/runtime.hpp>

#include <string>
#include <vector>

namespace plua::cli {

/// Sets `arg`, `_PLUA_VERSION`, `_PY.args`, `_PY.debug` and an empty `_PY.pluaconfig`.
void set_globals(runtime& r, const options& o);

/// A task that runs `code` with these arguments as a main chunk: a plain yield at its root is an error.
ptr<task> start(runtime& r, const function& code, const std::vector<std::string>& arguments);

/// A task that requires a module. Throws script_error when `require` is gone.
ptr<task> start_library(runtime& r, const std::string& module);
/// Assigns what the ended task has loaded to a global.
void set_library(runtime& r, const task& loaded, const std::string& global);

/// A task for the script: `_PY.mainHook(path)` when a library or fragment has set it, the file otherwise.
/// Throws script_error (syntax) or failure (no such file).
ptr<task> start_file(runtime& r, const options& o);
/// The same for the text of a script that came from stdin.
ptr<task> start_text(runtime& r, const options& o, std::string_view text);

}  // namespace plua::cli
