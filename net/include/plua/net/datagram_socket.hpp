// SPDX-License-Identifier: MIT
// A UDP socket that any number of tasks may send and receive with: requests queue, none loses a datagram.
#pragma once

#include <plua/core/object.hpp>
#include <plua/net/descriptor.hpp>
#include <plua/net/network.hpp>
#include <plua/net/receive_operation.hpp>
#include <plua/net/send_operation.hpp>
#include <plua/net/socket.hpp>

#include <boost/intrusive/list.hpp>

#include <deque>
#include <optional>
#include <string>

namespace plua::net {

/// Where a new datagram socket sits, and whom it talks to.
struct datagram_setup {
  std::optional<socket_address> local = {};  ///< chosen by the system when empty
  std::optional<socket_address> peer = {};   ///< anybody when empty
  bool broadcast = false;                    ///< may send to broadcast addresses
};

/// Datagrams come in their order, each whole, and go to the receivers in the order of their calls. What comes
/// while nobody receives waits in the system's queue, from the moment the socket exists: up to
/// `queue_bytes`, or net.core.rmem_max where that is less, of which a datagram takes its length and 0.5 to 1
/// KB. So at least 200 small ones wait anywhere; when the queue is full the newest are lost, as UDP does. An
/// idle socket holds no memory of ours.
class datagram_socket final
    : public object,
      private descriptor,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  static constexpr int queue_bytes = 1024 * 1024;
  /// What a datagram can hold at most, over either version of IP.
  static constexpr std::size_t largest = 65535;

  /// Throws failure: "bind" or "connect".
  datagram_socket(network& owner, const datagram_setup& setup);
  /// Takes over a non-blocking datagram socket; throws std::system_error when it cannot be waited for.
  datagram_socket(network& owner, int fd);
  ~datagram_socket() override;

  bool is_open() const noexcept { return open_; }
  /// Empty once closed.
  address local() const;
  /// The only address that it sends to and receives from, if it has one.
  const std::optional<socket_address>& peer() const noexcept { return peer_; }

  /// Limit for each receive and send, in seconds; none when empty, zero to never wait.
  std::optional<double> timeout() const noexcept { return timeout_; }
  void set_timeout(std::optional<double> seconds) noexcept { timeout_ = seconds; }

  /// Pending and later operations end with errc::closed. What waits in the queue is dropped.
  void close() noexcept;

  std::string label() const override;
  void on_close() noexcept override { close(); }
  void on_collect() noexcept override { close(); }

 private:
  friend class receive_operation;
  friend class send_operation;

  bool begin(receive_operation& r, bool never_waits);
  bool begin(send_operation& s, bool never_waits);
  void leave(receive_operation& r) noexcept;
  void leave(send_operation& s) noexcept;
  /// Nobody took a datagram that was received: the next receiver gets it.
  void put_back(std::string data, const socket_address& from);

  bool receive_one(receive_operation& r);
  bool send_one(send_operation& s);
  void serve_receivers();
  void serve_senders();
  void on_ready(bool input, bool output) override;

  struct returned {
    std::string data;
    socket_address from;
  };

  network& network_;
  int family_ = 0;
  std::optional<socket_address> peer_;
  std::optional<double> timeout_;
  std::deque<returned> returned_;
  boost::intrusive::list<receive_operation, boost::intrusive::constant_time_size<false>> receivers_;
  boost::intrusive::list<send_operation, boost::intrusive::constant_time_size<false>> senders_;
  boost::intrusive::list<send_operation, boost::intrusive::constant_time_size<false>> lookups_;
  bool open_ = true;
};

}  // namespace plua::net

template <>
inline constexpr const char* plua::object_class<plua::net::datagram_socket> = "net.datagram_socket";
