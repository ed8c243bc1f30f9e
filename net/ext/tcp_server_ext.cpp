// SPDX-License-Identifier: MIT
// PLua's event-driven TCP server, by ids.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/ready_operation.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/connect.hpp>
#include <plua/net/event_server.hpp>

namespace plua {
namespace {

using net::connection_table;
using net::event_server;
using net::event_servers;
using std::optional;
using std::string;
using std::to_string;

using status_reply = std::tuple<bool, string>;
using data_reply = std::tuple<bool, optional<string>, string>;

std::int64_t create(event_servers& servers) { return servers.create(); }

void add_event_listener(event_servers& servers, std::int64_t id, string event, function callback) {
  if (ptr<event_server> server = servers.find(id)) server->add_listener(event, std::move(callback));
}

void start(event_servers& servers, std::int64_t id, string host, net::port_number port) {
  if (ptr<event_server> server = servers.find(id)) server->start(std::move(host), port.number);
}

bool is_ready(event_servers& servers, std::int64_t id) {
  const ptr<event_server> server = servers.find(id);
  return server && server->is_ready();
}

optional<std::int64_t> port_of(event_servers& servers, std::int64_t id) {
  const ptr<event_server> server = servers.find(id);
  if (!server || !server->is_ready()) return {};
  return server->port();
}

void close(event_servers& servers, std::int64_t id) {
  if (ptr<event_server> server = servers.find(id)) server->close();
}

string no_client(std::int64_t id) { return "Client " + to_string(id) + " not found"; }

auto write_to(connection_table& table, ptr<net::connection> target, std::int64_t client_id,
              std::string_view data) {
  return mapped<net::write_operation>(
      [client_id, &table](const net::write_result& r) -> status_reply {
        if (!r.error) return {true, "Sent " + to_string(r.sent) + " bytes to client " + to_string(client_id)};
        if (r.error == errc::not_found || r.error == errc::closed) return {false, no_client(client_id)};
        if (r.error != errc::timeout) table.end(client_id);
        return {false, "Write error: " + r.error.message()};
      },
      std::move(target), data);
}

auto write_sync(connection_table& table, std::int64_t client_id, std::string_view data) {
  return write_to(table, table.find(client_id), client_id, data);
}

auto send(event_servers& servers, connection_table& table, std::int64_t server_id, std::int64_t client_id,
          std::string_view data) {
  const ptr<event_server> server = servers.find(server_id);
  ptr<net::connection> target;
  if (server && server->has_client(client_id)) target = table.find(client_id);
  return write_to(table, std::move(target), client_id, data);
}

auto read_sync(connection_table& table, std::int64_t client_id, optional<net::byte_count> max_bytes) {
  const std::size_t limit = max_bytes.value_or(net::byte_count{1024}).bytes;
  return mapped<net::read_operation>(
      [client_id, &table](const net::read_result& r) -> data_reply {
        const string client = to_string(client_id);
        if (!r.error)
          return {true, string(r.data),
                  "Received " + to_string(r.data.size()) + " bytes from client " + client};
        if (r.error == errc::not_found || r.error == errc::closed) return {false, {}, no_client(client_id)};
        if (r.error != errc::timeout) table.end(client_id);
        if (r.error == errc::eof) return {false, {}, "Client " + client + " disconnected"};
        return {false, {}, "Read error: " + r.error.message()};
      },
      table.find(client_id), net::read_format{net::read_format::kind::some, limit});
}

bool has_active_operations(event_servers& servers) { return servers.running() > 0; }

}  // namespace

extern const extension_set tcp_server_extensions([] {
  const parameter server{"server_id", "from tcp_server_create"};
  const parameter client{"client_id", "from the event client_connected"};
  return std::vector{
      define<&create>(
          {.name = "tcp_server_create",
           .category = "tcp_server",
           .summary = "Makes a TCP server, not yet listening.",
           .returns = "the server id",
           .example = "local id = _PY.tcp_server_create()\n_PY.tcp_server_add_event_listener(id, "
                      "'data_received', function(client, data) _PY.tcp_server_send(id, client, data) end)\n"
                      "_PY.tcp_server_start(id, '127.0.0.1', 8080)",
           .standard = "PLua"}),
      define<&add_event_listener>(
          {.name = "tcp_server_add_event_listener",
           .category = "tcp_server",
           .summary = "Registers a function for an event; several may be registered for one.",
           .params = {server,
                      {"event",
                       "\"client_connected\" (client_id, address), \"client_disconnected\" (client_id, "
                       "address) exactly once for a client, \"data_received\" (client_id, data; the server "
                       "then reads by itself), \"error\" (message). Others are ignored"},
                      {"callback", "called in a task of its own"}},
           .example = "_PY.tcp_server_add_event_listener(id, 'client_connected', function(client, address) "
                      "print(client, address.host) end)",
           .standard = "PLua"}),
      define<&start>(
          {.name = "tcp_server_start",
           .category = "tcp_server",
           .summary =
               "Listens, in the background: failure is an \"error\" event. Does nothing while it runs.",
           .params = {server,
                      {"host", "address to bind; \"\" for all"},
                      {"port", "0 lets the system choose"}},
           .example = "_PY.tcp_server_start(id, '127.0.0.1', 0)",
           .standard = "PLua"}),
      define<&is_ready>({.name = "tcp_server_is_ready",
                         .category = "tcp_server",
                         .summary = "Whether the server listens.",
                         .params = {server},
                         .returns = "the answer; false for an unknown id",
                         .example = "while not _PY.tcp_server_is_ready(id) do task.sleep(0.01) end",
                         .standard = "PLua"}),
      define<&port_of>({.name = "tcp_server_port",
                        .category = "tcp_server",
                        .summary = "The port that the server listens on.",
                        .params = {server},
                        .returns = "the port, nil when it does not listen",
                        .example = "print(_PY.tcp_server_port(id))"}),
      define<&close>({.name = "tcp_server_close",
                      .category = "tcp_server",
                      .summary = "Stops listening and closes the clients, without events for them.",
                      .params = {server},
                      .example = "_PY.tcp_server_close(id)",
                      .standard = "PLua"}),
      define<&write_sync>({.name = "tcp_server_write_sync",
                           .category = "tcp_server",
                           .summary = "Sends to a client.",
                           .params = {client, {"data", "bytes"}},
                           .returns = "success and a message",
                           .example = "local ok, message = _PY.tcp_server_write_sync(client, 'hello')",
                           .standard = "PLua"}),
      define<&send>({.name = "tcp_server_send",
                     .category = "tcp_server",
                     .summary = "Sends to a client of a server.",
                     .params = {server, client, {"data", "bytes"}},
                     .returns = "success and a message",
                     .example = "_PY.tcp_server_send(id, client, 'hello')",
                     .standard = "PLua"}),
      define<&read_sync>({.name = "tcp_server_read_sync",
                          .category = "tcp_server",
                          .summary = "Reads what comes first from a client.",
                          .params = {client, {"max_bytes", "the most bytes to take; 1024 unless given"}},
                          .returns = "success, the bytes and a message",
                          .example = "local ok, data, message = _PY.tcp_server_read_sync(client)",
                          .standard = "PLua"}),
      define<&has_active_operations>({.name = "has_active_tcp_server_operations",
                                      .category = "tcp_server",
                                      .summary = "Whether a server is running.",
                                      .returns = "the answer",
                                      .example = "print(_PY.has_active_tcp_server_operations())",
                                      .standard = "PLua"}),
  };
});

}  // namespace plua
