// SPDX-License-Identifier: MIT
// SIGINT and SIGTERM, and SIGALRM as a time limit, for a loop that runs Lua.
//
// The first signal asks: the loop is told and ends the program in order. Lua code that keeps the loop from
// hearing it, `while true do end`, gets an error "interrupted!" after about a million instructions. A second
// signal before the loop has dealt with the first kills the process at once, whatever it does. A signal that
// was ignored when the program started stays ignored.
#pragma once

#include <plua/coro/scheduler.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <functional>

namespace plua::cli {

/// One object at a time in a process.
class signals {
 public:
  signals(asio::io_context& context, scheduler& tasks);
  ~signals();
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

  /// Called in the loop. `interrupted`: Lua code has got the error.
  std::function<void(int number, bool interrupted)> on_signal;

  /// The signal that has arrived, or 0. Known at once, also before `on_signal`.
  int received() const noexcept;
  /// The signal was dealt with: the next one is a first one again.
  void forget() noexcept;

  /// Raises SIGALRM after so many seconds, and again every `repeat` seconds: the second one kills.
  void limit_time(double seconds, double repeat);

  /// The loop is over: from now on a signal kills at once.
  void release() noexcept;

 private:
  void watch(int number);
  void wait();

  asio::posix::basic_stream_descriptor<executor> bell_;
};

}  // namespace plua::cli
