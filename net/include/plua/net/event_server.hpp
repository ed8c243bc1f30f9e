// SPDX-License-Identifier: MIT
// PLua's event-driven TCP server: a listener whose clients are announced to script functions.
#pragma once

#include <plua/core/value.hpp>
#include <plua/net/connection_table.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace plua::net {

class event_servers;

/// The address of a client: fields host and port, also [1] and [2]; tostring gives "host:port".
struct client_address {
  address at;
};

class event_server final : public object, private connection_owner {
 public:
  explicit event_server(event_servers& owner) : owner_(owner) {}

  /// Unknown events are ignored: "client_connected", "client_disconnected", "data_received" and "error" are
  /// not.
  void add_listener(const std::string& event, function callback);

  /// Binds and accepts in the background; does nothing while it runs. Failure is an "error" event.
  void start(std::string host, std::uint16_t port);
  bool is_ready() const noexcept { return listener_ && listener_->is_open(); }
  bool is_running() const noexcept { return running_; }
  std::int64_t port() const noexcept { return listener_ ? listener_->local().port : 0; }

  /// Drops the registered functions.
  void forget_callbacks() noexcept { callbacks_.clear(); }

  /// Stops listening and closes the clients, without events for them. It may be started again.
  void close() noexcept;

  bool has_client(std::int64_t client_id) const { return clients_.contains(client_id); }

 private:
  awaitable<void> serve(std::string host, std::uint16_t port, std::uint64_t run,
                        std::shared_ptr<const service_store> keep_services);
  awaitable<void> read_loop(std::int64_t client_id, ptr<connection> from,
                            std::shared_ptr<const service_store> keep_services);
  void welcome(ptr<connection> accepted);
  void connection_ended(connection& ended) noexcept override;
  void keep_for_reply(std::int64_t client_id);
  /// Returns the last of the tasks that call the functions; null when there are none.
  template <class... Args>
  ptr<task> emit(const std::string& event, const Args&... args);
  bool listens_for(const char* event) const { return callbacks_.contains(event); }

  event_servers& owner_;
  std::map<std::string, std::vector<function>, std::less<>> callbacks_;
  ptr<listener> listener_;
  struct client {
    ptr<connection> link;
    bool read_here;  // by `read_loop`, which closes it when all that came has been announced
  };
  std::unordered_map<std::int64_t, client> clients_;
  /// The peer has ended its direction: a reply may still be on its way.
  std::deque<std::int64_t> half_closed_;
  work_hold work_;
  bool running_ = false;
  std::uint64_t runs_ = 0;  // a loop of an earlier start must not touch a later one
};

class event_servers final : public service {
 public:
  explicit event_servers(runtime& owner);
  ~event_servers() override;
  void shut_down() noexcept override;

  std::int64_t create();
  /// Null for an unknown id.
  ptr<event_server> find(std::int64_t id) const;
  std::size_t running() const noexcept;

  runtime& owner() const noexcept { return runtime_; }
  network& net() const noexcept { return network_; }
  connection_table& table() const noexcept { return table_; }

 private:
  runtime& runtime_;
  network& network_;
  connection_table& table_;
  std::unordered_map<std::int64_t, ptr<event_server>> servers_;
};

}  // namespace plua::net

template <>
struct plua::value<plua::net::client_address> {
  static std::string name() { return "{host: string, port: integer}"; }
  static void push(lua_State* L, const net::client_address& a);
};
