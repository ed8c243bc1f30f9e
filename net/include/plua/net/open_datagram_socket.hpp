// SPDX-License-Identifier: MIT
// Opening datagram sockets by name.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/executor.hpp>
#include <plua/net/datagram_socket.hpp>
#include <plua/net/network.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace plua::net {

struct named_address {
  std::string host;
  std::uint16_t port = 0;
};

/// Binds to `local` (host "" or "*": every address of the machine, of both families; port 0: the system
/// chooses) and then, where a `peer` is given, talks to that one only. With neither, as
/// `open_datagram_socket(net, broadcast)`. Throws failure: "resolve", "bind" or "connect".
awaitable<ptr<datagram_socket>> open_datagram_socket(network& net, std::optional<named_address> local,
                                                     std::optional<named_address> peer, bool broadcast);

/// For sending to anybody and receiving the answers: every address of the machine and a port that the system
/// chooses. At once. Throws failure("bind").
ptr<datagram_socket> open_datagram_socket(network& net, bool broadcast);

}  // namespace plua::net
