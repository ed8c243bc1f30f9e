// SPDX-License-Identifier: MIT
// TCP addresses, and their text.
#pragma once

#include <plua/core/error.hpp>
#include <plua/coro/executor.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace plua::net {

using tcp = asio::ip::tcp;

/// An address as scripts see it.
struct address {
  std::string host;
  std::int64_t port = 0;
};

address to_address(const tcp::endpoint& endpoint);

/// An address and a port of any protocol; Asio names the type after one.
using socket_address = tcp::endpoint;
/// As a socket of that family (AF_INET, AF_INET6) takes it: one of IPv6 reaches IPv4 by mapped addresses.
/// Empty when it cannot reach it.
std::optional<socket_address> as_family(const socket_address& a, int family);
/// A mapped address as the IPv4 address that it is.
address plain_address(const socket_address& a);

/// "127.0.0.1:80", "[::1]:80".
std::string to_string(const address& a);

/// The address that a socket is bound to; empty when it has none of this kind.
address local_address(int fd);
/// Small messages go out at once: every reply would wait for the peer's delayed acknowledgement otherwise.
void set_no_delay(int fd) noexcept;

/// errno as a code.
error_code last_error() noexcept;
/// Whether the code says that there is nothing to read, or no room to write.
bool would_block(const error_code& ec) noexcept;

}  // namespace plua::net
