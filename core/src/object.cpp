// SPDX-License-Identifier: MIT
#include <plua/core/object.hpp>

namespace plua {
namespace {

struct handle {
  const class_tag* tag;
  object* item;
};

// The handle at `index` of a class, null for every other value: also for a userdata of somebody else that a
// script has brought here by way of the debug library.
handle* test_handle(lua_State* L, int index, const void* tag) noexcept {
  if (lua_type(L, index) != LUA_TUSERDATA || lua_rawlen(L, index) != sizeof(handle)) return nullptr;
  auto* box = static_cast<handle*>(lua_touserdata(L, index));
  return box->tag == tag ? box : nullptr;
}

// The same in a metamethod, whose first upvalue is the tag of its class.
handle* own_handle(lua_State* L, int index) noexcept {
  return test_handle(L, index, lua_touserdata(L, lua_upvalueindex(1)));
}

int collect(lua_State* L) {
  handle* box = own_handle(L, 1);
  if (!box || !box->item) return 0;
  ptr<object> item(box->item, false);  // takes over the handle's count
  box->item = nullptr;
  item->drop_handle();
  return 0;
}

// As the finalizer of a handle.
void let_go(void* item) {
  ptr<object> last(static_cast<object*>(item), false);
  last->drop_handle();
}

int close(lua_State* L) {
  if (handle* box = own_handle(L, 1); box && box->item) box->item->on_close();
  return 0;
}

int same(lua_State* L) {
  const handle* left = own_handle(L, 1);
  const handle* right = own_handle(L, 2);
  lua_pushboolean(L, left && right && left->item == right->item);
  return 1;
}

int describe(lua_State* L) {
  const handle* box = own_handle(L, 1);
  const char* name = static_cast<const class_tag*>(lua_touserdata(L, lua_upvalueindex(1)))->name;
  {
    const std::string label = box && box->item ? box->item->label() : "collected";
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

void set_metamethod(lua_State* L, const char* key, lua_CFunction function, const class_tag& tag) {
  lua_pushstring(L, key);
  lua_pushlightuserdata(L, const_cast<class_tag*>(&tag));
  lua_pushcclosure(L, function, 1);
  lua_rawset(L, -3);
}

}  // namespace

void push_class_metatable(lua_State* L, const class_tag& tag) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tag) == LUA_TTABLE) return;
  lua_pop(L, 1);
  luaL_newmetatable(L, tag.name);
  set_metamethod(L, "__gc", &collect, tag);
  set_metamethod(L, "__close", &close, tag);
  set_metamethod(L, "__eq", &same, tag);
  set_metamethod(L, "__tostring", &describe, tag);
  lua_newtable(L);
  lua_pushliteral(L, "__methods");
  lua_pushvalue(L, -2);
  lua_rawset(L, -4);
  lua_pushliteral(L, "__index");
  lua_insert(L, -2);
  lua_rawset(L, -3);
  lua_pushliteral(L, "__metatable");  // scripts see the name, not the table: they have no business in it
  lua_pushstring(L, tag.name);
  lua_rawset(L, -3);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &tag);
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

object* test_object(lua_State* L, int index, const class_tag& tag) noexcept {
  const handle* box = test_handle(L, index, &tag);
  return box ? box->item : nullptr;
}

void push_object(lua_State* L, ptr<object> item, const class_tag& tag, std::size_t size) {
  auto* box = static_cast<handle*>(lua_newuserdatauv(L, sizeof(handle), 0));
  box->tag = &tag;
  box->item = nullptr;
  push_class_metatable(L, tag);
  lua_setmetatable(L, -2);
  item->add_handle();
  box->item = item.detach();
  state& owner = state::of(L);
  if (owner.closing())
    owner.after_close(&let_go, box->item);
  else
    owner.account(L, size);
}

}  // namespace plua
