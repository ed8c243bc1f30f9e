// SPDX-License-Identifier: MIT
// A Lua state on an io_context: the entry for a program that embeds plua.
#pragma once

#include <plua/core/bind.hpp>
#include <plua/core/registry.hpp>
#include <plua/core/state.hpp>
#include <plua/coro/executor.hpp>
#include <plua/coro/scheduler.hpp>
#include <plua/coro/service.hpp>
#include <plua/coro/task.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/coro/work.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plua {

/// Why `on_idle` was called.
enum class idle_reason {
  finished,   ///< no task is left that could do anything
  deadlocked  ///< tasks are left, and each waits for another
};

/// One isolated Lua world. All calls, and the io_context's handlers, must be on one thread. The io_context
/// must outlive the runtime; destroying the runtime ends its tasks, running their `<close>` variables, and
/// closes its handles. Nothing of it stays behind in the io_context that could be called later.
///
/// C++ coroutines that wait in the io_context when the runtime dies end later, with it: they must not keep a
/// `function` or `ref`, which would outlive the Lua state.
///
///     asio::io_context io;
///     plua::runtime lua(io);
///     lua.add(plua::define<&lookup>({.name = "lookup", .category = "app", .summary = "Finds a user."}));
///     asio::co_spawn(io, [&]() -> asio::awaitable<void> {
///       co_await lua.run_file("app.lua");
///       int n = co_await lua.call<int>("count", "all");
///     }, asio::detached);
///     io.run();
class runtime {
 public:
  explicit runtime(asio::io_context& context);
  ~runtime();
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  static runtime& of(lua_State* L) noexcept { return scheduler::of(L).owner(); }

  asio::io_context& context() noexcept { return context_; }
  executor get_executor() noexcept { return context_.get_executor(); }
  /// The main Lua thread: for setting globals between runs. Never resume it.
  lua_State* lua() noexcept { return state_.get(); }
  std::size_t memory_in_use() const noexcept { return state_.memory().in_use(); }
  scheduler& tasks() noexcept { return *scheduler_; }
  timer_queue& timers() noexcept { return *timers_; }
  work_counter& work() noexcept { return *work_; }

  /// Makes one more function visible to scripts. Throws std::logic_error when its description is wrong.
  void add(extension e);
  /// All functions of this runtime, sorted by name.
  const std::vector<extension>& extensions() const noexcept { return extensions_; }

  /// The service of that class.
  template <std::derived_from<service> T>
  T& use();

  /// Keeps the services alive beyond the runtime, for a coroutine that may resume after its end.
  std::shared_ptr<const service_store> keep_services() const noexcept { return services_; }

  /// Compiles a chunk. `name` is what messages show, "@path" for a file. Throws script_error.
  function load(std::string_view source, const std::string& name);
  /// Compiles a file; a first line that starts with '#' and a byte order mark are skipped. Throws
  /// script_error, or failure when it cannot be read.
  function load_file(const std::string& path);

  /// Starts a task that calls `f`. It runs in a later turn of the io_context.
  template <class... Args>
  ptr<task> spawn(const function& f, task_options options, const Args&... args);

  /// Runs a chunk as a task to its end. Throws script_error when it fails, failure(cancelled) when it is
  /// cancelled; cancelling the awaiting coroutine cancels the task.
  asio::awaitable<void> run(std::string source, std::string name = "=(run)");
  asio::awaitable<void> run_file(std::string path);

  /// Calls the global function `name` (dots reach into tables: "app.start") as a task and gives its result:
  /// `void`, a type with value<T>, or a tuple of such. Errors as for `run`; a result of the wrong type is
  /// script_error too.
  template <class R = void, class... Args>
  asio::awaitable<R> call(std::string name, Args... args);

  /// An error that no script handled: by default it is written to stderr.
  std::function<void(const error_report&)> on_error;
  /// Nothing is ready and no user work is left. Called in a turn of the io_context, possibly more than once.
  std::function<void(idle_reason)> on_idle;

