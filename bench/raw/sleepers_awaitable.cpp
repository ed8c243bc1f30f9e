// SPDX-License-Identifier: MIT
// Asio coroutines that sleep at once: sleepers_awaitable N. Prints N when all of them do, and stays until it
// is ended.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, executor>;
constexpr asio::use_awaitable_t<executor> use_awaitable{};

asio::awaitable<void, executor> sleep(executor ex) {
  timer until(ex, std::chrono::minutes(10));
  co_await until.async_wait(use_awaitable);
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  asio::io_context context(1);
  const long n = std::atol(argv[1]);
  for (long i = 0; i < n; ++i) asio::co_spawn(context, sleep(context.get_executor()), asio::detached);
  context.poll();
  std::printf("%ld\n", n);
  std::fflush(stdout);
  context.run();
}
