// SPDX-License-Identifier: MIT
// A task: one Lua coroutine that the scheduler runs, with whatever coroutines it has resumed above it. It is
// one asynchronous operation: started once, ended once, with results or an error.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/call_site.hpp>
#include <plua/coro/operation.hpp>

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>

namespace plua {

class scheduler;

enum class task_status : std::uint8_t {
  ready,      ///< queued to run
  running,    ///< its Lua code runs now
  waiting,    ///< suspended in an operation
  parked,     ///< yielded plainly at its root; coroutine.resume continues it
  finished,   ///< returned
  failed,     ///< raised an error
  cancelled,  ///< ended by cancellation
};

std::string_view to_string(task_status status) noexcept;

struct task_options {
  std::string name = {};
  /// How reports name the task: "Task", "Timer callback", "Network callback".
  std::string_view origin = "Task";
  /// A daemon task does not keep the program alive.
  bool daemon = false;
  /// The main chunk: `coroutine.running` says so and a plain yield at its root is an error, as in stock Lua.
  bool main = false;
  /// Keep the results although no script holds a handle: a C++ caller wants them.
  bool keep_results = false;
};

class task;

/// Told once when a task ends. Leaves the task when destroyed.
class task_observer
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual void task_ended(task& ended) noexcept = 0;

 protected:
  ~task_observer() = default;
};

class task final : public object, private operation::receiver {
 public:
  task(scheduler& owner, std::uint64_t id, task_options options);
  ~task() override;

  // The blocks of ended tasks are used again: the general allocator costs more than the rest of a short task.
  static void* operator new(std::size_t size);
  static void operator delete(void* block) noexcept;

  /// Only while the runtime lives.
  scheduler& owner() const noexcept { return *owner_; }
  std::uint64_t id() const noexcept { return id_; }
  const std::string& name() const noexcept { return options_.name; }
  void set_name(std::string name) { options_.name = std::move(name); }
  std::string_view origin() const noexcept { return options_.origin; }
  bool is_main() const noexcept { return options_.main; }
  bool is_daemon() const noexcept { return options_.daemon; }
  task_status status() const noexcept { return status_; }
  bool ended() const noexcept { return status_ >= task_status::finished; }
  /// "file:line" of the call that spawned it; empty when C++ did.
  const call_site& spawn_site() const noexcept { return spawn_site_; }
  void set_spawn_site(call_site site) noexcept { spawn_site_ = std::move(site); }

  /// The root thread; null once the task has ended.
  lua_State* thread() const noexcept { return thread_; }
  /// The innermost thread, which runs when the task continues; null while it runs.
  lua_State* leaf() const noexcept { return leaf_; }
  /// "main", "worker", "task 12": for reports.
  std::string title() const;
  /// What it waits for; empty when it does not.
  std::string waits_for() const;

  /// Asks the task to end: its operation is withdrawn and its code sees a cancel error, once. False when it
  /// had ended. Never runs Lua before it returns.
  bool cancel();

  /// A script gets hold of the root thread: it is never used again for another task.
  void expose_thread() noexcept { exposed_ = true; }

  /// Somebody takes the outcome: a failure is not reported as unhandled.
  void mark_joined() noexcept { joined_ = true; }
  void observe(task_observer& observer) { observers_.push_back(observer); }

  /// After the end: pushes the results, or nil and the error value. Returns how many. Throws when the stack
  /// cannot hold them.
  int push_results(lua_State* L) const;
  /// After a failure: the message (through __tostring) and the joined traceback.
  std::string error_message() const { return failure_ ? failure_->message : std::string(); }
  std::string traceback() const { return failure_ ? failure_->traceback : std::string(); }

  /// Makes the operation that the task is about to start; `make` returns it in place.
  template <class Op, class Make>
  Op& emplace_operation(Make&& make);
  void destroy_operation() noexcept;
  /// Operations up to this size need no allocation.
  static constexpr std::size_t slot_size = 208;
  operation* current_operation() const noexcept { return operation_; }

  std::string label() const override { return title() + ", " + std::string(to_string(status_)); }
  void on_close() noexcept override;
  void on_collect() noexcept override;

 private:
  friend class scheduler;

  void operation_completed() noexcept override;

  scheduler* owner_;  // null once the scheduler is gone
  lua_State* thread_ = nullptr;
  lua_State* leaf_ = nullptr;
  operation* operation_ = nullptr;
  task* next_ready_ = nullptr;
  using all_hook =
      boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  boost::intrusive::list_member_hook<> live_hook_;
  all_hook all_hook_;
  int thread_ref_ = LUA_NOREF;
  int resume_args_ = 0;  // values on the leaf's stack that it is resumed with
  int depth_ = 0;        // coroutines above the root
  task_status status_ = task_status::ready;
  bool started_ = false;
  bool queued_ = false;   // in the ready queue, whatever its status
  bool exposed_ = false;  // a script may hold the root thread: never reuse it
  bool operation_on_heap_ = false;
  bool operation_counted_ = false;  // counts as user work now
  bool interrupted_ = false;        // the operation was withdrawn: its continuation raises
  bool cancel_pending_ = false;     // the next operation raises instead of starting
  bool cancel_requested_ = false;
  bool kill_pending_ = false;  // a parked task that was cancelled: closed in its turn
  bool joined_ = false;        // somebody has taken, or waits for, the outcome
  bool reported_ = false;
  std::uint64_t id_;
  ref results_;  // one value, or a packed table
  int result_count_ = 0;
  task_options options_;
  call_site spawn_site_;
  struct failure_text {
    std::string message;
    std::string traceback;
  };
  std::unique_ptr<failure_text> failure_;
  boost::intrusive::list<task_observer, boost::intrusive::constant_time_size<false>> observers_;
  alignas(std::max_align_t) std::byte slot_[slot_size];
};

template <>
inline constexpr const char* object_class<task> = "task";

template <class Op, class Make>
Op& task::emplace_operation(Make&& make) {
  operation_on_heap_ = sizeof(Op) > sizeof(slot_);
  void* memory = slot_;
  if constexpr (sizeof(Op) > sizeof(slot_)) memory = ::operator new(sizeof(Op));
  try {
    Op* made = new (memory) Op(make());
    made->set_receiver(*this);
    operation_ = made;
    return *made;
  } catch (...) {
    if constexpr (sizeof(Op) > sizeof(slot_)) ::operator delete(memory);
    throw;
  }
}

}  // namespace plua
