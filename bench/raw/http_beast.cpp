// SPDX-License-Identifier: MIT
// HTTP with Beast's coroutines, as its examples do it: a deadline for each request, one message in, one out.
// GET is answered with a greeting, POST with the totals of an order. Prints its port.
#include "http_date.hpp"
#include "order.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <cstdio>
#include <exception>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using executor = asio::io_context::executor_type;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
using tcp_stream = beast::basic_stream<asio::ip::tcp, executor>;
template <class T>
using awaitable = asio::awaitable<T, executor>;
constexpr auto use_awaitable = asio::as_tuple(asio::use_awaitable_t<executor>{});

using request = http::request<http::string_body>;
using response = http::response<http::string_body>;

response handle(const request& of) {
  response made(http::status::ok, of.version());
  made.set(http::field::server, "bench");
  made.set(http::field::date, bench::http_date());
  if (of.method() == http::verb::get) {
    made.set(http::field::content_type, "text/plain");
    made.body() = "Hello, World!";
  } else {
    made.set(http::field::content_type, "application/json");
    try {
      made.body() = bench::totals(of.body());
    } catch (const std::exception&) {
      made.result(http::status::bad_request);
      made.body() = "not an order";
    }
  }
  made.set(http::field::connection, of.keep_alive() ? "keep-alive" : "close");
  made.prepare_payload();
  return made;
}

awaitable<void> serve(tcp_stream stream) {
  stream.socket().set_option(asio::ip::tcp::no_delay(true));
  beast::flat_buffer buffer;
  for (;;) {
    stream.expires_after(std::chrono::seconds(30));
    request in;
    const auto [read_error, read] = co_await http::async_read(stream, buffer, in, use_awaitable);
    if (read_error) co_return;
    const response out = handle(in);
    const auto [write_error, written] = co_await http::async_write(stream, out, use_awaitable);
    if (write_error || !out.keep_alive()) co_return;
  }
}

awaitable<void> listen(tcp_acceptor& acceptor) {
  for (;;) {
    auto [ec, socket] = co_await acceptor.async_accept(use_awaitable);
    if (!ec) asio::co_spawn(acceptor.get_executor(), serve(tcp_stream(std::move(socket))), asio::detached);
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
