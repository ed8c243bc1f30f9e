// SPDX-License-Identifier: MIT
#include <plua/core/modules.hpp>
#include <plua/core/object.hpp>
#include <plua/core/registry.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace plua {

void check(const extension& e) {
  const std::string name = e.qualified_name();
  if (e.about.summary.empty() || e.about.category.empty())
    throw std::logic_error("extension " + name + ": summary and category are required");
  if (!e.variadic && e.about.params.size() != e.param_types.size())
    throw std::logic_error("extension " + name + ": " + std::to_string(e.about.params.size()) +
                           " described and " + std::to_string(e.param_types.size()) + " real parameters");
  if (e.result_types.empty() != e.about.returns.empty())
    throw std::logic_error("extension " + name + ": 'returns' does not match the function");
}

namespace {

// Leaves the named field of the table on top, made when absent. True when it was made. // [-0, +1, m]
bool push_subtable(lua_State* L, int table, std::string_view name) {
  table = lua_absindex(L, table);
  lua_pushlstring(L, name.data(), name.size());
  lua_rawget(L, table);
  if (lua_istable(L, -1)) return false;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushlstring(L, name.data(), name.size());
  lua_pushvalue(L, -2);
  lua_rawset(L, table);
  return true;
}

void push_home(lua_State* L, const extension& e) {
  if (e.make_class) {
    e.make_class(L);
    e.about.property ? push_class_getters(L) : push_class_methods(L);
    lua_remove(L, -2);
  } else if (e.about.module == "_PY") {
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    push_subtable(L, -1, "_PY");
    lua_remove(L, -2);
  } else {
    push_subtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    if (push_subtable(L, -1, e.about.module)) add_lua_part(L, e.about.module);
    lua_remove(L, -2);
  }
}

void set(lua_State* L, const extension& e, std::string_view name) {
  lua_pushlstring(L, name.data(), name.size());
  lua_pushlstring(L, name.data(), name.size());
  lua_pushlstring(L, e.about.callback_origin.data(), e.about.callback_origin.size());
  lua_pushcclosure(L, e.function, 2);  // the upvalues name the function in argument and callback errors
  lua_rawset(L, -3);
}

}  // namespace

std::string extension::qualified_name() const {
  std::string text;
  if (about.module != "_PY") text = about.module;
  if (!about.type.empty() && about.type != about.module)
    text.append(text.empty() ? "" : ".").append(about.type);
  if (!text.empty()) text += about.type.empty() || about.property ? "." : ":";
  return text.append(about.name);
}

std::string extension::signature() const {
  std::string text = qualified_name() + "(";
  for (std::size_t i = 0; i < about.params.size(); ++i) {
    if (i) text += ", ";
    text.append(about.params[i].name);
    if (i < param_types.size()) text += ": " + param_types[i];
  }
  if (form == call_form::waits) text += about.params.empty() ? "[callback]" : "[, callback]";
  text += ")";
  if (!result_types.empty()) text += " -> " + result_types;
  return text;
}

std::vector<extension> collect(std::span<const extension_set* const> sets) {
  std::map<std::string, extension> sorted;
  std::set<std::string> aliases;
  const auto refuse = [](const std::string& name) {
    throw std::logic_error("extension " + name + " is registered twice");
  };
  for (const extension_set* set : sets)
    for (extension& e : set->list()) {
      check(e);
      std::string name = e.qualified_name();
      const std::string home = name.substr(0, name.size() - e.about.name.size());
      for (std::string_view alias : e.about.aliases)
        if (!aliases.insert(home + std::string(alias)).second) refuse(home + std::string(alias));
      const auto [at, made] = sorted.try_emplace(std::move(name), std::move(e));
      if (!made) refuse(at->first);
    }
  for (const std::string& alias : aliases)
    if (sorted.contains(alias)) refuse(alias);

  std::vector<extension> all;
  all.reserve(sorted.size());
  for (auto& [name, e] : sorted) all.push_back(std::move(e));
  return all;
}

void install(lua_State* L, const std::vector<extension>& extensions) {
  for (const extension& e : extensions) {
    push_home(L, e);
    set(L, e, e.about.name);
    for (std::string_view alias : e.about.aliases) set(L, e, alias);
    lua_pop(L, 1);
    if (e.about.global) {
      lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
      set(L, e, e.about.name);
      lua_pop(L, 1);
    }
  }
}

}  // namespace plua
