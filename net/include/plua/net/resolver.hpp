// SPDX-License-Identifier: MIT
// Names to addresses with getaddrinfo, each lookup in a thread of its own: one slow name delays no other
// (Asio's resolver has a single thread), and /etc/hosts and nsswitch are obeyed as everywhere on the machine.
#pragma once

#include <plua/coro/service.hpp>
#include <plua/net/socket.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace plua::net {

const boost::system::error_category& resolver_category() noexcept;  ///< EAI_ numbers: "host not found"...

class resolver final : public service {
 public:
  explicit resolver(runtime& owner);
  ~resolver() override;
  void shut_down() noexcept override;
  void runtime_gone() noexcept override;

  /// The addresses of a host. A numeric address is taken as it is, without a thread. With `passive`, "" and
  /// "*" mean every address of the machine. Throws failure("resolve"). When the awaiting coroutine is
  /// cancelled it continues at once; the orphaned thread's answer is dropped.
  awaitable<std::vector<tcp::endpoint>> resolve(std::string host, std::uint16_t port, bool passive = false);

 private:
  class lookup;
  template <class Handler>
  class waiting_lookup;
  struct mailbox;

  void start_next();
  void abandon() noexcept;

  executor executor_;
  std::shared_ptr<mailbox> mailbox_;
};

}  // namespace plua::net
