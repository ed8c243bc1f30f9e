// SPDX-License-Identifier: MIT
// What the runtime replaces in Lua's standard libraries so that an operation suspends the whole task from any
// depth of coroutines and from inside a module that is being loaded.
#pragma once

#include <lua.hpp>

namespace plua {

/// coroutine.create, resume, wrap, yield, close, status, running, isyieldable: stock behaviour for stock use.
void install_coroutine_library(lua_State* L);

/// Whether a wait below this C function suspends it: the functions that coroutine.wrap makes.
bool waits_pass_through(lua_CFunction function);

/// A `require` whose loader may wait. Tasks that require a module while another loads it wait for that one.
void install_require(lua_State* L);

}  // namespace plua
