// SPDX-License-Identifier: MIT
#include <plua/core/bind.hpp>

namespace plua {
namespace {

// The text of luaL_argerror, raised by the border instead of from inside a body.
int push_argument_error(lua_State* L, const arg_error& e, int reading) {
  int index = e.index() ? e.index() : reading;
  const char* name =
      lua_type(L, lua_upvalueindex(1)) == LUA_TSTRING ? lua_tostring(L, lua_upvalueindex(1)) : "?";
  lua_Debug ar;
  const bool method =
      lua_getstack(L, 0, &ar) && lua_getinfo(L, "n", &ar) && std::string_view(ar.namewhat) == "method";
  luaL_where(L, 1);
  if (method && index == 1) {
    lua_pushfstring(L, "calling '%s' on bad self (%s)", name, e.what());
  } else {
    lua_pushfstring(L, "bad argument #%d to '%s' (%s)", method ? index - 1 : index, name, e.what());
  }
  lua_concat(L, 2);
  return raise;
}

}  // namespace

int translate_exception(lua_State* L, int first_slot) noexcept {
  try {
    throw;
  } catch (const arg_error& e) {
    return push_argument_error(L, e, first_slot);
  } catch (const raised_failure& e) {
    push_error(L, e);
    return raise;
  } catch (const failure& e) {
    lua_pushnil(L);
    push_error(L, e);
    return 2;
  } catch (const boost::system::system_error& e) {
    lua_pushnil(L);
    push_error(L, failure(e.code(), {}));
    return 2;
  } catch (const std::exception& e) {
    luaL_where(L, 1);
    lua_pushstring(L, e.what());
    lua_concat(L, 2);
    return raise;
  }
  // Anything else is not a std::exception: noexcept ends the process here, where it is still visible.
}

int raise_top(lua_State* L) { return lua_error(L); }

}  // namespace plua
