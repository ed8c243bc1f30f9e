// SPDX-License-Identifier: MIT
// The files .plua.lua of the home and of the working directory.
#pragma once

#include "diagnostics.hpp"
#include <plua/coro/runtime.hpp>

namespace plua::cli {

/// Runs them, each as a task, and merges the tables they give into `_PY.pluaconfig`, the later one winning
/// key by key. A file that fails is a warning.
asio::awaitable<void> load_config(runtime& r, const diagnostics& out);

}  // namespace plua::cli
