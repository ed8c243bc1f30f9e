// SPDX-License-Identifier: MIT
// Lua's coroutine library on tasks. A plain generator runs natively, as fast as in stock Lua. When a
// coroutine suspends in an operation its resumer yields too, with a continuation, up to the root; the
// scheduler later resumes the innermost thread directly and hands what it then yields or returns to the
// continuation below.
#include <plua/core/bind.hpp>
#include <plua/coro/coroutine.hpp>
#include <plua/coro/link.hpp>
#include <plua/coro/scheduler.hpp>
#include <plua/coro/traceback.hpp>

#include <string>

namespace plua {
namespace {

lua_State* check_coroutine(lua_State* L, int index) {
  lua_State* thread = lua_tothread(L, index);
  luaL_argexpected(L, thread, index, "thread");
  return thread;
}

// How a resume ended.
enum class resumed { values, error, suspended };

// Resumes `co` with the `arguments` on top of L. Leaves the values or the error on L, or nothing when the
// task is to be suspended.
resumed resume(lua_State* L, lua_State* co, int arguments, int& count) {
  scheduler& tasks = scheduler::of(L);
  if (link::active(co) || co == L) {
    lua_pop(L, arguments);
    const bool waiting = tasks.waiting_task_of(co) != nullptr;
    lua_pushstring(L, waiting ? "cannot resume a coroutine that waits in an operation"
                              : "cannot resume non-suspended coroutine");
    return resumed::error;
  }
  if (!lua_checkstack(co, arguments)) {
    lua_pop(L, arguments);
    lua_pushliteral(L, "too many arguments to resume");
    return resumed::error;
  }
  if (tasks.enter_coroutine() > scheduler::depth_limit) {
    tasks.leave_coroutine();
    lua_pop(L, arguments);
    lua_pushliteral(L, "C stack overflow");
    return resumed::error;
  }
  lua_xmove(L, co, arguments);
  // Below a thread that no task runs, none is run by a task.
  if (link::active(L)) link::set_resumer(co, L);
  const bool blocks = !lua_isyieldable(L);
  if (blocks) tasks.forbid_wait();
  count = 0;
  lua_State* const outer = tasks.running();
  tasks.set_running(co);
  const int status = lua_resume(co, L, arguments, &count);
  tasks.set_running(outer);
  if (blocks) tasks.allow_wait();
  if (status == LUA_YIELD && tasks.suspending()) return resumed::suspended;  // the link stays

  link::clear(co);
  tasks.leave_coroutine();
  if (status == LUA_OK || status == LUA_YIELD) {
    if (lua_checkstack(L, count + 1)) {
      lua_xmove(co, L, count);
      return resumed::values;
    }
    lua_pop(co, count);
    lua_pushliteral(L, "too many results to resume");
    return resumed::error;
  }
  lua_xmove(co, L, 1);
  return resumed::error;
}

// ---------------------------------------------------------------- resume

// Stack above `context`: true, values... | false, error
int continue_resume(lua_State* L, int, lua_KContext context) {
  return lua_gettop(L) - static_cast<int>(context);
}

int co_resume(lua_State* L) {
  lua_State* co = check_coroutine(L, 1);
  int count = 0;
  switch (resume(L, co, lua_gettop(L) - 1, count)) {
    case resumed::suspended:
      // The continuation sees what the scheduler leaves on top of what is here now.
      return lua_yieldk(L, 0, lua_gettop(L), &continue_resume);
    case resumed::values:
      lua_pushboolean(L, 1);
      lua_insert(L, -(count + 1));
      return count + 1;
    case resumed::error:
      break;
  }
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

// ---------------------------------------------------------------- wrap

// The error would lose where it came from when the coroutine is closed: keeps the traceback for the report.
void keep_trace(lua_State* L, lua_State* co) noexcept {
  scheduler& tasks = scheduler::of(L);
  const std::string inner = tasks.take_trace(lua_topointer(L, -1));
  tasks.keep_trace(inner.empty() ? thread_traceback(L, co, 0)
                                 : inner + "\n\t(resumed by)" + thread_traceback(L, co, 0));
}

// The error is on top of L. Raises it as stock wrap does: the coroutine is closed, a string gets a position.
int raise_from(lua_State* L, lua_State* co) {
  int status = lua_status(co);
  const bool failed = status != LUA_OK && status != LUA_YIELD;
  if (failed) {
    keep_trace(L, co);
    lua_pop(L, 1);  // resuming has left the error on the coroutine as well
    scheduler& tasks = scheduler::of(L);
    tasks.forbid_wait();
    status = lua_resetthread(co);
    tasks.allow_wait();
    lua_xmove(co, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  if (failed) scheduler::of(L).mark_trace(lua_topointer(L, -1));
  return lua_error(L);
}

int continue_wrap(lua_State* L, int, lua_KContext context) {
  const int base = static_cast<int>(context);
  if (lua_toboolean(L, base + 1)) return lua_gettop(L) - base - 1;
  return raise_from(L, lua_tothread(L, lua_upvalueindex(1)));
}

int call_wrapped(lua_State* L) {
  lua_State* co = lua_tothread(L, lua_upvalueindex(1));
  int count = 0;
  switch (resume(L, co, lua_gettop(L), count)) {
    case resumed::suspended:
      return lua_yieldk(L, 0, lua_gettop(L), &continue_wrap);
    case resumed::values:
      return count;
    case resumed::error:
      break;
  }
  return raise_from(L, co);
}

lua_State* new_coroutine(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State* made = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, made, 1);
  return made;
}

int co_create(lua_State* L) {
  new_coroutine(L);
  return 1;
}

int co_wrap(lua_State* L) {
  new_coroutine(L);
  lua_pushcclosure(L, &call_wrapped, 1);
  return 1;
}

// ---------------------------------------------------------------- the rest

bool is_main_root(lua_State* thread) {
  return link::is_root(thread) && link::task_of_root(thread)->is_main();
}

int co_yield_(lua_State* L) {
  if (is_main_root(L)) {
    lua_pushliteral(L, "attempt to yield from outside a coroutine");
    return lua_error(L);
  }
  return lua_yield(L, lua_gettop(L));
}

const char* status_of(lua_State* L, lua_State* co) {
  if (L == co) return "running";
  switch (lua_status(co)) {
    case LUA_YIELD:
      return link::active(co) ? "normal" : "suspended";  // active: it waits, or a child of it runs
    case LUA_OK: {
      lua_Debug ar;
      if (lua_getstack(co, 0, &ar)) return "normal";
      return lua_gettop(co) == 0 ? "dead" : "suspended";
    }
    default:
      return "dead";
  }
}

int co_status(lua_State* L) {
  lua_pushstring(L, status_of(L, check_coroutine(L, 1)));
  return 1;
}

int co_close(lua_State* L) {
  lua_State* co = check_coroutine(L, 1);
  scheduler& tasks = scheduler::of(L);
  int status = LUA_OK;
  if (task* waiting = tasks.waiting_task_of(co)) {
    status = tasks.close_waiting(*waiting, co);
  } else {
    const char* state = status_of(L, co);
    if (state[0] == 'r' || state[0] == 'n') return luaL_error(L, "cannot close a %s coroutine", state);
    task* parked = tasks.parked_task(L, 1);
    tasks.forbid_wait();
    status = lua_resetthread(co);
    tasks.allow_wait();
    if (parked) tasks.abandon(*parked);
  }
  lua_pushboolean(L, status == LUA_OK);
  if (status == LUA_OK) return 1;
  lua_xmove(co, L, 1);
  return 2;
}

int co_running(lua_State* L) {
  const bool is_main = lua_pushthread(L) != 0 || is_main_root(L);
  if (link::is_root(L)) link::task_of_root(L)->expose_thread();
  lua_pushboolean(L, is_main);
  return 2;
}

int co_isyieldable(lua_State* L) {
  lua_State* co = lua_isnone(L, 1) ? L : check_coroutine(L, 1);
  lua_pushboolean(L, lua_isyieldable(co) && !is_main_root(co));
  return 1;
}

constexpr luaL_Reg library[] = {
    {"create", &co_create},   {"resume", &co_resume},           {"wrap", &co_wrap},
    {"yield", &co_yield_},    {"status", &co_status},           {"close", &co_close},
    {"running", &co_running}, {"isyieldable", &co_isyieldable}, {nullptr, nullptr}};

}  // namespace

bool waits_pass_through(lua_CFunction function) { return function == &call_wrapped; }

void install_coroutine_library(lua_State* L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushliteral(L, LUA_COLIBNAME);
  lua_rawget(L, -2);  // the table that package.loaded holds too
  luaL_setfuncs(L, library, 0);
  lua_pop(L, 2);
}

}  // namespace plua
