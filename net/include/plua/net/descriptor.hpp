// SPDX-License-Identifier: MIT
// A non-blocking file descriptor that somebody waits for.
#pragma once

#include <plua/net/poller.hpp>

namespace plua::net {

/// Owns a descriptor and its registration. The class derived from it reads and writes, and says what it
/// found: events come when something changes, so `input_ready` stays set until a read has found nothing left.
class descriptor {
 public:
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  int native_handle() const noexcept { return fd_; }

 protected:
  explicit descriptor(poller& owner) noexcept : poller_(&owner) {}
  /// Takes over the other's descriptor, which must not be waited for.
  descriptor(descriptor&& other) noexcept;
  ~descriptor() { close_descriptor(); }

  /// Takes over `fd`, which is closed when it cannot be registered.
  error_code open_descriptor(int fd, bool for_output);
  void close_descriptor() noexcept;

  /// What was waited for, once a wait, is there. Runs in the loop; may close or destroy the descriptor.
  virtual void on_ready(bool input, bool output) = 0;

  bool waits_for_input() const noexcept { return waits_for_input_; }
  bool waits_for_output() const noexcept { return waits_for_output_; }
  void wait_for_input();
  /// May fail at the first time, with ENOMEM or ENOSPC.
  error_code wait_for_output();
  void stop_waiting_for_input() noexcept;
  void stop_waiting_for_output() noexcept;

  bool input_ready() const noexcept { return input_ready_; }
  /// A read took less than it had room for: the next would only find nothing, unless the peer has ended.
  void input_taken() noexcept { input_ready_ = hung_up_; }
  /// A read found nothing.
  void input_empty() noexcept { input_ready_ = hung_up_ = false; }

  poller& reactor() const noexcept { return *poller_; }

 private:
  friend class poller;

  void notify(std::uint32_t events);
  void call(bool input, bool output);

  boost::intrusive_ptr<poller> poller_;
  int fd_ = -1;
  std::uint32_t generation_ = 0;
  bool waits_for_input_ : 1 = false;
  bool waits_for_output_ : 1 = false;
  bool watches_output_ : 1 = false;
  bool input_ready_ : 1 = false;
  bool hung_up_ : 1 = false;  // the peer ended its side, or an error came: reads find that at the end
};

}  // namespace plua::net
