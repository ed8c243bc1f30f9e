// SPDX-License-Identifier: MIT
// PLua's sync_api: a server for one external program, to which a script sends requests.
#include <plua/coro/async.hpp>
#include <plua/coro/bind_async.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/connect.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plua {
namespace {

using net::connection;
using net::listener;
using net::read_format;
using std::optional;
using std::string;

constexpr double default_timeout = 5;
constexpr auto as_awaitable = asio::use_awaitable_t<executor>();

using text_reply = std::tuple<bool, optional<string>, string>;
using setup_reply = std::tuple<bool, optional<std::int64_t>, optional<string>>;

template <class Op, class... Args>
auto perform(executor ex, Args... args) -> awaitable<decltype(std::declval<Op&>().result())> {
  auto make = [&args...] { return Op(args...); };
  co_return co_await async_operation<Op>(ex, std::move(make), as_awaitable);
}

/// The server and its client. A client that has gone makes room for the next; none keeps the program alive.
class external_system final : public service {
 public:
  explicit external_system(runtime& owner) : net_(owner.use<net::network>()), turn_(owner.get_executor()) {
    turn_.expires_at(std::chrono::steady_clock::time_point::max());
  }
  void shut_down() noexcept override { close(); }

  void close() noexcept {
    if (listener_) std::exchange(listener_, nullptr)->close();
    drop_client();
  }

  awaitable<std::int64_t> listen(string host, std::uint16_t port) {
    close();
    listener_ = co_await net::listen(net_, std::move(host), port);
    co_return listener_->local().port;
  }

  awaitable<text_reply> exchange(string data, double timeout) {
    // One after the other: a reply belongs to the request before it.
    while (busy_) co_await turn_.async_wait(asio::as_tuple(as_awaitable));
    busy_ = true;
    const turn_end at_end{*this};
    for (;;) {
      if (!co_await has_client()) co_return text_reply(false, std::nullopt, "No external system connected");
      const ptr<connection> client = client_;
      const auto sent =
          co_await perform<net::counted_write_operation>(ex(), client, data, optional<double>(timeout));
      if (sent) co_return co_await receive(client, timeout);
      drop_client();
    }
  }

 private:
  struct turn_end {
    external_system& system;
    ~turn_end() {
      system.busy_ = false;
      system.turn_.cancel_one();
    }
  };

  executor ex() const { return net_.get_executor(); }

  void drop_client() noexcept {
    if (client_) std::exchange(client_, nullptr)->close();
  }

  awaitable<outcome<string>> read(ptr<connection> from, read_format format, double timeout) {
    return perform<net::owned_read_operation>(ex(), std::move(from), format, optional<double>(timeout));
  }

  // Takes the next client where the last one has gone. What a client sent unasked, or too late, is dropped.
  awaitable<bool> has_client() {
    for (;;) {
      if (!client_) {
        if (!listener_) co_return false;
        auto accepted =
            co_await perform<net::accept_connection_operation>(ex(), listener_, optional<double>(0.0));
        if (!accepted) co_return false;
        client_ = *accepted;
      }
      const auto unasked = co_await read(client_, read_format(), 0);
      if (unasked) continue;
      if (unasked.error().code() == errc::timeout) co_return true;
      drop_client();
    }
  }

  // A line, or what has come of it when the time is over or the client has ended.
  awaitable<text_reply> receive(ptr<connection> client, double timeout) {
    const read_format line{read_format::kind::line, read_format::line_limit};
    auto reply = co_await read(client, line, timeout);
    const bool in_vain = !reply && reply.error().code() == errc::timeout;
    if (in_vain) reply = co_await read(client, read_format(), 0);
    if (reply) co_return text_reply(true, std::move(*reply), "Success");
    if (in_vain && reply.error().code() == errc::timeout)
      co_return text_reply(false, std::nullopt, "Read timeout");
    if (client == client_) drop_client();
    if (reply.error().code() == errc::eof) co_return text_reply(false, std::nullopt, "Empty response");
    co_return text_reply(false, std::nullopt, "Exception: " + reply.error().code().message());
  }

  net::network& net_;
  ptr<listener> listener_;
  ptr<connection> client_;
  bool busy_ = false;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             executor>
      turn_;
};

awaitable<setup_reply> setup_server(external_system& system, string host, net::port_number port) {
  string error;
  try {
    const std::int64_t bound = co_await system.listen(std::move(host), port.number);
    co_return setup_reply(true, bound, std::nullopt);
  } catch (const failure& e) {
    error = e.sentence();
  }
  co_return setup_reply(false, std::nullopt, std::move(error));
}

awaitable<text_reply> send(external_system& system, string data, optional<double> timeout) {
  return system.exchange(std::move(data), timeout.value_or(default_timeout));
}

void close(external_system& system) { system.close(); }

}  // namespace

extern const extension_set sync_api_extensions([] {
  return std::vector{
      define<&setup_server>(
          {.name = "sync_api_setup_server",
           .category = "sync_api",
           .summary = "Listens for an external program that answers requests; one is served at a time, and "
                      "the next when it has gone. A second call replaces the server. It does not keep the "
                      "program alive.",
           .params = {{"host", "address to bind"}, {"port", "0 lets the system choose"}},
           .returns = "true and the port; or false, nil and a message",
           .example = "local ok, port = _PY.sync_api_setup_server('127.0.0.1', 0)",
           .standard = "PLua"}),
      define<&send>(
          {.name = "sync_api_send",
           .category = "sync_api",
           .summary = "Sends a request to the external program and waits for its reply: a line, or what has "
                      "come when the time is over. Requests of several tasks go one after the other. What "
                      "the program sent before the request is dropped.",
           .params = {{"text", "sent as it is"}, {"timeout", "seconds; 5 unless given"}},
           .returns = "true, the reply without the end of its line, and \"Success\"; or false, nil and "
                      "\"No external system connected\", \"Read timeout\", \"Empty response\" or "
                      "\"Exception: ...\"",
           .example = "local ok, reply, message = _PY.sync_api_send('status\\n', 2)",
           .standard = "PLua"}),
      define<&close>({.name = "sync_api_close",
                      .category = "sync_api",
                      .summary = "Stops listening and closes the client. Allowed twice.",
                      .example = "_PY.sync_api_close()",
                      .standard = "PLua"}),
  };
});

}  // namespace plua
