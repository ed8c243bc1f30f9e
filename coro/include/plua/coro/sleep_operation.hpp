// SPDX-License-Identifier: MIT
// Waiting for time, and for one turn.
#pragma once

#include <plua/coro/operation.hpp>
#include <plua/coro/timer_queue.hpp>

namespace plua {

extern const work_kind sleeping_work;

/// Completes after the given time, never earlier.
class sleep_operation : public operation, private timer_entry {
 public:
  sleep_operation(timer_queue& timers, double seconds) : timers_(timers), seconds_(seconds) {}

  bool start() override {
    timers_.arm_after(*this, seconds_);
    return false;
  }
  void cancel() noexcept override { disarm(); }
  std::string describe() const override { return "a sleep of " + std::to_string(seconds_) + " s"; }
  const work_kind* kind() const noexcept override { return &sleeping_work; }
  void result() {}

 private:
  void expired() noexcept override { complete(); }

  timer_queue& timers_;
  double seconds_;
};

/// Is complete at once but ends the slice of its task: all other ready tasks run first.
class yield_operation : public operation {
 public:
  bool start() override { return true; }
  void cancel() noexcept override {}
  std::string describe() const override { return "its next turn"; }
  const work_kind* kind() const noexcept override { return nullptr; }
  std::size_t bytes() const noexcept override {
    return static_cast<std::size_t>(1) << 40;
  }  // more than any slice
  void result() {}
};

}  // namespace plua
