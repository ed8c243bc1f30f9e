// SPDX-License-Identifier: MIT
#include <plua/core/modules.hpp>
#include <plua/coro/async.hpp>
#include <plua/coro/coroutine.hpp>
#include <plua/coro/join_operation.hpp>
#include <plua/coro/report.hpp>
#include <plua/coro/runtime.hpp>
#include <plua/coro/source_text.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace plua {
std::size_t next_service_id() noexcept {
  static std::size_t next = 0;
  return next++;
}

runtime::runtime(asio::io_context& context)
    : context_(context),
      work_(std::make_unique<work_counter>()),
      timers_(new timer_queue(context)),
      state_(nullptr),
      services_(std::make_shared<service_store>()) {
  on_error = &write_report;
  lua_State* L = state_.get();
  scheduler_ = new scheduler(*this, context, L, *work_);
  state_.set_owner(scheduler_.get());
  scheduler_->on_error = [this](const error_report& report) {
    if (on_error) on_error(report);
  };
  scheduler_->on_idle = [this] {
    if (!on_idle) return;
    bool blocked = false;
    scheduler_->for_each_task(
        [&](const task& t) { blocked |= t.status() == task_status::waiting && !t.is_daemon(); });
    on_idle(blocked ? idle_reason::deadlocked : idle_reason::finished);
  };
  install_coroutine_library(L);
  install_require(L);
  install_module_searcher(L);
  extensions_ = collect(builtin_extensions());
  install(L, extensions_);
}

runtime::~runtime() {
  scheduler_->shut_down();
  shut_down_services();
  timers_->shut_down();
  state_.close();
  for (auto& s : *services_)
    if (s) s->runtime_gone();
}

void runtime::shut_down_services() noexcept {
  for (std::size_t i = 0; i < services_->size(); ++i)  // one may make another
    if (service* s = (*services_)[i].get()) s->shut_down();
}

void runtime::add(extension e) {
  check(e);
  const std::string name = e.qualified_name();
  const auto at =
      std::lower_bound(extensions_.begin(), extensions_.end(), name,
                       [](const extension& a, const std::string& b) { return a.qualified_name() < b; });
  if (at != extensions_.end() && at->qualified_name() == name)
    throw std::logic_error("extension " + name + " is registered twice");
  install(state_.get(), {e});
  extensions_.insert(at, std::move(e));
}

service& runtime::use(std::size_t id, std::unique_ptr<service> (*make)(runtime&)) {
  if (id >= services_->size()) services_->resize(id + 1);
  if (!(*services_)[id]) {
    auto made = make(*this);  // may use other services
    (*services_)[id] = std::move(made);
  }
  return *(*services_)[id];
}

function runtime::load(std::string_view source, const std::string& name) {
  lua_State* L = state_.get();
  const defer_scope defer(*scheduler_);
  if (luaL_loadbufferx(L, source.data(), source.size(), name.c_str(), nullptr) != LUA_OK) {
    std::size_t size = 0;
    const char* text = lua_tolstring(L, -1, &size);
    const std::string message(text ? text : "", size);
    lua_pop(L, 1);
    throw script_error(message, {});
  }
  return function(ref::pop(L));
}

function runtime::load_file(const std::string& path) {
  const std::string text = read_source(path);
  return load(without_head(text), "@" + path);
}

asio::awaitable<void> runtime::run(std::string source, std::string name) {
  return join(spawn(load(source, name), {.name = "main", .main = true, .keep_results = true}));
}

asio::awaitable<void> runtime::run_file(std::string path) {
  return join(spawn(load_file(path), {.name = "main", .main = true, .keep_results = true}));
}

ptr<task> runtime::prepare_call(const std::string& name) {
  ptr<task> t = scheduler_->create({.name = name, .keep_results = true});
  lua_State* L = t->thread();
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t dot = std::min(name.find('.', at), name.size());
    if (!lua_istable(L, -1)) break;
    lua_pushlstring(L, name.data() + at, dot - at);
    lua_rawget(L, -2);
    lua_remove(L, -2);
    at = dot + 1;
  }
  if (lua_isfunction(L, -1)) return t;
  scheduler_->cancel(*t);
  throw script_error("no function '" + name + "'", {});
}

asio::awaitable<void> runtime::join(ptr<task> t) {
  t->mark_joined();
  if (!t->ended()) {
    bool cancelled = false;
    try {
      auto make = [t] { return join_operation(t); };
      co_await async_operation<join_operation>(get_executor(), std::move(make), asio::use_awaitable);
    } catch (const failure&) {
      cancelled = true;  // the awaiting coroutine was
    }
    if (cancelled) {
      t->cancel();
      throw failure(make_error_code(errc::cancelled), "wait for", t->title());
    }
  }
  throw_outcome(*t);
}

void runtime::throw_outcome(const task& t) {
  if (t.status() == task_status::failed) throw script_error(t.error_message(), t.traceback());
  if (t.status() == task_status::cancelled) throw failure(make_error_code(errc::cancelled), t.title());
}

void runtime::cancel_all() {
  std::vector<ptr<task>> all;
  scheduler_->for_each_task([&](task& t) { all.emplace_back(&t); });
  for (const ptr<task>& t : all) t->cancel();
  shut_down_services();
  scheduler_->check_idle();
}

}  // namespace plua
