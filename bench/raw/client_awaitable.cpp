// SPDX-License-Identifier: MIT
// The client side of TCP echo with Asio's coroutines: client_awaitable MODE PORT N.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdlib>
#include <string_view>

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
template <class T>
using awaitable = asio::awaitable<T, executor>;
constexpr asio::use_awaitable_t<executor> use_awaitable{};

asio::ip::tcp::endpoint server;

awaitable<void> round_trips(executor ex, long count) {
  tcp_socket socket(ex);
  co_await socket.async_connect(server, use_awaitable);
  socket.set_option(asio::ip::tcp::no_delay(true));
  std::array<char, 64> message{};
  for (long i = 0; i < count; ++i) {
    co_await asio::async_write(socket, asio::buffer(message), use_awaitable);
    co_await asio::async_read(socket, asio::buffer(message), use_awaitable);
  }
}

awaitable<void> connections(executor ex, long count) {
  for (long i = 0; i < count; ++i) co_await round_trips(ex, 1);
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string_view mode = argv[1];
  server = {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::atoi(argv[2]))};
  const long n = std::atol(argv[3]);
  asio::io_context context(1);
  const executor ex = context.get_executor();
  if (mode == "connect") {
    asio::co_spawn(ex, connections(ex, n), asio::detached);
  } else {
    const long tasks = mode == "parallel" ? 100 : 1;
    for (long i = 0; i < tasks; ++i) asio::co_spawn(ex, round_trips(ex, n / tasks), asio::detached);
  }
  context.run();
}
