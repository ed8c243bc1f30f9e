// SPDX-License-Identifier: MIT
// TCP echo with Asio's coroutines: the limit that plua is compared with. Prints its port.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdio>

namespace asio = boost::asio;
using boost::system::error_code;
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
template <class T>
using awaitable = asio::awaitable<T, executor>;
constexpr auto use_awaitable = asio::as_tuple(asio::use_awaitable_t<executor>{});

awaitable<void> serve(tcp_socket socket) {
  socket.set_option(asio::ip::tcp::no_delay(true));
  std::array<char, 4096> buffer;
  for (;;) {
    const auto [read_error, n] = co_await socket.async_read_some(asio::buffer(buffer), use_awaitable);
    if (read_error) co_return;
    const auto [write_error, sent] =
        co_await asio::async_write(socket, asio::buffer(buffer, n), use_awaitable);
    if (write_error) co_return;
  }
}

awaitable<void> listen(tcp_acceptor& acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(use_awaitable);
    if (!ec) asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

int main() {
  asio::io_context context(1);
  tcp_acceptor acceptor(context.get_executor(), {asio::ip::address_v4::loopback(), 0});
  std::printf("%d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::co_spawn(context.get_executor(), listen(acceptor), asio::detached);
  context.run();
}
