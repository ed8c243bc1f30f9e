// SPDX-License-Identifier: MIT
// A request as tables.
#include <plua/core/json.hpp>
#include <plua/web/callback_front.hpp>

#include <algorithm>

namespace plua::web {
namespace {

void push_text(lua_State* L, std::string_view text) { lua_pushlstring(L, text.data(), text.size()); }

// Adds a value under a name in the table on top; of several values it makes a list. // [-0, +0, m]
void add_value(lua_State* L, std::string_view name, std::string_view text, bool list) {
  push_text(L, name);
  lua_pushvalue(L, -1);
  lua_rawget(L, -3);
  if (lua_isnil(L, -1) && !list) {
    lua_pop(L, 1);
    push_text(L, text);
    lua_rawset(L, -3);
    return;
  }
  if (!lua_istable(L, -1)) {
    const bool first = !lua_isnil(L, -1);
    lua_createtable(L, 2, 0);
    lua_insert(L, -2);
    if (first)
      lua_rawseti(L, -2, 1);
    else
      lua_pop(L, 1);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, -5);
  }
  push_text(L, text);
  lua_rawseti(L, -2, static_cast<lua_Integer>(lua_rawlen(L, -2)) + 1);
  lua_pop(L, 2);
}

void set_text(lua_State* L, const char* name, std::string_view text) {
  lua_pushstring(L, name);
  push_text(L, text);
  lua_rawset(L, -3);
}

// JSON where it is that and says something, else the text; nothing for a method without a body.
void set_body(lua_State* L, const request& asked) {
  if (asked.body().empty() && (asked.method() == "GET" || asked.method() == "DELETE")) return;
  lua_pushliteral(L, "body");
  try {
    json::decode(L, asked.body());
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      push_text(L, asked.body());
    }
  } catch (const failure&) {
    push_text(L, asked.body());
  }
  lua_rawset(L, -3);
}

}  // namespace

void push_headers(lua_State* L, const request& asked, bool lower_case) {
  lua_createtable(L, 0, static_cast<int>(asked.fields().size()));
  for (const auto& f : asked.fields()) {
    std::string name(asked.view(f.name));
    if (lower_case)
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    add_value(L, name, asked.view(f.value), false);
  }
}

void push_query(lua_State* L, const request& asked, bool lists) {
  lua_newtable(L);
  for (std::string_view rest = asked.query(); !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (equals == 0) continue;
    add_value(L, percent_decode(pair.substr(0, equals), true),
              percent_decode(pair.substr(std::min(equals + 1, pair.size())), true), lists);
  }
}

void push_message_of(lua_State* L, const request& asked) {
  lua_createtable(L, 0, 6);
  set_text(L, "type", "http_request");
  set_text(L, "method", asked.method());
  set_text(L, "path", percent_decode(asked.raw_path(), false));
  lua_pushliteral(L, "query");
  push_query(L, asked, true);
  lua_rawset(L, -3);
  lua_pushliteral(L, "headers");
  push_headers(L, asked, false);
  lua_rawset(L, -3);
  set_body(L, asked);
}

}  // namespace plua::web
