// SPDX-License-Identifier: MIT
#include <plua/core/object.hpp>

namespace plua {
namespace {

struct handle {
  object* item;
};

// Every object metatable carries these, so the userdata is known to be a handle.
object* item_of(lua_State* L, int index) noexcept {
  auto* box = static_cast<handle*>(lua_touserdata(L, index));
  return box ? box->item : nullptr;
}

int collect(lua_State* L) {
  auto* box = static_cast<handle*>(lua_touserdata(L, 1));
  if (!box || !box->item) return 0;
  ptr<object> item(box->item, false);  // takes over the handle's count
  box->item = nullptr;
  item->drop_handle();
  return 0;
}

int close(lua_State* L) {
  if (object* item = item_of(L, 1)) item->on_close();
  return 0;
}

int same(lua_State* L) {
  // The other operand may be a userdata of somebody else.
  const bool comparable = lua_type(L, 1) == LUA_TUSERDATA && lua_type(L, 2) == LUA_TUSERDATA &&
                          lua_getmetatable(L, 1) && lua_getmetatable(L, 2) && lua_rawequal(L, -1, -2);
  lua_pushboolean(L, comparable && item_of(L, 1) == item_of(L, 2));
  return 1;
}

int describe(lua_State* L) {
  const char* name = lua_tostring(L, lua_upvalueindex(1));
  object* item = item_of(L, 1);
  {
    const std::string label = item ? item->label() : "collected";
    if (!label.empty())
      lua_pushfstring(L, "%s (%s)", name, label.c_str());
    else
      lua_pushfstring(L, "%s: %p", name, lua_topointer(L, 1));
  }
  return 1;
}

// object[key]: a method, or what its getter returns. Upvalues: methods, getters.
int index(lua_State* L) {
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TNIL) return 1;
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);  // a getter of ours; its frame and this one hold trivial objects only
  return 1;
}

void set_function(lua_State* L, const char* key, lua_CFunction function) {
  lua_pushstring(L, key);
  lua_pushcfunction(L, function);
  lua_rawset(L, -3);
}

}  // namespace

std::size_t next_class_id() noexcept {
  static std::size_t next = 0;
  return next++;
}

void push_class_metatable(lua_State* L, const char* name, std::size_t id) {
  if (!luaL_newmetatable(L, name)) return;
  set_function(L, "__gc", &collect);
  set_function(L, "__close", &close);
  set_function(L, "__eq", &same);
  lua_pushliteral(L, "__tostring");
  lua_pushstring(L, name);
  lua_pushcclosure(L, &describe, 1);
  lua_rawset(L, -3);
  lua_newtable(L);
  lua_pushliteral(L, "__methods");
  lua_pushvalue(L, -2);
  lua_rawset(L, -4);
  lua_pushliteral(L, "__index");
  lua_insert(L, -2);
  lua_rawset(L, -3);
  lua_pushliteral(L, "__metatable");  // scripts see the name, not the table: a forged __gc could free twice
  lua_pushstring(L, name);
  lua_rawset(L, -3);
  state::of(L).set_metatable(id, lua_topointer(L, -1));
}

void push_class_methods(lua_State* L) {
  lua_pushliteral(L, "__methods");
  lua_rawget(L, -2);
}

void push_class_getters(lua_State* L) {
  lua_pushliteral(L, "__getters");
  if (lua_rawget(L, -2) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushliteral(L, "__getters");
  lua_pushvalue(L, -2);
  lua_rawset(L, -4);
  lua_pushliteral(L, "__index");
  lua_pushliteral(L, "__methods");
  lua_rawget(L, -4);
  lua_pushvalue(L, -3);
  lua_pushcclosure(L, &index, 2);
  lua_rawset(L, -4);
}

object* test_object(lua_State* L, int index, std::size_t id) noexcept {
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return nullptr;
  const void* have = lua_topointer(L, -1);
  lua_pop(L, 1);
  const void* want = state::of(L).metatable(id);
  return want && have == want ? item_of(L, index) : nullptr;
}

void push_object(lua_State* L, ptr<object> item, const char* name, std::size_t id) {
  auto* box = static_cast<handle*>(lua_newuserdatauv(L, sizeof(handle), 0));
  box->item = nullptr;
  push_class_metatable(L, name, id);
  lua_setmetatable(L, -2);
  item->add_handle();
  box->item = item.detach();
}

}  // namespace plua
