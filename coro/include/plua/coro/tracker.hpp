// SPDX-License-Identifier: MIT
// The life of a program in a runtime: its phases, the moment it has nothing left to do, its orderly end.
#pragma once

#include <plua/coro/runtime.hpp>
#include <plua/coro/service.hpp>
#include <plua/coro/timer_queue.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace plua {

enum class phase {
  init,         ///< configuration and libraries
  fragments,    ///< code given on the command line
  main,         ///< the script
  tracking,     ///< the script has returned; what it started goes on
  interactive,  ///< a shell: ends by itself, never for want of work
};

std::string_view to_string(phase p) noexcept;

/// How a program ended.
enum class ending {
  finished,    ///< nothing was left that could do anything
  deadlocked,  ///< each task that was left waited for another
  stopped,     ///< after `stop()`: every task has unwound
  forced,      ///< after `stop()`: something was still active at the limit, or waits for what never comes
};

/// Watches a runtime until its program is over. It polls nothing: the runtime tells it when no work is left.
///
///     plua::runtime lua(io);
///     auto& life = lua.use<plua::tracker>();
///     life.on_end = [&](plua::ending) { io.stop(); };
///     asio::co_spawn(io, [&]() -> asio::awaitable<void> {
///       life.enter(plua::phase::main);
///       co_await lua.run_file("app.lua");
///       life.enter(plua::phase::tracking);
///     }, asio::detached);
///     io.run();
class tracker final : public service {
 public:
  /// Takes the runtime's `on_idle`.
  explicit tracker(runtime& owner);

  phase current() const noexcept { return phase_; }
  /// `phase::tracking` ends at once when nothing is left to do. In the phases before it a program ends by
  /// deadlock only: the C++ side holds work (a work_hold) while it waits for something else than tasks.
  void enter(phase p);

  /// Cancels all tasks, closes servers and timers, and ends when they have unwound, or after so many seconds.
  void stop(double seconds = default_limit);
  bool stopping() const noexcept { return stopping_; }
  static constexpr double default_limit = 5;

  bool ended() const noexcept { return ended_; }
  /// Called once, in a turn of the io_context. The runtime can still be asked what is active.
  std::function<void(ending)> on_end;
  /// Called in the interactive phase, possibly more than once, when each task that is left waits for another.
  std::function<void()> on_blocked;

  void shut_down() noexcept override {}

 private:
  class limit final : public timer_entry {
   public:
    explicit limit(tracker& owner) : owner_(owner) {}

   private:
    void expired() noexcept override { owner_.end(ending::forced); }
    tracker& owner_;
  };

  void idle(idle_reason why);
  void end(ending how);

  runtime& runtime_;
  phase phase_ = phase::init;
  bool stopping_ = false;
  bool ended_ = false;
  limit limit_;
};

/// What is active, for a report: a line for each task, then the operations in flight by kind.
std::string describe_active(runtime& r);

}  // namespace plua
