// SPDX-License-Identifier: MIT
// Sending one datagram, to the peer of the socket or to an address that may have to be looked up.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/operation.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/resolver.hpp>
#include <plua/net/socket.hpp>

#include <boost/intrusive/list.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plua::net {

class datagram_socket;

struct send_result {
  error_code error;
  std::size_t sent = 0;
};

/// Datagrams to numeric addresses go out in the order of the calls.
class send_operation
    : public operation,
      private operation::receiver,
      private timer_entry,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// To the peer. `data` must live as long as the operation; a null socket completes with errc::not_found.
  send_operation(ptr<datagram_socket> source, std::string_view data);
  /// To the first address of the host that the socket can reach; a socket with a peer sends to that only, and
  /// to all else gives EISCONN. A name is looked up each time.
  send_operation(ptr<datagram_socket> source, std::string_view data, std::string host, std::uint16_t port);
  ~send_operation() override;

  bool start() override;
  void cancel() noexcept override;
  std::string describe() const override;
  const work_kind* kind() const noexcept override;
  std::size_t bytes() const noexcept override { return result_.sent; }
  send_result result() { return result_; }
  /// Where it goes, for messages.
  std::string target() const;

 private:
  friend class datagram_socket;

  void operation_completed() noexcept override;
  void expired() noexcept override;
  void finish(error_code ec) noexcept;
  bool never_waits() const noexcept;
  bool take_address();

  ptr<datagram_socket> source_;
  std::string_view data_;
  std::string host_;
  std::uint16_t port_ = 0;
  std::optional<socket_address> to_;
  std::optional<resolve_operation> lookup_;
  send_result result_;
};

/// The same for C++: the count of bytes, or the failure.
class counted_send_operation final : public send_operation {
 public:
  using send_operation::send_operation;
  outcome<std::size_t> result();
};

}  // namespace plua::net
