// SPDX-License-Identifier: MIT
#include <plua/coro/coroutine.hpp>
#include <plua/coro/link.hpp>
#include <plua/coro/scheduler.hpp>
#include <plua/coro/traceback.hpp>

#include <cstring>
#include <string_view>

namespace plua {
namespace {

// C functions of the base library that have a continuation: a wait passes through them.
constexpr std::string_view suspendable[] = {
    "pcall", "xpcall", "dofile", "require", "coroutine.resume", "coroutine.wrap", "error"};

// "table.sort" for the function on top of the stack, found as a value of a loaded module; pops it. // [-1,
// +0, m]
std::string global_name(lua_State* L) {
  std::string found;
  const int function = lua_gettop(L);
  if (!lua_checkstack(L, 8)) return (lua_pop(L, 1), std::string());
  lua_pushliteral(L, LUA_LOADED_TABLE);
  lua_rawget(L, LUA_REGISTRYINDEX);
  const int loaded = lua_gettop(L);
  for (lua_pushnil(L); found.empty() && lua_next(L, loaded); lua_pop(L, 1)) {
    if (!lua_istable(L, -1) || lua_type(L, -2) != LUA_TSTRING) continue;
    const int module = lua_gettop(L);
    const std::string prefix = lua_tostring(L, -2);
    for (lua_pushnil(L); lua_next(L, module); lua_pop(L, 1)) {
      if (lua_type(L, -2) != LUA_TSTRING || !lua_rawequal(L, -1, function)) continue;
      found = prefix == LUA_GNAME ? lua_tostring(L, -2) : prefix + "." + lua_tostring(L, -2);
      lua_settop(L, module);
      break;
    }
  }
  lua_settop(L, function - 1);
  return found;
}

bool is_suspendable(std::string_view name) {
  for (std::string_view s : suspendable)
    if (s == name) return true;
  return false;
}

// What stops a wait in this thread, or an empty string.
std::string blocking_frame(lua_State* L, int level) {
  lua_Debug ar;
  for (; lua_getstack(L, level, &ar); ++level) {
    lua_getinfo(L, "Snf", &ar);
    if (std::strcmp(ar.namewhat, "hook") == 0) {
      lua_pop(L, 1);
      return "a debug hook";
    }
    if (ar.name && std::strcmp(ar.name, "__gc") == 0) {
      lua_pop(L, 1);
      return "a __gc finalizer";
    }
    const bool c_function = ar.what[0] == 'C';
    if (!c_function) {
      lua_pop(L, 1);
      continue;
    }
    const bool passes = waits_pass_through(lua_tocfunction(L, -1));
    const std::string name = global_name(L);
    if (passes) continue;
    if (name.empty() && !ar.name) continue;  // the main function of a task
    if (!is_suspendable(name)) return name.empty() ? ar.name : name;
  }
  return {};
}

}  // namespace

std::string thread_traceback(lua_State* L, lua_State* thread, int level) {
  luaL_traceback(L, thread, nullptr, level);
  std::string text = lua_tostring(L, -1);
  lua_pop(L, 1);
  constexpr std::string_view head = "stack traceback:";
  if (text.starts_with(head)) text.erase(0, head.size());
  // The main function of a task says nothing.
  constexpr std::string_view root = "\n\t[C]: in ?";
  if (text.ends_with(root)) text.erase(text.size() - root.size());
  return text;
}

std::string chain_traceback(lua_State* L, lua_State* thread, int level) {
  std::string text = "stack traceback:" + thread_traceback(L, thread, level);
  while (link::active(thread) && !link::is_root(thread)) {
    thread = link::resumer(thread);
    text += "\n\t(resumed by)" + thread_traceback(L, thread, 0);
  }
  return text;
}

std::string unsuspendable_frame(lua_State* L) {
  if (!link::active(L)) {
    const std::string name = blocking_frame(L, 1);
    if (!name.empty()) return name;
    return scheduler::of(L).wait_forbidden() ? "a __close metamethod that the closing of its coroutine runs"
                                             : "code that runs outside any task";
  }
  for (int level = 1;; level = 0) {
    std::string name = blocking_frame(L, level);
    if (!name.empty()) return name;
    // What else forbids a wait shows no function of its own on the stack.
    if (!link::active(L) || link::is_root(L)) return "a message handler of xpcall or a package searcher";
    L = link::resumer(L);
  }
}

std::string error_text(lua_State* L, int index) {
  index = lua_absindex(L, index);
  if (lua_type(L, index) == LUA_TSTRING || lua_type(L, index) == LUA_TNUMBER) {
    std::size_t size = 0;
    lua_pushvalue(L, index);
    const char* text = lua_tolstring(L, -1, &size);
    std::string copy(text, size);
    lua_pop(L, 1);
    return copy;
  }
  // As lua does: a __tostring counts only when it gives a string.
  lua_pushcfunction(L, [](lua_State* l) {
    if (!luaL_callmeta(l, 1, "__tostring")) lua_pushnil(l);
    return 1;
  });
  lua_pushvalue(L, index);
  const bool called = lua_pcall(L, 1, 1, 0) == LUA_OK;
  std::string text = std::string("(error object is a ") + luaL_typename(L, index) + " value)";
  if (called && lua_type(L, -1) == LUA_TSTRING) text = lua_tostring(L, -1);
  lua_pop(L, 1);
  return text;
}

}  // namespace plua
