// SPDX-License-Identifier: MIT
// Lua's require with two differences: the loader may wait, and a second task that asks for the module
// meanwhile waits for it instead of loading it again.
#include <plua/core/bind.hpp>
#include <plua/coro/bind_async.hpp>
#include <plua/coro/coroutine.hpp>
#include <plua/coro/runtime.hpp>

#include <boost/intrusive/list.hpp>

#include <map>
#include <string>

namespace plua {
namespace {

// A task that waits for a module.
class loading_waiter
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual void loaded() noexcept = 0;

 protected:
  ~loading_waiter() = default;
};

// Which task loads which module now, and who waits for it.
class loading final : public service {
 public:
  explicit loading(runtime& owner) : tasks_(owner.tasks()) {}
  void shut_down() noexcept override {}

  struct entry {
    const task* loader;
    boost::intrusive::list<loading_waiter, boost::intrusive::constant_time_size<false>> waiting;
  };
  std::map<std::string, entry, std::less<>> modules;

  void finish(const std::string& name) noexcept;

 private:
  scheduler& tasks_;
};

class loading_wait final : public operation, private loading_waiter {
 public:
  loading_wait(loading& modules, std::string name) : modules_(modules), name_(std::move(name)) {}

  bool start() override {
    const auto found = modules_.modules.find(name_);
    if (found == modules_.modules.end()) return true;
    found->second.waiting.push_back(*this);
    return false;
  }
  void cancel() noexcept override { unlink(); }
  std::string describe() const override { return "require '" + name_ + "' in another task"; }
  const work_kind* kind() const noexcept override { return nullptr; }
  void result() {}

 private:
  void loaded() noexcept override { complete(); }

  loading& modules_;
  std::string name_;
};

void loading::finish(const std::string& name) noexcept {
  const auto found = modules.find(name);
  if (found == modules.end()) return;
  auto node = modules.extract(found);
  auto& waiting = node.mapped().waiting;
  const defer_scope defer(tasks_);  // the guard may be collected garbage
  while (!waiting.empty()) {
    loading_waiter& first = waiting.front();
    waiting.pop_front();
    first.loaded();
  }
}

// Lies on the stack of a running require and ends the loading on every way out.
class loading_guard final : public object {
 public:
  loading_guard(loading& modules, std::string name) : modules_(&modules), name_(std::move(name)) {}
  void on_close() noexcept override {
    if (std::exchange(open_, false)) modules_->finish(name_);
  }
  void on_collect() noexcept override { on_close(); }

 private:
  loading* modules_;
  std::string name_;
  bool open_ = true;
};

loading_wait wait_until_loaded(loading& modules, std::string name) { return {modules, std::move(name)}; }

bool loaded_by_another(lua_State* L, const char* name) noexcept {
  const loading& modules = runtime::of(L).use<loading>();
  const auto found = modules.modules.find(std::string_view(name));
  return found != modules.modules.end() && found->second.loader != scheduler::of(L).current();
}

}  // namespace

template <>
inline constexpr const char* object_class<loading_guard> = "plua.loading";

namespace {

void push_guard(lua_State* L, const char* name) noexcept {
  loading& modules = runtime::of(L).use<loading>();
  const auto [entry, made] = modules.modules.try_emplace(name);
  if (made) {
    entry->second.loader = scheduler::of(L).current();
    value<ptr<loading_guard>>::push(L, ptr<loading_guard>(new loading_guard(modules, name)));
  } else {
    lua_pushnil(L);  // a module that requires itself: as in stock Lua
  }
}

// Stack: name. Leaves the loader and its data on top; raises when no searcher knows the module.
void find_loader(lua_State* L, const char* name) {
  luaL_Buffer message;
  if (lua_getfield(L, lua_upvalueindex(1), "searchers") != LUA_TTABLE)
    luaL_error(L, "'package.searchers' must be a table");
  const int searchers = lua_gettop(L);
  luaL_buffinit(L, &message);
  for (lua_Integer i = 1;; ++i) {
    if (lua_rawgeti(L, searchers, i) == LUA_TNIL) {
      lua_pop(L, 1);
      luaL_pushresult(&message);
      luaL_error(L, "module '%s' not found:%s", name, lua_tostring(L, -1));
    }
    lua_pushstring(L, name);
    lua_call(L, 1, 2);
    if (lua_isfunction(L, -2)) return;
    if (lua_isstring(L, -2)) {
      lua_pop(L, 1);
      lua_pushliteral(L, "\n\t");
      lua_insert(L, -2);
      lua_concat(L, 2);
      luaL_addvalue(&message);
    } else {
      lua_pop(L, 2);
    }
  }
}

// Stack: name, loaded table, guard, ..., result. The loader data lies at `data`.
int finish_load(lua_State* L, int, lua_KContext data) {
  const char* name = lua_tostring(L, 1);
  if (!lua_isnil(L, -1))
    lua_setfield(L, 2, name);
  else
    lua_pop(L, 1);
  if (lua_getfield(L, 2, name) == LUA_TNIL) {
    lua_pushboolean(L, 1);
    lua_copy(L, -1, -2);
    lua_setfield(L, 2, name);
  }
  lua_pushvalue(L, static_cast<int>(data));
  return 2;
}

// Also the continuation after another task has loaded the module, or failed to.
int try_load(lua_State* L, int, lua_KContext) {
  const char* name = lua_tostring(L, 1);
  lua_settop(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, 2, name);
  if (lua_toboolean(L, -1)) return 1;
  lua_pop(L, 1);
  if (loaded_by_another(L, name)) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 0, 0, &try_load);
    return try_load(L, LUA_OK, 0);
  }
  push_guard(L, name);
  if (!lua_isnil(L, 3)) lua_toclose(L, 3);
  find_loader(L, name);
  // What lies below stays where it is: a long message of the searchers has left a to-be-closed buffer there.
  lua_insert(L, -2);
  const int data = lua_gettop(L) - 1;
  lua_pushvalue(L, 1);
  lua_pushvalue(L, data);
  lua_callk(L, 2, 1, data, &finish_load);
  return finish_load(L, LUA_OK, data);
}

int require(lua_State* L) {
  luaL_checkstring(L, 1);
  return try_load(L, LUA_OK, 0);
}

}  // namespace

void install_require(lua_State* L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_getfield(L, -1, LUA_LOADLIBNAME);
  lua_pushliteral(L, "require");
  lua_pushcclosure(L, &detail::wait_entry<&wait_until_loaded>, 1);
  lua_pushcclosure(L, &require, 2);
  lua_setfield(L, -2, "require");
  lua_pop(L, 1);
}

}  // namespace plua
