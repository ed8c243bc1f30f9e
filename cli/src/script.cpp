// SPDX-License-Identifier: MIT
#include "script.hpp"

#include <plua/core/version.hpp>
#include <plua/coro/source_text.hpp>

namespace plua::cli {
namespace {

void push_globals(lua_State* L) { lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS); }  // [-0, +1, -]

// Pops the value on top into a field of the table below it. // [-1, +0, m]
void set_field(lua_State* L, std::string_view name) {
  lua_pushlstring(L, name.data(), name.size());
  lua_insert(L, -2);
  lua_rawset(L, -3);
}

// Pushes a field of the table on top, without metamethods; nil when there is no table. // [-0, +1, m]
void get_field(lua_State* L, std::string_view name) {
  if (!lua_istable(L, -1)) return lua_pushnil(L);
  lua_pushlstring(L, name.data(), name.size());
  lua_rawget(L, -2);
}

void push_string(lua_State* L, std::string_view text) { lua_pushlstring(L, text.data(), text.size()); }

// As in stock Lua: the script at 0, its arguments from 1 on, the interpreter and its options below.
void set_arg(lua_State* L, const options& o) {
  const bool has_script = o.script_at < o.line.size();
  const auto zero = static_cast<lua_Integer>(has_script ? o.script_at : 0);
  lua_newtable(L);
  for (std::size_t i = 0; i < o.line.size(); ++i) {
    push_string(L, o.line[i]);
    lua_rawseti(L, -2, static_cast<lua_Integer>(i) - zero);
  }
  set_field(L, "arg");
}

void set_args(lua_State* L, const options& o) {
  lua_newtable(L);
  lua_pushboolean(L, o.debug);
  set_field(L, "debug");
  if (o.task) {
    push_string(L, *o.task);
    set_field(L, "task");
  }
  if (o.timeout) {
    lua_pushnumber(L, *o.timeout);
    set_field(L, "timeout");
  }
  set_field(L, "args");
}

// The hook that shall run the script, if it is set.
function main_hook(lua_State* L) {
  push_globals(L);
  get_field(L, "_PY");
  get_field(L, "mainHook");
  function hook = lua_isfunction(L, -1) ? function(ref::at(L, -1)) : function();
  lua_pop(L, 3);
  return hook;
}

void set_main_file(lua_State* L, const std::string& path) {
  push_globals(L);
  get_field(L, "_PY");
  if (lua_istable(L, -1)) {
    push_string(L, path);
    set_field(L, "mainfile");
  }
  lua_pop(L, 2);
}

}  // namespace

void set_globals(runtime& r, const options& o) {
  lua_State* L = r.lua();
  push_globals(L);
  set_arg(L, o);
  push_string(L, version());
  set_field(L, "_PLUA_VERSION");
  get_field(L, "_PY");
  set_args(L, o);
  if (o.debug) {
    lua_pushboolean(L, 1);
    set_field(L, "debug");
  }
  lua_newtable(L);
  set_field(L, "pluaconfig");
  lua_pop(L, 2);
}

ptr<task> start(runtime& r, const function& code, const std::vector<std::string>& arguments) {
  ptr<task> t = r.tasks().create({.name = "main", .main = true, .keep_results = true});
  lua_State* L = t->thread();
  code.push(L);
  if (!lua_checkstack(L, static_cast<int>(arguments.size()) + 1))
    throw script_error("too many arguments", {});
  for (const std::string& a : arguments) push_string(L, a);
  r.tasks().start(*t, static_cast<int>(arguments.size()));
  return t;
}

ptr<task> start_library(runtime& r, const std::string& module) {
  lua_State* L = r.lua();
  push_globals(L);
  get_field(L, "require");
  const bool callable = lua_isfunction(L, -1);
  function require = callable ? function(ref::at(L, -1)) : function();
  lua_pop(L, 2);
  if (!callable) throw script_error("the global 'require' is not a function", {});
  return start(r, require, {module});
}

void set_library(runtime& r, const task& loaded, const std::string& global) {
  lua_State* L = r.lua();
  push_globals(L);
  const int globals = lua_gettop(L);
  loaded.push_results(L);  // the module, and where it was found
  lua_settop(L, globals + 1);
  set_field(L, global);
  lua_pop(L, 1);
}

ptr<task> start_file(runtime& r, const options& o) {
  if (const function hook = main_hook(r.lua())) return start(r, hook, {*o.script});
  set_main_file(r.lua(), *o.script);
  return start(r, r.load_file(*o.script), o.arguments());
}

ptr<task> start_text(runtime& r, const options& o, std::string_view text) {
  return start(r, r.load(without_head(text), "=stdin"), o.arguments());
}

}  // namespace plua::cli
