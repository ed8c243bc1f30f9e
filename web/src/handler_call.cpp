// SPDX-License-Identifier: MIT
#include <plua/web/handler_call.hpp>
#include <plua/web/session.hpp>

namespace plua::web {
namespace {

// The session lives as long as its task has not ended.
int returned(lua_State* L, int, lua_KContext context) {
  reinterpret_cast<session*>(context)->answered(L);
  return 0;
}

// Stack: session, handler, request.
int call(lua_State* L) {
  const auto context = reinterpret_cast<lua_KContext>(lua_touserdata(L, 1));
  lua_callk(L, 1, 1, context, &returned);
  return returned(L, LUA_OK, context);
}

}  // namespace

void push_handler_call(lua_State* L, const function& handler, const ptr<request>& asked, session& from) {
  lua_pushcfunction(L, &call);
  lua_pushlightuserdata(L, &from);
  handler.push(L);
  value<ptr<request>>::push(L, asked);
}

}  // namespace plua::web
