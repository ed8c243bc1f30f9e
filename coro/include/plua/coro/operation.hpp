// SPDX-License-Identifier: MIT
// What a task, or a C++ coroutine, waits for. An operation is written once as a class derived from
// `operation`; bind_async.hpp makes the Lua forms of it and async.hpp the C++ form.
#pragma once

#include <plua/coro/work.hpp>

#include <concepts>
#include <string>

namespace plua {

/// One asynchronous operation with its state. It is made in place (it never moves), started once, and then
/// either completes once or is cancelled. Beside the members here it has `result()`, called once after it
/// completed.
///
/// A class may also have `void run_in_place()`, which does all of it at once and blocks so long. The binder
/// calls that, and neither `start()` nor `cancel()`, where Lua cannot suspend the caller (in a comparison of
/// table.sort, in a finalizer...), and where the operations of other classes are refused. It is for what
/// stock Lua does by blocking, too.
class operation {
 public:
  operation() = default;
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;
  virtual ~operation() = default;

  /// Starts. True: it is complete already and `complete()` will not be called. Must not call `complete()`.
  virtual bool start() = 0;

  /// Withdraws a started operation. On return nothing of it is in flight and `complete()` will not be called.
  virtual void cancel() noexcept = 0;

  /// What is waited for, for reports: "read from 127.0.0.1:80".
  virtual std::string describe() const = 0;

  /// The user work that this is while it waits; null when only another task can complete it (a join, a
  /// channel).
  virtual const work_kind* kind() const noexcept = 0;

  /// Called after the completion when `result()` is not taken at once: own what the result only refers to.
  virtual void retain() {}

  /// Bytes moved, for the fairness budget of a task that never has to wait.
  virtual std::size_t bytes() const noexcept { return 0; }

  /// Who is told of the completion.
  class receiver {
   public:
    virtual void operation_completed() noexcept = 0;

   protected:
    ~receiver() = default;
  };
  void set_receiver(receiver& r) noexcept { receiver_ = &r; }

 protected:
  /// Tells the receiver, which may destroy this operation before the call returns.
  void complete() noexcept { receiver_->operation_completed(); }

 private:
  receiver* receiver_ = nullptr;
};

template <class T>
concept waitable = std::derived_from<T, operation> && requires(T t) {
  t.result();
};

/// An operation that can also be done by blocking.
template <class T>
concept blockable = waitable<T> && requires(T t) {
  t.run_in_place();
};

}  // namespace plua
