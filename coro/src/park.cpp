// SPDX-License-Identifier: MIT
// Tasks whose root yields plainly: such a root is an ordinary coroutine again, for a script to resume or to
// lose.
#include <plua/coro/link.hpp>
#include <plua/coro/scheduler.hpp>

namespace plua {
namespace {

const char parked_key = 0;

struct box {
  scheduler* owner;
  task* parked;
};

// The thread became garbage: nobody can resume it any more.
int abandon(lua_State* L) {
  auto* b = static_cast<box*>(lua_touserdata(L, 1));
  if (b->parked) {
    ptr<task> t(b->parked, false);
    b->parked = nullptr;
    b->owner->abandon(*t);
  }
  return 0;
}

void push_metatable(lua_State* L) {
  if (!luaL_newmetatable(L, "plua.parked")) return;
  lua_pushliteral(L, "__gc");
  lua_pushcfunction(L, &abandon);
  lua_rawset(L, -3);
}

// The table from parked thread to box. Weak keys make it an ephemeron: a box lives as long as its thread.
void push_table(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &parked_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "__mode");
  lua_pushliteral(L, "k");
  lua_rawset(L, -3);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &parked_key);
}

}  // namespace

void scheduler::park(task& t, int yielded) {
  lua_State* thread = t.thread_;
  lua_pop(thread, yielded);  // nobody resumed it, so nobody takes the values
  link::clear(thread);
  t.status_ = task_status::parked;
  t.exposed_ = true;
  if (t.thread_ref_ == LUA_NOREF) return;  // parked before

  lua_State* L = main_thread_;
  push_table(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, t.thread_ref_);
  auto* b = static_cast<box*>(lua_newuserdatauv(L, sizeof(box), 1));
  b->owner = this;
  b->parked = nullptr;
  push_metatable(L);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -2);
  lua_setiuservalue(L, -2, 1);  // keeps the thread until the box is finalized
  b->parked = &t;
  intrusive_ptr_add_ref(&t);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  luaL_unref(L, LUA_REGISTRYINDEX, t.thread_ref_);
  t.thread_ref_ = LUA_NOREF;
}

task* scheduler::parked_task(lua_State* L, int index) {
  index = lua_absindex(L, index);
  push_table(L);
  lua_pushvalue(L, index);
  lua_rawget(L, -2);
  auto* b = static_cast<box*>(lua_touserdata(L, -1));
  lua_pop(L, 2);
  return b && b->parked && b->parked->status() == task_status::parked ? b->parked : nullptr;
}

void scheduler::abandon(task& t) noexcept {
  if (t.ended() || closing_) return;
  t.thread_ = nullptr;
  t.cancel_requested_ = true;
  retire(t, task_status::cancelled);
}

}  // namespace plua
