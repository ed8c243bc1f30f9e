// SPDX-License-Identifier: MIT
// Names to addresses with getaddrinfo, each lookup in a thread of its own: one slow name delays no other
// (Asio's resolver has a single thread), and /etc/hosts and nsswitch are obeyed as everywhere on the machine.
#pragma once

#include <plua/core/value.hpp>
#include <plua/coro/operation.hpp>
#include <plua/coro/service.hpp>
#include <plua/net/socket.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace plua::net {

const boost::system::error_category& resolver_category() noexcept;  ///< EAI_ numbers: "host not found"...

class resolve_operation;

class resolver final : public service {
 public:
  explicit resolver(runtime& owner);
  ~resolver() override;
  void shut_down() noexcept override;
  void runtime_gone() noexcept override;

  /// A resolve_operation for C++ coroutines. Throws failure("resolve").
  awaitable<std::vector<tcp::endpoint>> resolve(std::string host, std::uint16_t port, bool passive = false);

 private:
  friend class resolve_operation;
  struct lookup;
  struct mailbox;

  void begin(std::shared_ptr<lookup> item);
  void start_next();
  void abandon() noexcept;

  executor executor_;
  std::shared_ptr<mailbox> mailbox_;
};

/// The addresses of a host. A numeric address is taken as it is, at once and without a thread. With
/// `passive`,
/// "" and "*" mean every address of the machine. Withdrawn, it leaves its thread to end for nobody.
class resolve_operation final : public operation {
 public:
  resolve_operation(resolver& names, std::string host, std::uint16_t port, bool passive = false);
  ~resolve_operation() override;

  bool start() override;
  void cancel() noexcept override;
  std::string describe() const override;
  const work_kind* kind() const noexcept override;
  outcome<std::vector<tcp::endpoint>> result();

 private:
  friend class resolver;

  void answered(error_code ec, std::vector<tcp::endpoint> endpoints) noexcept;

  resolver& names_;
  std::string host_;
  std::uint16_t port_;
  bool passive_;
  error_code error_;
  std::vector<tcp::endpoint> endpoints_;
  std::shared_ptr<resolver::lookup> lookup_;
};

}  // namespace plua::net
