// SPDX-License-Identifier: MIT
// Opening TCP connections and listeners by name.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/operation.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/connection.hpp>
#include <plua/net/listener.hpp>
#include <plua/net/network.hpp>
#include <plua/net/resolver.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plua::net {

/// Connects to the first address of the host that answers, with TCP_NODELAY. `timeout` in seconds bounds all
/// of it, name lookup included. The failure is "resolve" or "connect"; errc::timeout when the limit passed.
class connect_operation : public operation, private operation::receiver, private timer_entry {
 public:
  connect_operation(network& net, std::string host, std::uint16_t port, std::optional<double> timeout);
  ~connect_operation() override;

  bool start() override;
  void cancel() noexcept override;
  std::string describe() const override;
  const work_kind* kind() const noexcept override;
  outcome<ptr<connection>> result();

 private:
  // A socket that is being connected.
  class attempt final : public descriptor {
   public:
    explicit attempt(connect_operation& whole) : descriptor(whole.net_.poller()), whole_(whole) {}
    enum class state { connected, pending, failed };
    state begin(const tcp::endpoint& to, error_code& ec);
    void give_up() noexcept { close_descriptor(); }

   private:
    void on_ready(bool input, bool output) override;
    connect_operation& whole_;
  };

  void operation_completed() noexcept override;
  void expired() noexcept override;
  bool take_addresses();
  bool try_next();
  void attempted(error_code ec);
  void succeed();
  void fail(const failure& why) { error_.emplace(why); }
  void settle(bool over);

  network& net_;
  std::string host_;
  std::uint16_t port_;
  std::optional<double> timeout_;
  std::optional<resolve_operation> lookup_;
  std::vector<tcp::endpoint> endpoints_;
  std::size_t next_ = 0;
  attempt attempt_{*this};
  ptr<connection> connected_;
  std::optional<failure> error_;
};

/// The same for C++ coroutines. Throws failure.
///
///     ptr<net::connection> c = co_await net::connect(runtime.use<net::network>(), "localhost", 80, 5.0);
awaitable<ptr<connection>> connect(network& net, std::string host, std::uint16_t port,
                                   std::optional<double> timeout);

/// Binds and listens; host "" or "*" means every IPv4 address, port 0 lets the system choose. Throws failure.
awaitable<ptr<listener>> listen(network& net, std::string host, std::uint16_t port,
                                int backlog = default_backlog);

}  // namespace plua::net
