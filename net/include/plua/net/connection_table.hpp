// SPDX-License-Identifier: MIT
// The connections, listeners and datagram sockets that scripts of the _PY interface know by number. One
// sequence of numbers serves all of them and the servers, and no number is used twice.
#pragma once

#include <plua/net/connection.hpp>
#include <plua/net/datagram_socket.hpp>
#include <plua/net/listener.hpp>

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

namespace plua::net {

class connection_table final : public service {
 public:
  explicit connection_table(runtime&) {}
  void shut_down() noexcept override;

  std::int64_t next_id() noexcept { return next_id_++; }

  std::int64_t add(ptr<connection> c);
  /// Null for an unknown or closed id.
  ptr<connection> find(std::int64_t id) const;
  /// The peer has ended it: the socket is closed now, and one later `close` of the id still succeeds.
  void end(std::int64_t id);
  /// False when there was no such connection.
  bool close(std::int64_t id);
  std::size_t connections() const noexcept { return connections_.size(); }

  std::int64_t add(ptr<listener> l);
  ptr<listener> find_listener(std::int64_t id) const;
  bool close_listener(std::int64_t id);

  std::int64_t add(ptr<datagram_socket> s);
  ptr<datagram_socket> find_datagram_socket(std::int64_t id) const;
  bool close_datagram_socket(std::int64_t id);
  std::size_t datagram_sockets() const noexcept { return datagram_sockets_.size(); }

 private:
  std::int64_t next_id_ = 1;
  std::unordered_map<std::int64_t, ptr<connection>> connections_;
  std::unordered_map<std::int64_t, ptr<listener>> listeners_;
  std::unordered_map<std::int64_t, ptr<datagram_socket>> datagram_sockets_;
  std::unordered_set<std::int64_t> ended_;
};

}  // namespace plua::net
