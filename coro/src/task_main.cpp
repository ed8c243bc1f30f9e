// SPDX-License-Identifier: MIT
#include <plua/core/bind.hpp>
#include <plua/coro/link.hpp>
#include <plua/coro/scheduler.hpp>
#include <plua/coro/task_main.hpp>
#include <plua/coro/traceback.hpp>

namespace plua {
namespace {

// The message handler: the stack of the error is still there.
int note_error(lua_State* L) {
  scheduler& tasks = scheduler::of(L);
  if (task* t = tasks.current()) {
    if (error_symbol(L, 1) != "cancelled") {
      std::string trace = tasks.take_trace(lua_topointer(L, 1));
      std::string text = chain_traceback(L, L, 1);
      if (!trace.empty()) text.insert(sizeof("stack traceback:") - 1, trace + "\n\t(resumed by)");
      tasks.set_failure(*t, error_text(L, 1), std::move(text));
    }
  }
  return 1;
}

int finish_body(lua_State* L, int status, task& t) noexcept {
  const bool ok = status == LUA_OK || status == LUA_YIELD;
  lua_checkstack(L, LUA_MINSTACK);           // the results may fill the frame; Lua's reserve is not for us
  const bool by_script = !link::is_root(L);  // a parked task that coroutine.resume has continued
  scheduler::of(L).ended(L, t, 2, ok);
  if (!by_script) {
    lua_settop(L, 0);
    return 0;
  }
  return ok ? lua_gettop(L) - 1 : raise;
}

int finish(lua_State* L, int status, lua_KContext context) {
  const int count = finish_body(L, status, *reinterpret_cast<task*>(context));
  return count == raise ? raise_top(L) : count;
}

}  // namespace

int task_main(lua_State* L) {
  const auto context = reinterpret_cast<lua_KContext>(link::task_of_root(L));
  lua_pushcfunction(L, &note_error);
  lua_insert(L, 1);
  return finish(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, context, &finish), context);
}

}  // namespace plua
