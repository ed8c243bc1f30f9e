// SPDX-License-Identifier: MIT
// What all sockets of a runtime share.
#pragma once

#include <plua/coro/runtime.hpp>
#include <plua/coro/service.hpp>
#include <plua/net/poller.hpp>

#include <boost/intrusive/list.hpp>

#include <memory>

namespace plua::net {

class connection;
class datagram_socket;
class listener;
class resolver;

class network final : public service {
 public:
  explicit network(runtime& owner);
  ~network() override;
  /// Closes every connection, listener and datagram socket.
  void shut_down() noexcept override;

  executor get_executor() const noexcept { return executor_; }
  timer_queue& timers() const noexcept { return *timers_; }
  resolver& names() const noexcept { return resolver_; }
  net::poller& poller() const noexcept { return *poller_; }

  void enlist(connection& c);
  void enlist(listener& l);
  void enlist(datagram_socket& s);
  std::size_t open_connections() const noexcept;

 private:
  struct lists;

  executor executor_;
  boost::intrusive_ptr<timer_queue> timers_;
  resolver& resolver_;
  boost::intrusive_ptr<net::poller> poller_;
  std::unique_ptr<lists> lists_;
};

}  // namespace plua::net
