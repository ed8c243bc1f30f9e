// SPDX-License-Identifier: MIT
// The callback form of a waiting function, made of its waiting form.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/traceback.hpp>

namespace plua::detail {
namespace {

int after_callback(lua_State*, int, lua_KContext) { return 0; }

// Stack: callback, results...
int after_operation(lua_State* L, int, lua_KContext) {
  lua_callk(L, lua_gettop(L) - 1, 0, 0, &after_callback);
  return 0;
}

// Stack: callback, function, arguments...
int run_callback(lua_State* L) {
  lua_callk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, &after_operation);
  return after_operation(L, LUA_OK, 0);
}

// The running C function's origin of errors; the string lives as long as the registration.
std::string_view callback_origin(lua_State* L) {
  std::size_t size = 0;
  const char* text = lua_tolstring(L, lua_upvalueindex(2), &size);
  return text ? std::string_view(text, size) : "Callback";
}

// Moves the callback, the running function and its arguments to the task's thread and starts it.
void fill_callback_task(lua_State* L, task& t, void (*check)(lua_State*)) {
  lua_State* thread = t.thread();
  const int arguments = lua_gettop(L) - 1;
  if (!lua_checkstack(thread, arguments + 3)) throw std::length_error("too many arguments");
  lua_pushcfunction(thread, &run_callback);
  lua_xmove(L, thread, 1);
  check(L);
  t.set_spawn_site(scheduler::of(L).sites().take(L));
  lua_Debug ar;
  lua_getstack(L, 0, &ar);
  lua_getinfo(L, "f", &ar);
  lua_insert(L, 1);
  lua_xmove(L, thread, arguments + 1);
  scheduler::of(L).start(t, arguments + 2);
}

}  // namespace

int start_callback(lua_State* L, void (*check)(lua_State*)) noexcept {
  try {
    ptr<task> t = scheduler::of(L).create({.origin = callback_origin(L)});
    try {
      fill_callback_task(L, *t, check);
    } catch (...) {
      t->cancel();
      throw;
    }
    return 0;
  } catch (...) {
    return translate_exception(L, 0);
  }
}

int push_cancelled(lua_State* L, task& t) noexcept {
  push_error(L, failure(make_error_code(errc::cancelled), t.title()));
  return raise;
}

}  // namespace plua::detail
