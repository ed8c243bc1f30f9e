// SPDX-License-Identifier: MIT
// WebSocket echo with Beast's coroutines: the limit. A message goes out in one frame, as the peers do it.
// Prints its port.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <cstdio>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using executor = asio::io_context::executor_type;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
using stream = websocket::stream<beast::basic_stream<asio::ip::tcp, executor>>;
template <class T>
using awaitable = asio::awaitable<T, executor>;
constexpr auto use_awaitable = asio::as_tuple(asio::use_awaitable_t<executor>{});

awaitable<void> serve(stream ws) {
  beast::get_lowest_layer(ws).socket().set_option(asio::ip::tcp::no_delay(true));
  ws.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
  ws.auto_fragment(false);
  if (const auto [ec] = co_await ws.async_accept(use_awaitable); ec) co_return;
  beast::flat_buffer buffer;
  for (;;) {
    const auto [read_error, read] = co_await ws.async_read(buffer, use_awaitable);
    if (read_error) co_return;
    ws.text(ws.got_text());
    const auto [write_error, written] = co_await ws.async_write(buffer.data(), use_awaitable);
    if (write_error) co_return;
    buffer.consume(buffer.size());
  }
}

awaitable<void> listen(tcp_acceptor& acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(use_awaitable);
    if (!ec) asio::co_spawn(acceptor.get_executor(), serve(stream(std::move(socket))), asio::detached);
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
