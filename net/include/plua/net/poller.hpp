// SPDX-License-Identifier: MIT
// Readiness of all sockets of a runtime: one epoll of ours, which is a single descriptor of the io_context.
// A socket is registered once, edge-triggered, and then costs no system call to wait for, where a wait of
// Asio costs an epoll_ctl each time; and one wake-up of the loop serves all sockets that are ready.
#pragma once

#include <plua/core/error.hpp>
#include <plua/coro/executor.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <sys/epoll.h>
#include <vector>

namespace plua::net {

class descriptor;

class poller : public boost::intrusive_ref_counter<poller, boost::thread_unsafe_counter> {
 public:
  /// Throws std::system_error when there is no descriptor left.
  explicit poller(asio::io_context& context);

  executor get_executor() noexcept { return epoll_.get_executor(); }
  /// Received bytes pass through this buffer on their way into Lua, so that a connection needs none of its
  /// own.
  using buffer_type = std::array<char, 64 * 1024>;
  buffer_type& buffer() noexcept { return buffer_; }

 private:
  friend class descriptor;

  // A number that is never used twice stands for a descriptor in the kernel: where a child process still
  // holds a closed socket its events go on, and must find nobody.
  struct slot {
    descriptor* owner = nullptr;
    std::uint32_t generation = 0;
  };

  error_code add(descriptor& d, std::uint32_t events);
  error_code change(const descriptor& d, std::uint32_t events);
  void move(descriptor& to) noexcept;
  void remove(const descriptor& d) noexcept;
  /// Somebody waits for one thing more, or less. While nobody does the loop may end.
  void begin_wait();
  void end_wait() noexcept;
  /// Calls the descriptor in a turn of its own: what it waits for is there already.
  void post(const descriptor& d);

  descriptor* find(std::uint64_t key) const noexcept;
  static std::uint64_t key_of(int fd, std::uint32_t generation) noexcept;
  void arm();
  void woken(const boost::system::error_code& ec);
  void dispatch();

  asio::posix::basic_stream_descriptor<executor> epoll_;
  std::vector<slot> slots_;  // by descriptor number
  std::array<epoll_event, 128> events_;
  std::size_t count_ = 0;  // of the batch that is being dispatched
  std::size_t next_ = 0;
  std::size_t waits_ = 0;
  bool armed_ = false;
  bool dispatching_ = false;
  buffer_type buffer_;
};

}  // namespace plua::net
