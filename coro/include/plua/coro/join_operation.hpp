// SPDX-License-Identifier: MIT
// Waiting for the end of a task.
#pragma once

#include <plua/coro/operation.hpp>
#include <plua/coro/task.hpp>

namespace plua {

/// Completes when the task has ended; `result()` gives the task. Cancelling it does not touch the task.
class join_operation : public operation, private task_observer {
 public:
  explicit join_operation(ptr<task> target) : target_(std::move(target)) {}

  bool start() override;
  void cancel() noexcept override { unlink(); }
  std::string describe() const override { return "the end of " + target_->title(); }
  const work_kind* kind() const noexcept override { return nullptr; }
  ptr<task> result() { return target_; }

 private:
  void task_ended(task&) noexcept override { complete(); }

  ptr<task> target_;
};

/// The outcome of a join in Lua: the results of the task, or nil and its error.
struct joined {
  ptr<task> target;
};

}  // namespace plua
