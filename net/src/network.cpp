// SPDX-License-Identifier: MIT
#include <plua/net/connection.hpp>
#include <plua/net/datagram_socket.hpp>
#include <plua/net/listener.hpp>
#include <plua/net/network.hpp>
#include <plua/net/resolver.hpp>

namespace plua::net {

struct network::lists {
  boost::intrusive::list<connection, boost::intrusive::constant_time_size<false>> connections;
  boost::intrusive::list<listener, boost::intrusive::constant_time_size<false>> listeners;
  boost::intrusive::list<datagram_socket, boost::intrusive::constant_time_size<false>> datagram_sockets;
};

network::network(runtime& owner)
    : executor_(owner.get_executor()),
      timers_(&owner.timers()),
      resolver_(owner.use<resolver>()),
      poller_(new net::poller(owner.context())),
      lists_(std::make_unique<lists>()) {}

network::~network() = default;

void network::enlist(connection& c) { lists_->connections.push_back(c); }
void network::enlist(listener& l) { lists_->listeners.push_back(l); }
void network::enlist(datagram_socket& s) { lists_->datagram_sockets.push_back(s); }
std::size_t network::open_connections() const noexcept { return lists_->connections.size(); }

// Closing takes a member out of its list.
void network::shut_down() noexcept {
  while (!lists_->listeners.empty()) ptr<listener>(&lists_->listeners.front())->close();
  while (!lists_->connections.empty()) ptr<connection>(&lists_->connections.front())->close();
  while (!lists_->datagram_sockets.empty()) ptr<datagram_socket>(&lists_->datagram_sockets.front())->close();
}

}  // namespace plua::net
