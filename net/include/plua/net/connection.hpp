// SPDX-License-Identifier: MIT
// A connected byte stream that any number of tasks may read and write: requests queue, none loses data.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/descriptor.hpp>
#include <plua/net/network.hpp>
#include <plua/net/read_operation.hpp>
#include <plua/net/socket.hpp>
#include <plua/net/write_operation.hpp>

#include <boost/intrusive/list.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace plua::net {

/// Told once when a connection has ended: the peer closed, an error came, or this side closed it.
class connection_owner {
 public:
  virtual void connection_ended(connection& ended) noexcept = 0;

 protected:
  ~connection_owner() = default;
};

/// Reads and writes happen in the order they were asked for. Nothing is read from the socket before somebody
/// wants it, and an idle connection holds no buffer: the socket is waited for, then read into a buffer that
/// all connections share; only what was not asked for stays with the connection.
class connection final
    : public object,
      private descriptor,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// Takes over a connected, non-blocking socket; throws std::system_error when it cannot be waited for.
  connection(network& owner, int fd, const tcp::endpoint& remote);
  /// The same for one that is registered.
  connection(network& owner, descriptor&& connected, const tcp::endpoint& remote);
  ~connection() override;

  bool is_open() const noexcept { return open_; }
  /// Empty once closed.
  address local() const { return is_open() ? local_address(native_handle()) : address(); }
  address remote() const { return to_address(remote_); }
  const tcp::endpoint& peer() const noexcept { return remote_; }
  /// Gives the socket away, for who reads and writes in a way of his own. Nobody may be reading or writing;
  /// the connection is closed afterwards.
  descriptor&& detach() noexcept;

  /// Limit for each read and write, in seconds; none when empty, zero to never wait.
  std::optional<double> timeout() const noexcept { return timeout_; }
  void set_timeout(std::optional<double> seconds) noexcept { timeout_ = seconds; }

  /// Closes the socket; pending and later operations end with errc::closed. Unread data is dropped.
  void close() noexcept;
  /// Sends what was written and then end-of-stream (`send`), stops reading (`receive`), or both.
  void shut_down(asio::socket_base::shutdown_type what, error_code& ec);

  /// Reads ahead into the buffer (up to its limit) while nobody reads, so that the end of the peer is
  /// noticed.
  void watch(connection_owner* owner);
  /// Sets who is told, without reading ahead.
  void own(connection_owner* owner) noexcept { owner_ = owner; }
  /// Forgets the owner without telling it.
  void disown() noexcept { owner_ = nullptr; }

  /// The number under which a table knows it; 0 for none.
  std::int64_t id() const noexcept { return id_; }
  void set_id(std::int64_t id) noexcept { id_ = id; }

  /// Bytes that were received and not yet read.
  std::size_t buffered() const noexcept { return buffer_.size() - buffer_begin_; }
  std::size_t bytes_received() const noexcept { return received_; }
  std::size_t bytes_sent() const noexcept { return sent_; }

  std::string label() const override;
  void on_close() noexcept override { close(); }
  void on_collect() noexcept override { close(); }

 private:
  friend class read_operation;
  friend class write_operation;

  bool begin(read_operation& r, bool never_waits);
  bool begin(write_operation& w, bool never_waits);
  void leave(read_operation& r) noexcept;
  void leave(write_operation& w) noexcept;

  std::string_view pending() const noexcept { return std::string_view(buffer_).substr(buffer_begin_); }
  void consume(std::size_t n) noexcept;
  bool serve_from_buffer(read_operation& r);
  std::size_t receive(error_code& ec) noexcept;
  void take_in(std::string_view data);
  void pump_reads();
  void serve_readers();
  bool pump_write(write_operation& w);
  void on_ready(bool input, bool output) override;
  void pump_writes();
  void tell_owner() noexcept;

  boost::intrusive_ptr<timer_queue> timers_;
  tcp::endpoint remote_;
  std::string buffer_;
  std::size_t buffer_begin_ = 0;
  std::size_t received_ = 0;
  std::size_t sent_ = 0;
  boost::intrusive::list<read_operation, boost::intrusive::constant_time_size<false>> readers_;
  boost::intrusive::list<write_operation, boost::intrusive::constant_time_size<false>> writers_;
  std::optional<double> timeout_;
  connection_owner* owner_ = nullptr;
  std::int64_t id_ = 0;
  error_code input_end_;  // why nothing more will be received; clear while it may
  bool open_ = true;
};

}  // namespace plua::net

template <>
inline constexpr const char* plua::object_class<plua::net::connection> = "net.connection";
