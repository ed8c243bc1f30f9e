// SPDX-License-Identifier: MIT
// A listening TCP socket: tasks wait for connections in the order they asked.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/accept_operation.hpp>
#include <plua/net/descriptor.hpp>
#include <plua/net/network.hpp>
#include <plua/net/socket.hpp>

#include <boost/intrusive/list.hpp>

#include <string>
#include <sys/socket.h>

namespace plua::net {

/// As many connections as the system lets wait.
inline constexpr int default_backlog = SOMAXCONN;

class listener final
    : public object,
      private descriptor,
      private timer_entry,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// Binds and listens with SO_REUSEADDR. Throws failure("listen").
  listener(network& owner, const tcp::endpoint& endpoint, int backlog = default_backlog);
  ~listener() override;

  bool is_open() const noexcept { return open_; }
  /// The bound address; the port is real even when 0 was asked for.
  const address& local() const noexcept { return local_; }

  /// Stops listening: pending accepts end with errc::closed.
  void close() noexcept;

  std::string label() const override;
  void on_close() noexcept override { close(); }
  void on_collect() noexcept override { close(); }

 private:
  friend class accept_operation;

  bool begin(accept_operation& a, bool never_waits);
  void leave(accept_operation& a) noexcept;
  bool accept_one(accept_operation& a);
  void wait();
  void stop_waiting() noexcept;
  void serve();
  void on_ready(bool input, bool output) override;
  void expired() noexcept override;

  network& network_;
  address local_;
  boost::intrusive::list<accept_operation, boost::intrusive::constant_time_size<false>> waiting_;
  bool open_ = true;
  bool shortage_ = false;  // the last accept failed for want of descriptors
};

}  // namespace plua::net

template <>
inline constexpr const char* plua::object_class<plua::net::listener> = "net.listener";
