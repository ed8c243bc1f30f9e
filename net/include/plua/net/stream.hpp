// SPDX-License-Identifier: MIT
// One type for every byte stream that C++ coroutines read and write: TCP, and TLS over another stream.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/executor.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/connection.hpp>
#include <plua/net/network.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plua::net {

/// The moment at which waiting ends; empty for never.
using deadline = std::optional<timer_queue::clock::time_point>;

/// So many seconds from now; never when there is no such number, or when it is too large to matter.
deadline deadline_after(std::optional<double> seconds);
/// The one that comes first.
deadline earlier(const deadline& a, const deadline& b);
/// What is left, for an operation that takes seconds: zero when the moment has passed.
std::optional<double> seconds_until(const deadline& d);

/// A connected stream with one reader and one writer at a time. It must outlive what waits in it. Every
/// failure is thrown as `failure`, errc::timeout once the deadline has passed; afterwards the stream is only
/// good for closing.
///
///     std::unique_ptr<net::stream> s = net::make_stream(network, connection);
///     s->set_deadline(net::deadline_after(10));
///     co_await s->write("ping\n");
///     std::size_t n = co_await s->read_some(buffer);
class stream {
 public:
  stream() = default;
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  virtual ~stream() = default;

  /// Waits for at least one byte; zero is the end of the stream, or an empty buffer.
  virtual awaitable<std::size_t> read_some(std::span<char> into) = 0;
  /// Sends all of it. The data must stay until it is done.
  virtual awaitable<void> write(std::string_view data) = 0;

  enum class state { nothing, data, ended };
  /// Reads what is there without waiting; `count` is set for `data`.
  virtual state read_now(std::span<char> into, std::size_t& count) noexcept = 0;

  /// Closes without waiting. The farewell is sent if the system takes it at once. Allowed twice.
  virtual void close(std::string_view farewell = {}) noexcept = 0;
  virtual bool is_open() const noexcept = 0;

  /// Limits all that is awaited from now on.
  virtual void set_deadline(const deadline& when) noexcept = 0;
  /// The address of the peer, for messages: "127.0.0.1:80".
  virtual std::string peer() const = 0;

  /// Whether the peer has neither sent anything nor ended the stream: a connection that may be used again.
  bool is_quiet() noexcept;
};

std::unique_ptr<stream> make_stream(network& owner, ptr<connection> connected);

}  // namespace plua::net
