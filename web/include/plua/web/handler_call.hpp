// SPDX-License-Identifier: MIT
// The Lua side of a request: what its task runs.
#pragma once

#include <plua/core/value.hpp>
#include <plua/web/request.hpp>

namespace plua::web {

class session;

/// Pushes a function and its arguments which call the handler with the request and tell the session what it
/// returned. // [-0, +4, m]
void push_handler_call(lua_State* L, const function& handler, const ptr<request>& asked, session& from);
inline constexpr int handler_call_arguments = 3;

}  // namespace plua::web