  /// How many uncaught errors tasks have had: not counting callbacks, and not the main chunk.
  std::size_t unhandled_errors() const noexcept { return scheduler_->unhandled_errors(); }

  /// Cancels every task (each sees the error at its wait and unwinds) and closes servers and timers. Tasks
  /// may still wait in their clean-up, so the io_context must go on until `on_idle`.
  void cancel_all();

  /// Waits for a task that was spawned with `keep_results`, or is held by a handle. Throws as `run` does.
  asio::awaitable<void> join(ptr<task> t);

 private:
  service& use(std::size_t id, std::unique_ptr<service> (*make)(runtime&));
  void shut_down_services() noexcept;
  ptr<task> prepare_call(const std::string& name);
  static void throw_outcome(const task& t);

  asio::io_context& context_;
  std::unique_ptr<work_counter> work_;
  boost::intrusive_ptr<timer_queue> timers_;
  state state_;
  boost::intrusive_ptr<scheduler> scheduler_;
  std::shared_ptr<service_store> services_;
  std::vector<extension> extensions_;
};

/// A body may take the runtime, or a service of it, as a parameter: it consumes no argument.
template <>
struct parameter_source<runtime&> {
  static constexpr int slots = 0;
  static constexpr bool borrows = false;
  static runtime& get(lua_State* L, int) { return runtime::of(L); }
  static std::string name() { return {}; }
};

template <>
struct parameter_source<scheduler&> {
  static constexpr int slots = 0;
  static constexpr bool borrows = false;
  static scheduler& get(lua_State* L, int) { return scheduler::of(L); }
  static std::string name() { return {}; }
};

template <std::derived_from<service> T>
struct parameter_source<T&> {
  static constexpr int slots = 0;
  static constexpr bool borrows = false;
  static T& get(lua_State* L, int) { return runtime::of(L).use<T>(); }
  static std::string name() { return {}; }
};

template <std::derived_from<service> T>
T& runtime::use() {
  const std::size_t id = service_id<T>();
  if (id < services_->size() && (*services_)[id]) return static_cast<T&>(*(*services_)[id]);
  return static_cast<T&>(
      use(id, [](runtime& r) -> std::unique_ptr<service> { return std::make_unique<T>(r); }));
}

template <class... Args>
ptr<task> runtime::spawn(const function& f, task_options options, const Args&... args) {
  const defer_scope defer(*scheduler_);
  ptr<task> t = scheduler_->create(std::move(options));
  f.push(t->thread());
  (value<Args>::push(t->thread(), args), ...);
  scheduler_->start(*t, static_cast<int>(sizeof...(Args)));
  return t;
}

namespace detail {

/// The results of an ended task as R. Throws script_error when they do not fit.
template <class R>
R take_results(lua_State* L, const task& t) {
  const int top = lua_gettop(L);
  t.push_results(L);
  try {
    if constexpr (requires { std::tuple_size<R>::value; }) {
      R r = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return R{value<std::tuple_element_t<I, R>>::get(L, top + 1 + static_cast<int>(I))...};
      }
      (std::make_index_sequence<std::tuple_size_v<R>>());
      lua_settop(L, top);
      return r;
    } else {
      R r = value<R>::get(L, top + 1);
      lua_settop(L, top);
      return r;
    }
  } catch (const arg_error& e) {
    lua_settop(L, top);
    throw script_error("result of " + t.title() + ": " + e.what(), {});
  }
}

}  // namespace detail

template <class R, class... Args>
asio::awaitable<R> runtime::call(std::string name, Args... args) {
  ptr<task> t = prepare_call(name);
  {
    const defer_scope defer(*scheduler_);
    (value<Args>::push(t->thread(), args), ...);
    scheduler_->start(*t, static_cast<int>(sizeof...(Args)));
  }
  co_await join(t);
  if constexpr (!std::is_void_v<R>) co_return detail::take_results<R>(lua(), *t);
}

}  // namespace plua
