// SPDX-License-Identifier: MIT
// Opening TCP connections and listeners by name, for C++ coroutines and for Lua.
#pragma once

#include <plua/core/object.hpp>
#include <plua/net/connection.hpp>
#include <plua/net/listener.hpp>
#include <plua/net/network.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace plua::net {

/// Connects to the first address of the host that answers, with TCP_NODELAY. `timeout` in seconds bounds all
/// of it, name lookup included. Throws failure: "resolve" or "connect", errc::timeout when the limit passed.
///
///     ptr<net::connection> c = co_await net::connect(runtime.use<net::network>(), "localhost", 80, 5.0);
awaitable<ptr<connection>> connect(network& net, std::string host, std::uint16_t port,
                                   std::optional<double> timeout);

/// Binds and listens; host "" or "*" means every IPv4 address, port 0 lets the system choose. Throws failure.
awaitable<ptr<listener>> listen(network& net, std::string host, std::uint16_t port,
                                int backlog = asio::socket_base::max_listen_connections);

}  // namespace plua::net
