// SPDX-License-Identifier: MIT
// The function at the root of every task: runs the body protected, so that `<close>` variables run (and may
// wait) when it fails, takes the traceback, and reports the end to the scheduler.
#pragma once

#include <lua.hpp>

namespace plua {

/// Stack: body, arguments...
int task_main(lua_State* L);

}  // namespace plua
