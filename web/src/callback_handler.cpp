// SPDX-License-Identifier: MIT
// The Lua side of PLua's web callbacks: each may wait, and the last that returns something answers.
#include <plua/core/json.hpp>
#include <plua/web/callback_front.hpp>

namespace plua::web {
namespace {

// Stack: request, message, answer. Puts the message in place and says whether there are callbacks.
bool prepare(lua_State* L) noexcept {
  object* found = test_object(L, 1, class_tag_of<request>);
  if (!found) return false;
  push_message_of(L, static_cast<const request&>(*found));
  lua_replace(L, 2);
  auto& front = runtime::of(L).use<callback_front>();
  if (front.callbacks() > 0) return true;
  lua_pushvalue(L, 2);
  front.keep_message(L);
  lua_pop(L, 1);
  return false;
}

bool push_callback(lua_State* L, lua_KContext number) noexcept {
  auto& front = runtime::of(L).use<callback_front>();
  const auto index = static_cast<std::size_t>(number);
  if (index >= front.callbacks()) return false;
  front.callback(index).push(L);
  return true;
}

// What a request gets that nobody answers: PLua's acknowledgement.
void push_acknowledgement(lua_State* L) noexcept {
  auto& asked = static_cast<request&>(*test_object(L, 1, class_tag_of<request>));
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "json");
  lua_createtable(L, 0, 4);
  const auto set = [L](const char* name, std::string_view text) {
    lua_pushstring(L, name);
    lua_pushlstring(L, text.data(), text.size());
    lua_rawset(L, -3);
  };
  set("status", "received");
  set("path", asked.raw_path());
  set("method", asked.method());
  if (!asked.body().empty()) {
    lua_pushliteral(L, "body_length");
    lua_pushinteger(L, static_cast<lua_Integer>(asked.body().size()));
    lua_rawset(L, -3);
  }
  lua_rawset(L, -3);
}

int next_callback(lua_State* L, int, lua_KContext number) {
  for (;; ++number) {
    if (number > 0) {  // the result of the one before lies on top
      if (lua_isnil(L, -1))
        lua_pop(L, 1);
      else
        lua_replace(L, 3);
    }
    if (!push_callback(L, number)) break;
    lua_pushvalue(L, 2);
    lua_callk(L, 1, 1, number + 1, &next_callback);
  }
  if (lua_isnil(L, 3)) push_acknowledgement(L);
  return 1;
}

int handle(lua_State* L) {
  lua_settop(L, 3);
  if (prepare(L)) return next_callback(L, LUA_OK, 0);
  push_acknowledgement(L);
  return 1;
}

}  // namespace

void push_callback_handler(lua_State* L) { lua_pushcfunction(L, &handle); }

}  // namespace plua::web
