// SPDX-License-Identifier: MIT
// Connections whose other end is a plain descriptor, and the operations of the network layer as C++
// coroutines.
#pragma once

#include "runtime_fixture.hpp"
#include <plua/coro/async.hpp>
#include <plua/net/connect.hpp>
#include <plua/net/connection.hpp>
#include <plua/net/listener.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace plua::testing {

/// A descriptor that the test owns: the peer of a connection.
class raw_socket {
 public:
  explicit raw_socket(int fd = -1) noexcept : fd_(fd) {}
  raw_socket(raw_socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  raw_socket& operator=(raw_socket&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  ~raw_socket() { close(); }
  void close() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void send(std::string_view data) const {
    if (::send(fd_, data.data(), data.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(data.size()))
      throw std::runtime_error("the test's socket does not take the data");
  }
  void end_of_sending() const { ::shutdown(fd_, SHUT_WR); }
  /// Closes so that the peer sees a reset.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close();
  }
  /// What is there now; empty at the end of the stream, too.
  std::string receive() const {
    char buffer[4096];
    const ssize_t n = ::recv(fd_, buffer, sizeof(buffer), MSG_DONTWAIT);
    return std::string(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

template <class Op, class... Args>
auto perform(net::network& net, Args... args)
    -> awaitable<std::remove_cvref_t<decltype(*std::declval<Op&>().result())>> {
  auto make = [&args...] { return Op(args...); };
  auto result =
      co_await async_operation<Op>(net.get_executor(), std::move(make), asio::use_awaitable_t<executor>());
  if (!result) throw result.error();
  co_return std::move(*result);
}

inline awaitable<std::string> read(net::network& net, ptr<net::connection> from, net::read_format format = {},
                                   std::optional<double> timeout = {}) {
  return perform<net::owned_read_operation>(net, std::move(from), format, timeout);
}

inline awaitable<std::size_t> write(net::network& net, ptr<net::connection> to, std::string_view data,
                                    std::optional<double> timeout = {}) {
  return perform<net::counted_write_operation>(net, std::move(to), data, timeout);
}

inline awaitable<ptr<net::connection>> accept(net::network& net, ptr<net::listener> from,
                                              std::optional<double> timeout = {}) {
  return perform<net::accept_connection_operation>(net, std::move(from), timeout);
}

/// Starts the coroutine and notes its outcome.
template <class T>
struct started {
  bool done = false;
  std::exception_ptr error;
  std::optional<T> value;

  void start(executor ex, awaitable<T> body) {
    asio::co_spawn(ex, std::move(body), [this](std::exception_ptr e, T v) {
      done = true;
      error = e;
      if (!e) value.emplace(std::move(v));
    });
  }
  /// The code of the failure that it ended with; no error when it succeeded.
  error_code code() const {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const failure& f) {
      return f.code();
    }
    return {};
  }
};

struct net_fixture : runtime_fixture {
  net::network* net = &lua->use<net::network>();

  /// A connection over a local stream socket, and its other end.
  std::pair<ptr<net::connection>, raw_socket> link() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::runtime_error("no socket pair");
    const net::tcp::endpoint far(asio::ip::make_address("192.0.2.1"), 2);
    return {ptr<net::connection>(new net::connection(*net, ends[0], far)), raw_socket(ends[1])};
  }

  ptr<net::listener> listen() {
    return ptr<net::listener>(
        new net::listener(*net, net::tcp::endpoint(asio::ip::address_v4::loopback(), 0)));
  }

  /// A plain TCP socket that is connected to the listener.
  static raw_socket dial(const net::listener& to) {
    raw_socket s(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const net::tcp::endpoint at(asio::ip::address_v4::loopback(),
                                static_cast<std::uint16_t>(to.local().port));
    if (::connect(s.get(), at.data(), static_cast<socklen_t>(at.size())) != 0)
      throw std::runtime_error("the test cannot connect");
    return s;
  }

  /// Whether the io_context has nothing left that could keep `run` from returning.
  bool nothing_left() {
    turns();
    return io.stopped();
  }
};

}  // namespace plua::testing
