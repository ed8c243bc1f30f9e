// SPDX-License-Identifier: MIT
#include <plua/net/http/script_request.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace plua::net::http {
namespace {

constexpr const char* headers_metatable = "plua.http.headers";

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return made;
}

// ---------------------------------------------------------------- reading

/// A number of seconds that is not negative.
struct seconds {
  double count;
};

/// A count that is not negative.
struct count {
  std::size_t number;
};

}  // namespace
}  // namespace plua::net::http

template <>
struct plua::value<plua::net::http::seconds> {
  static net::http::seconds get(lua_State* L, int index) {
    const double n = value<double>::get(L, index);
    if (!(n >= 0)) throw arg_error("a number of seconds that is not negative expected");
    return {n};
  }
};

template <>
struct plua::value<plua::net::http::count> {
  static net::http::count get(lua_State* L, int index) {
    const std::int64_t n = value<std::int64_t>::get(L, index);
    if (n < 0) throw arg_error("a count that is not negative expected");
    return {static_cast<std::size_t>(n)};
  }
};

template <>
struct plua::value<plua::net::http::headers> {
  static net::http::headers get(lua_State* L, int index) {
    if (!lua_istable(L, index)) throw_type_mismatch(L, index, "table");
    index = lua_absindex(L, index);
    net::http::headers list;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
      if (lua_type(L, -2) != LUA_TSTRING) throw arg_error("a name must be a string");
      const std::string name(value<std::string_view>::get(L, -2));
      if (lua_istable(L, -1)) {
        for (std::string& item : values_of(L, name)) list.push_back({name, std::move(item)});
      } else {
        list.push_back({name, text_of(L, name)});
      }
    }
    // The order of a table is random; that of a request should not be.
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return list;
  }

 private:
  static std::vector<std::string> values_of(lua_State* L, const std::string& name) {
    std::vector<std::string> items;
    const int list = lua_gettop(L);
    for (lua_Unsigned i = 1, n = lua_rawlen(L, list); i <= n; ++i) {
      lua_rawgeti(L, list, static_cast<lua_Integer>(i));
      items.push_back(text_of(L, name));
      lua_pop(L, 1);
    }
    return items;
  }
  static std::string text_of(lua_State* L, const std::string& name) {
    if (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER)
      throw arg_error("'" + name + "': string expected, got " + luaL_typename(L, -1));
    // Converting works on a copy: in place it would change the caller's table.
    lua_pushvalue(L, -1);
    std::string text(value<std::string_view>::get(L, -1));
    lua_pop(L, 1);
    return text;
  }
};

namespace plua::net::http {
namespace {

template <class T, class Set>
void read_field(lua_State* L, int table, const char* name, Set set) {
  lua_pushstring(L, name);
  lua_rawget(L, table);
  if (!lua_isnil(L, -1)) {
    try {
      set(value<T>::get(L, -1));
    } catch (const arg_error& e) {
      throw arg_error("field '" + std::string(name) + "': " + e.what());
    }
  }
  lua_pop(L, 1);
}

std::string upper(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return made;
}

// ---------------------------------------------------------------- pushing

// The value under any spelling of the name: only asked when the given one is not there. // [-2, +1, -]
int find_header(lua_State* L) {
  lua_settop(L, 2);
  if (lua_type(L, 1) != LUA_TTABLE || lua_type(L, 2) != LUA_TSTRING) return 0;
  std::size_t size = 0;
  const char* name = lua_tolstring(L, 2, &size);
  for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) continue;
    std::size_t key_size = 0;
    const char* key = lua_tolstring(L, -2, &key_size);
    if (same_name({key, key_size}, {name, size})) return 1;
  }
  return 0;
}

void push_text(lua_State* L, std::string_view text) { lua_pushlstring(L, text.data(), text.size()); }

}  // namespace

void read_request(lua_State* L, int index, request& r) {
  if (!lua_istable(L, index)) throw_type_mismatch(L, index, "table");
  const int table = lua_absindex(L, index);
  read_field<std::string>(L, table, "method", [&](const std::string& v) { r.method = upper(v); });
  read_field<std::string>(L, table, "url", [&](std::string v) { r.url = std::move(v); });
  read_field<headers>(L, table, "headers", [&](headers v) { r.headers = std::move(v); });
  read_field<std::string>(L, table, "body", [&](std::string v) { r.body = std::move(v); });
  read_field<std::string>(L, table, "proxy", [&](std::string v) { r.proxy = std::move(v); });
  read_field<bool>(L, table, "redirect", [&](bool v) { r.follow_redirects = v; });
  for (const char* name : {"maxredirects", "max_redirects"})
    read_field<count>(L, table, name, [&](count v) {
      r.max_redirects = static_cast<int>(std::min<std::size_t>(v.number, 1000));
    });
  read_field<seconds>(L, table, "timeout", [&](seconds v) { r.timeout = v.count; });
  read_field<seconds>(L, table, "connect_timeout", [&](seconds v) { r.connect_timeout = v.count; });
  read_field<count>(L, table, "max_body", [&](count v) { r.body_limit = v.number; });
  read_field<bool>(L, table, "decompress", [&](bool v) { r.decompress = v; });
  read_field<bool>(L, table, "verify", [&](bool v) { r.tls.verify = v; });
  read_field<std::string>(L, table, "ca_file", [&](std::string v) { r.tls.ca_file = std::move(v); });
}

void push_headers(lua_State* L, const headers& list) {
  std::vector<std::pair<std::string, const header*>> sorted;
  sorted.reserve(list.size());
  for (const header& h : list) sorted.emplace_back(lower(h.name), &h);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });

  lua_createtable(L, 0, static_cast<int>(sorted.size()));
  for (auto at = sorted.begin(); at != sorted.end();) {
    const auto next =
        std::find_if(at, sorted.end(), [&](const auto& item) { return item.first != at->first; });
    push_text(L, at->second->name);
    if (next - at == 1) {
      push_text(L, at->second->value);
      ++at;
    } else {
      lua_createtable(L, static_cast<int>(next - at), 0);
      for (lua_Integer i = 1; at != next; ++at, ++i) {
        push_text(L, at->second->value);
        lua_rawseti(L, -2, i);
      }
    }
    lua_rawset(L, -3);
  }
  if (luaL_newmetatable(L, headers_metatable)) {
    lua_pushliteral(L, "__index");
    lua_pushcfunction(L, &find_header);
    lua_rawset(L, -3);
  }
  lua_setmetatable(L, -2);
}

}  // namespace plua::net::http
