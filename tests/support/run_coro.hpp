// SPDX-License-Identifier: MIT
// Runs a C++ coroutine, or an io_context, in a test with a hard limit of time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace plua::testing {

/// Valgrind needs many times more.
inline std::chrono::seconds time_limit() {
  return std::chrono::seconds(std::getenv("PLUA_MEMCHECK") ? 100 : 10);
}

/// Runs handlers until `done` holds; throws when that takes too long or when nothing is left to run.
inline void run_until(boost::asio::io_context& io, const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + time_limit();
  io.restart();
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the time limit of the test passed");
    if (io.run_one_until(deadline) == 0 && !done()) throw std::runtime_error("nothing is left to run");
  }
}

/// Runs all that is there; throws when it takes too long.
inline void run_all(boost::asio::io_context& io) {
  io.restart();
  io.run_for(time_limit());
  if (!io.stopped()) throw std::runtime_error("the time limit of the test passed");
}

/// Runs the coroutine to its end and gives its result, or throws what it threw.
template <class T, class Ex>
T run_coro(boost::asio::io_context& io, boost::asio::awaitable<T, Ex> body) {
  bool done = false;
  std::exception_ptr error;
  if constexpr (std::is_void_v<T>) {
    auto note = [&](std::exception_ptr e) {
      error = e;
      done = true;
    };
    boost::asio::co_spawn(Ex(io.get_executor()), std::move(body), std::move(note));
    run_until(io, [&] { return done; });
    if (error) std::rethrow_exception(error);
  } else {
    std::optional<T> result;
    auto note = [&](std::exception_ptr e, T value) {
      error = e;
      if (!e) result.emplace(std::move(value));
      done = true;
    };
    boost::asio::co_spawn(Ex(io.get_executor()), std::move(body), std::move(note));
    run_until(io, [&] { return done; });
    if (error) std::rethrow_exception(error);
    return std::move(*result);
  }
}

}  // namespace plua::testing
