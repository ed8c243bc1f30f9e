// SPDX-License-Identifier: MIT
// The socket types of this layer, and text for addresses.
#pragma once

#include <plua/core/error.hpp>
#include <plua/coro/executor.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>

namespace plua::net {

using tcp = asio::ip::tcp;
using tcp_socket = asio::basic_stream_socket<tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<tcp, executor>;
/// Any connected byte stream: TCP now, Unix sockets alike.
using stream_socket = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;

/// An address as scripts see it.
struct address {
  std::string host;
  std::int64_t port = 0;
};

address to_address(const tcp::endpoint& endpoint);
/// "127.0.0.1:80", "[::1]:80".
std::string to_string(const address& a);

/// Whether the code is that of a cancelled Asio operation.
bool is_aborted(const error_code& code) noexcept;

}  // namespace plua::net
