// SPDX-License-Identifier: MIT
// What all sockets of a runtime share.
#pragma once

#include <plua/coro/runtime.hpp>
#include <plua/coro/service.hpp>

#include <boost/intrusive/list.hpp>

#include <array>
#include <memory>

namespace plua::net {

class connection;
class listener;
class resolver;

/// Received bytes pass through this buffer on their way into Lua, so that a connection needs none of its own.
using scratch_buffer = std::array<char, 64 * 1024>;

class network final : public service {
 public:
  explicit network(runtime& owner);
  ~network() override;
  /// Closes every connection and listener.
  void shut_down() noexcept override;

  executor get_executor() const noexcept { return executor_; }
  timer_queue& timers() const noexcept { return *timers_; }
  resolver& names() const noexcept { return resolver_; }
  const std::shared_ptr<scratch_buffer>& scratch() const noexcept { return scratch_; }

  void enlist(connection& c);
  void enlist(listener& l);
  std::size_t open_connections() const noexcept;

 private:
  struct lists;

  executor executor_;
  boost::intrusive_ptr<timer_queue> timers_;
  resolver& resolver_;
  std::shared_ptr<scratch_buffer> scratch_;
  std::unique_ptr<lists> lists_;
};

}  // namespace plua::net
