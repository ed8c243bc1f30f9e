// SPDX-License-Identifier: MIT
// Waiting for one datagram.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/operation.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/socket.hpp>

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace plua::net {

class datagram_socket;

/// The datagram (its bytes valid until the operation is destroyed or other data is received), or why there is
/// none.
struct receive_result {
  error_code error;
  std::string_view data;
  address from = {};
};

class receive_operation
    : public operation,
      private timer_entry,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

  /// What a datagram has beyond `max_bytes` is dropped. A null socket completes with errc::not_found.
  /// `timeout` in seconds; the socket's own when empty. An ICMP error about an earlier datagram of a socket
  /// with a peer ends the receive (ECONNREFUSED...); the socket remains usable.
  receive_operation(ptr<datagram_socket> source, std::size_t max_bytes = no_limit,
                    std::optional<double> timeout = {});
  /// Completed, but with its result not taken (the task was cancelled): the datagram goes back to the socket.
  ~receive_operation() override;

  bool start() override;
  void cancel() noexcept override;
  std::string describe() const override;
  const work_kind* kind() const noexcept override;
  std::size_t bytes() const noexcept override { return data_.size(); }
  void retain() override;
  receive_result result();
  const ptr<datagram_socket>& source() const noexcept { return source_; }

 private:
  friend class datagram_socket;

  void expired() noexcept override;
  void finish() noexcept;

  ptr<datagram_socket> source_;
  std::size_t max_bytes_;
  std::optional<double> timeout_;
  error_code error_;
  std::string_view data_;
  socket_address from_;
  std::unique_ptr<std::string> owned_;
  bool holds_ = false;  // a datagram that nobody has taken yet
};

/// A datagram on its own.
struct datagram {
  std::string data;
  address from;
};

/// The same for C++, where the bytes must be owned.
class owned_receive_operation final : public receive_operation {
 public:
  using receive_operation::receive_operation;
  outcome<datagram> result();
};

}  // namespace plua::net
