// SPDX-License-Identifier: MIT
// HTTP client with Beast's coroutines: http_client PORT COUNT PARALLEL. That many coroutines, each with a
// connection of its own, share COUNT requests for /static.
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
#include <cstdlib>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using executor = asio::io_context::executor_type;
using tcp_stream = beast::basic_stream<asio::ip::tcp, executor>;
template <class T>
using awaitable = asio::awaitable<T, executor>;
constexpr auto use_awaitable = asio::use_awaitable_t<executor>{};

struct shared_work {
  long left, done = 0;
};

awaitable<void> get_all(asio::io_context& context, asio::ip::tcp::endpoint to, shared_work& work) {
  tcp_stream stream(context.get_executor());
  stream.expires_after(std::chrono::seconds(30));
  co_await stream.async_connect(to, use_awaitable);
  stream.socket().set_option(asio::ip::tcp::no_delay(true));
  beast::flat_buffer buffer;
  for (; work.left > 0;) {
    --work.left;
    stream.expires_after(std::chrono::seconds(30));
    http::request<http::empty_body> request(http::verb::get, "/static", 11);
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::user_agent, "bench");
    co_await http::async_write(stream, request, use_awaitable);
    http::response<http::string_body> response;
    co_await http::async_read(stream, buffer, response, use_awaitable);
    if (response.result() == http::status::ok && response.body().size() == 13) ++work.done;
  }
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  asio::io_context context(1);
  const asio::ip::tcp::endpoint to(asio::ip::address_v4::loopback(),
                                   static_cast<asio::ip::port_type>(std::atoi(argv[1])));
  const long count = std::atol(argv[2]);
  shared_work work{count};
  for (int i = std::atoi(argv[3]); i > 0; --i)
    asio::co_spawn(context.get_executor(), get_all(context, to, work), asio::detached);
  context.run();
  return work.done == count ? 0 : 1;
}
