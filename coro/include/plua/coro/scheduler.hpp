// SPDX-License-Identifier: MIT
// Runs tasks: resumes the innermost thread when its operation completes, hands plain yields to the resumer,
// keeps the ready queue, ends tasks. One thread only: that of the io_context.
#pragma once

#include <plua/core/state.hpp>
#include <plua/coro/executor.hpp>
#include <plua/coro/link.hpp>
#include <plua/coro/task.hpp>
#include <plua/coro/thread_pool.hpp>
#include <plua/coro/work.hpp>

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace plua {

class runtime;

/// An error that nobody handled.
struct error_report {
  const task& where;
  std::string message;
  std::string traceback;
};

class scheduler : public boost::intrusive_ref_counter<scheduler, boost::thread_unsafe_counter> {
 public:
  scheduler(runtime& owner, asio::io_context& context, lua_State* main_thread, work_counter& work);
  ~scheduler();

  static scheduler& of(lua_State* L) noexcept {
    if (link::is_root(L)) return link::task_of_root(L)->owner();  // the usual case, without a call into Lua
    return *static_cast<scheduler*>(state::owner_of(L));
  }
  runtime& owner() const noexcept { return owner_; }
  bool closing() const noexcept { return closing_; }
  work_counter& work() noexcept { return work_; }
  call_site_recorder& sites() noexcept { return sites_; }

  // Starting tasks. Push the function and its arguments on `task.thread()` between the two calls. A started
  // task first runs in a later turn. `create` throws failure(cancelled) while the runtime closes.
  ptr<task> create(task_options options);
  void start(task& t, int argument_count);
  /// Starts it at once, as a completion would continue it: for what an event calls.
  void start_now(task& t, int argument_count);

  bool cancel(task& t);

  /// The task whose Lua code runs now, or null.
  task* current() const noexcept { return current_; }
  /// The innermost Lua thread that runs now, or null. A signal handler on the loop's thread may ask.
  lua_State* running() const noexcept { return running_.load(std::memory_order_relaxed); }
  void set_running(lua_State* L) noexcept { running_.store(L, std::memory_order_release); }

  // The way of a waiting operation, for the binder.
  /// Whether an operation may suspend L here.
  bool can_wait(lua_State* L) const noexcept {
    return current_ && !no_wait_ && lua_isyieldable(L) && link::active(L);
  }
  /// The task that L may suspend. Null, before anything starts, where it cannot or when the task was
  /// cancelled; the error to raise is then on top of the stack. // [-0, +0|1, m]
  task* begin_wait(lua_State* L);
  /// The operation of `t` has started and L is about to yield.
  void suspend(task& t, lua_State* L) noexcept;
  /// The operation is complete but the task's slice is used up: it continues in a later turn.
  void postpone(task& t, lua_State* L) noexcept;
  /// Whether an operation that completed at once may return at once.
  bool within_budget(std::size_t bytes) noexcept {
    byte_budget_ -= static_cast<std::ptrdiff_t>(bytes);
    return --operation_budget_ > 0 && byte_budget_ > 0;
  }
  /// In the continuation: whether to raise the cancel error instead of giving the result.
  bool take_interrupt(task& t) noexcept { return std::exchange(t.interrupted_, false); }

  /// Runs the task on, or queues it where Lua or its garbage collector is on the C stack.
  void complete(task& t) noexcept;
  /// Between the two calls no completion runs a task: it is queued. For code that may collect garbage (a
  /// finalizer may complete an operation) and for code that completes several at once.
  void defer_runs() noexcept { ++deferred_; }
  void allow_runs() noexcept { --deferred_; }

  // For the coroutine library.
  bool suspending() const noexcept { return suspending_; }
  int enter_coroutine();  ///< depth after; the caller checks it against `depth_limit`
  void leave_coroutine() noexcept { --depth_; }
  void forbid_wait() noexcept { ++no_wait_; }
  void allow_wait() noexcept { --no_wait_; }
  bool wait_forbidden() const noexcept { return no_wait_ != 0; }
  static constexpr int depth_limit = 1000;
  /// The task in whose chain the thread waits; null when it is not waiting in an operation.
  task* waiting_task_of(lua_State* thread) const noexcept;
  /// Ends a waiting coroutine of `t`: withdraws the operation and closes the threads from the innermost to
  /// `thread`. Its resumer then continues as after an error. Returns lua_resetthread's status of `thread`,
  /// whose error, if any, lies on it.
  int close_waiting(task& t, lua_State* thread);
  /// The task whose parked root is the thread at `index`, or null.
  task* parked_task(lua_State* L, int index);

  // When an error leaves a coroutine.wrap its coroutine is closed and the traceback with it: kept here for
  // the report. `mark` says which error value, as lua_topointer gives it, the kept trace belongs to.
  void keep_trace(std::string trace);
  void mark_trace(const void* error_value) noexcept { traced_error_ = error_value; }
  std::string take_trace(const void* error_value);

  /// Called by the task's main function when its body has ended. Values: the results, or the error value
  /// alone, from stack index `first` on.
  void ended(lua_State* L, task& t, int first, bool ok) noexcept;
  void set_failure(task& t, std::string message, std::string traceback);

  /// Nothing is ready and no user work is left. Set by the runtime.
  std::function<void()> on_idle;
  std::function<void(const error_report&)> on_error;
  /// Asks for `on_idle` to be checked; needed when work ends outside a task.
  void check_idle();

  template <class Visit>
  void for_each_task(Visit visit) {
    for (task& t : live_) visit(t);
  }
  std::size_t live_count() const noexcept { return live_count_; }
  std::size_t unhandled_errors() const noexcept { return unhandled_errors_; }

  /// Runs no task any more, not even one that is ready; for a program that is about to destroy the runtime.
  void halt() noexcept { halted_ = true; }

  /// Ends all tasks at once, running their `<close>` variables, without letting them wait.
  void shut_down() noexcept;

  /// The thread of a parked task was collected.
  void abandon(task& t) noexcept;
  /// For a task handle whose last userdata is gone.
  void handle_collected(task& t) noexcept;

 private:
  bool must_queue() const noexcept { return current_ || draining_ || deferred_; }
  void run(task& t);
  void root_returned(task& t) noexcept;
  void park(task& t, int yielded);
  void enqueue(task& t) noexcept;
  void post_drain();
  void drain();
  void after_slice();
  void report_unjoined();
  void kill(task& t) noexcept;
  void kill_parked(task& t) noexcept;
  void retire(task& t, task_status status) noexcept;
  void end_operation_work(task& t) noexcept;

  runtime& owner_;
  executor executor_;
  lua_State* main_thread_;
  work_counter& work_;
  thread_pool threads_;
  call_site_recorder sites_;

  task* current_ = nullptr;
  std::atomic<lua_State*> running_ = nullptr;
  bool suspending_ = false;  // set by an operation right before its yield: tells it from a script's yield
  int depth_ = 0;
  int no_wait_ = 0;
  int deferred_ = 0;
  int operation_budget_ = 0;
  std::ptrdiff_t byte_budget_ = 0;

  task* ready_head_ = nullptr;
  task* ready_tail_ = nullptr;
  bool drain_posted_ = false;
  bool draining_ = false;
  bool halted_ = false;
  bool closing_ = false;

  boost::intrusive::list<
      task, boost::intrusive::member_hook<task, boost::intrusive::list_member_hook<>, &task::live_hook_>,
      boost::intrusive::constant_time_size<false>>
      live_;
  boost::intrusive::list<task, boost::intrusive::member_hook<task, task::all_hook, &task::all_hook_>,
                         boost::intrusive::constant_time_size<false>>
      all_;  // also the ended ones that somebody holds
  std::size_t live_count_ = 0;
  std::vector<ptr<task>> unjoined_;
  std::size_t unhandled_errors_ = 0;
  std::uint64_t next_id_ = 1;

  const void* traced_error_ = nullptr;
  std::string trace_;
};

/// Queues for a scope what completes in it.
class defer_scope {
 public:
  explicit defer_scope(scheduler& s) : scheduler_(s) { s.defer_runs(); }
  ~defer_scope() { scheduler_.allow_runs(); }
  defer_scope(const defer_scope&) = delete;
  defer_scope& operator=(const defer_scope&) = delete;

 private:
  scheduler& scheduler_;
};

/// Forbids waiting for a scope: Lua code below it runs inside a C function that cannot yield.
class no_wait_scope {
 public:
  explicit no_wait_scope(scheduler& s) : scheduler_(s) { s.forbid_wait(); }
  ~no_wait_scope() { scheduler_.allow_wait(); }
  no_wait_scope(const no_wait_scope&) = delete;
  no_wait_scope& operator=(const no_wait_scope&) = delete;

 private:
  scheduler& scheduler_;
};

}  // namespace plua
