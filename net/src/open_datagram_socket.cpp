// SPDX-License-Identifier: MIT
#include <plua/net/open_datagram_socket.hpp>
#include <plua/net/resolver.hpp>

#include <vector>

namespace plua::net {
namespace {

using candidates = std::vector<std::optional<socket_address>>;

// The first serves both families, where the machine has both.
candidates every_address(std::uint16_t port) {
  return {socket_address(asio::ip::address_v6::any(), port),
          socket_address(asio::ip::address_v4::any(), port)};
}

awaitable<candidates> look_up(network& net, std::optional<named_address> name, bool passive) {
  if (!name) co_return candidates{std::nullopt};
  if (passive && (name->host.empty() || name->host == "*")) co_return every_address(name->port);
  const std::vector<socket_address> found =
      co_await net.names().resolve(std::move(name->host), name->port, passive);
  co_return candidates(found.begin(), found.end());
}

ptr<datagram_socket> open_first(network& net, const candidates& locals, const candidates& peers,
                                bool broadcast) {
  std::optional<failure> last;
  for (const auto& local : locals)
    for (const auto& peer : peers) {
      try {
        return ptr<datagram_socket>(new datagram_socket(net, {local, peer, broadcast}));
      } catch (const failure& e) {
        last = e;
      }
    }
  throw *last;
}

}  // namespace

awaitable<ptr<datagram_socket>> open_datagram_socket(network& net, std::optional<named_address> local,
                                                     std::optional<named_address> peer, bool broadcast) {
  if (!local && !peer) co_return open_datagram_socket(net, broadcast);
  const candidates locals = co_await look_up(net, std::move(local), true);
  const candidates peers = co_await look_up(net, std::move(peer), false);
  co_return open_first(net, locals, peers, broadcast);
}

ptr<datagram_socket> open_datagram_socket(network& net, bool broadcast) {
  return open_first(net, every_address(0), {std::nullopt}, broadcast);
}

}  // namespace plua::net
