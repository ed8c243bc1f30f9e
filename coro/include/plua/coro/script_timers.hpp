// SPDX-License-Identifier: MIT
// setTimeout and setInterval: functions by id, each call of one in a task of its own.
#pragma once

#include <plua/core/value.hpp>
#include <plua/coro/call_site.hpp>
#include <plua/coro/runtime.hpp>
#include <plua/coro/service.hpp>
#include <plua/coro/timer_queue.hpp>

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace plua {

class script_timers final : public service {
 public:
  explicit script_timers(runtime& owner);
  ~script_timers() override;
  void shut_down() noexcept override;

  /// Starts a timer and returns its id. With `repeat` it is armed anew when it fires, whatever its calls do.
  std::int64_t start(function callback, double milliseconds, bool repeat, call_site site);
  /// False when there is no such timer: unknown, cleared, or a timeout that has fired.
  bool clear(std::int64_t id);

  std::size_t timeouts() const noexcept { return timers_.size() - intervals_; }
  std::size_t intervals() const noexcept { return intervals_; }

 private:
  class timer;

  runtime& runtime_;
  std::unordered_map<std::int64_t, std::unique_ptr<timer>> timers_;
  timer* firing_ = nullptr;
  std::size_t intervals_ = 0;
  std::int64_t next_id_ = 1;
};

}  // namespace plua
