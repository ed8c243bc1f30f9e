// SPDX-License-Identifier: MIT
#include <plua/net/connect.hpp>
#include <plua/net/resolver.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace plua::net {
namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable_t<executor>());

// Cancels the coroutine that runs under it when the time has passed.
class deadline final : public timer_entry {
 public:
  asio::cancellation_slot slot() { return signal_.slot(); }
  void cancel() { signal_.emit(asio::cancellation_type::terminal); }
  bool passed() const noexcept { return passed_; }

 private:
  void expired() noexcept override {
    passed_ = true;
    cancel();
  }

  asio::cancellation_signal signal_;
  bool passed_ = false;
};

awaitable<ptr<connection>> connect_unbounded(network& net, std::string host, std::uint16_t port) {
  const std::vector<tcp::endpoint> endpoints = co_await net.names().resolve(host, port);
  failure last(make_error_code(errc::not_found), "connect", to_string({host, port}));
  for (const tcp::endpoint& endpoint : endpoints) {
    tcp_socket socket(net.get_executor());
    auto [ec] = co_await socket.async_connect(endpoint, as_values);
    if (ec) {
      last = failure(is_aborted(ec) ? make_error_code(errc::cancelled) : ec, "connect",
                     to_string(to_address(endpoint)));
      if (is_aborted(ec)) break;
      continue;
    }
    socket.set_option(tcp::no_delay(true), ec);
    const tcp::endpoint own = socket.local_endpoint(ec);
    co_return ptr<connection>(new connection(net, std::move(socket), to_address(own), to_address(endpoint)));
  }
  throw last;
}

}  // namespace

awaitable<ptr<connection>> connect(network& net, std::string host, std::uint16_t port,
                                   std::optional<double> timeout) {
  if (!timeout) co_return co_await connect_unbounded(net, std::move(host), port);

  deadline limit;
  const std::string where = to_string({host, port});
  net.timers().arm_after(limit, *timeout);
  // Our own cancellation goes the same way as the deadline's.
  auto outer = (co_await asio::this_coro::cancellation_state).slot();
  if (outer.is_connected()) outer.assign([&limit](asio::cancellation_type) { limit.cancel(); });
  auto body = connect_unbounded(net, std::move(host), port);
  auto token = asio::bind_cancellation_slot(limit.slot(), as_values);
  auto [error, connected] = co_await asio::co_spawn(net.get_executor(), std::move(body), token);
  if (outer.is_connected()) outer.clear();
  if (limit.passed() && error) throw failure(make_error_code(errc::timeout), "connect", where);
  if (error) std::rethrow_exception(error);
  co_return connected;
}

awaitable<ptr<listener>> listen(network& net, std::string host, std::uint16_t port, int backlog) {
  const std::vector<tcp::endpoint> endpoints = co_await net.names().resolve(std::move(host), port, true);
  co_return ptr<listener>(new listener(net, endpoints.front(), backlog));
}

}  // namespace plua::net
