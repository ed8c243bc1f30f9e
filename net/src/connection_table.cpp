// SPDX-License-Identifier: MIT
#include <plua/net/connection_table.hpp>

namespace plua::net {
namespace {

// Ids that the peer ended and the script never closed; more are not remembered.
constexpr std::size_t remembered = 65536;

}  // namespace

void connection_table::shut_down() noexcept {
  auto connections = std::move(connections_);
  auto listeners = std::move(listeners_);
  auto datagram_sockets = std::move(datagram_sockets_);
  connections_.clear();
  listeners_.clear();
  datagram_sockets_.clear();
  ended_.clear();
  for (auto& [id, c] : connections) c->close();
  for (auto& [id, l] : listeners) l->close();
  for (auto& [id, s] : datagram_sockets) s->close();
}

std::int64_t connection_table::add(ptr<connection> c) {
  const std::int64_t id = next_id();
  connections_.emplace(id, std::move(c));
  return id;
}

ptr<connection> connection_table::find(std::int64_t id) const {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second;
}

void connection_table::end(std::int64_t id) {
  if (!close(id)) return;
  if (ended_.size() >= remembered) ended_.clear();
  ended_.insert(id);
}

bool connection_table::close(std::int64_t id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return ended_.erase(id) != 0;
  const ptr<connection> c = std::move(found->second);
  connections_.erase(found);
  c->close();
  return true;
}

std::int64_t connection_table::add(ptr<listener> l) {
  const std::int64_t id = next_id();
  listeners_.emplace(id, std::move(l));
  return id;
}

ptr<listener> connection_table::find_listener(std::int64_t id) const {
  const auto found = listeners_.find(id);
  return found == listeners_.end() ? nullptr : found->second;
}

bool connection_table::close_listener(std::int64_t id) {
  const auto found = listeners_.find(id);
  if (found == listeners_.end()) return false;
  const ptr<listener> l = std::move(found->second);
  listeners_.erase(found);
  l->close();
  return true;
}

std::int64_t connection_table::add(ptr<datagram_socket> s) {
  const std::int64_t id = next_id();
  datagram_sockets_.emplace(id, std::move(s));
  return id;
}

ptr<datagram_socket> connection_table::find_datagram_socket(std::int64_t id) const {
  const auto found = datagram_sockets_.find(id);
  return found == datagram_sockets_.end() ? nullptr : found->second;
}

bool connection_table::close_datagram_socket(std::int64_t id) {
  const auto found = datagram_sockets_.find(id);
  if (found == datagram_sockets_.end()) return false;
  const ptr<datagram_socket> s = std::move(found->second);
  datagram_sockets_.erase(found);
  s->close();
  return true;
}

}  // namespace plua::net
