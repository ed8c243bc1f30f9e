// SPDX-License-Identifier: MIT
// PLua's sequential TCP server (create, accept, close) and the clients that belong to it. They give a table
// with `success` and `message`; their ids are those of all other TCP functions.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/ready_operation.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/connect.hpp>
#include <plua/net/connection_table.hpp>

namespace plua {
namespace {

using net::connection_table;
using std::optional;
using std::string;

constexpr double default_timeout = 10;

struct client_reply {
  bool success = false;
  optional<std::int64_t> client_id = {};
  string message = {};
  static constexpr auto fields() {
    return std::tuple(field("success", &client_reply::success), field("client_id", &client_reply::client_id),
                      field("message", &client_reply::message));
  }
};

struct write_reply {
  bool success = false;
  optional<std::int64_t> bytes_written = {};
  string message = {};
  static constexpr auto fields() {
    return std::tuple(field("success", &write_reply::success),
                      field("bytes_written", &write_reply::bytes_written),
                      field("message", &write_reply::message));
  }
};

struct read_reply {
  bool success = false;
  optional<string> data = {};
  string message = {};
  static constexpr auto fields() {
    return std::tuple(field("success", &read_reply::success), field("data", &read_reply::data),
                      field("message", &read_reply::message));
  }
};

string client_message(const error_code& ec) {
  if (ec == errc::not_found || ec == errc::closed) return "Client not found";
  return ec.message();
}

awaitable<std::int64_t> create_server(net::network& net, connection_table& table, string host,
                                      net::port_number port) {
  optional<failure> error;
  try {
    const ptr<net::listener> made = co_await net::listen(net, std::move(host), port.number);
    co_return table.add(made);
  } catch (const failure& e) {
    error = e;
  }
  throw std::runtime_error(error->sentence());  // the contract: a server that cannot be made raises
}

auto accept(connection_table& table, std::int64_t server_id, optional<double> timeout) {
  return mapped<net::accept_operation>(
      [&table](net::accept_result r) -> client_reply {
        if (!r.error) {
          const string from = net::to_string(r.accepted->remote());
          return {true, table.add(std::move(r.accepted)), "Accepted from " + from};
        }
        if (r.error == errc::timeout) return {false, {}, "Accept timeout"};
        if (r.error == errc::not_found || r.error == errc::closed) return {false, {}, "Server not found"};
        return {false, {}, r.error.message()};
      },
      table.find_listener(server_id), timeout.value_or(default_timeout));
}

ready_operation<bool> close_server(connection_table& table, std::int64_t server_id) {
  return ready_operation(table.close_listener(server_id));
}

auto connect_client(net::network& net, connection_table& table, string host, net::port_number port) {
  return mapped<net::connect_operation>(
      [&table](outcome<ptr<net::connection>> made) -> client_reply {
        if (!made) return {false, {}, made.error().code().message()};
        (*made)->set_timeout(default_timeout);
        return {true, table.add(*made), "Connected to sync server"};
      },
      net, std::move(host), port.number, default_timeout);
}

auto write_client(connection_table& table, std::int64_t client_id, std::string_view data) {
  return mapped<net::write_operation>(
      [](const net::write_result& r) -> write_reply {
        if (!r.error) return {true, static_cast<std::int64_t>(r.sent), "Success"};
        return {false, {}, client_message(r.error)};
      },
      table.find(client_id), data);
}

auto read_client(connection_table& table, std::int64_t client_id, optional<net::byte_count> max_bytes) {
  const std::size_t limit = max_bytes.value_or(net::byte_count{1024}).bytes;
  return mapped<net::read_operation>(
      [](const net::read_result& r) -> read_reply {
        if (!r.error) return {true, string(r.data), "Success"};
        if (r.error == errc::eof) return {false, {}, "Connection closed"};
        return {false, {}, client_message(r.error)};
      },
      table.find(client_id), net::read_format{net::read_format::kind::some, limit});
}

ready_operation<bool> close_client(connection_table& table, std::int64_t client_id) {
  return ready_operation(table.close(client_id));
}

}  // namespace

extern const extension_set tcp_client_server_extensions([] {
  const parameter server{"server_id", "from tcp_server_create_sync"};
  const parameter client{"client_id", "from tcp_server_accept_sync or tcp_connect_to_sync_server"};
  return std::vector{
      define<&create_server>(
          {.name = "tcp_server_create_sync",
           .category = "tcp_server_sync",
           .summary = "Listens for TCP connections.",
           .params = {{"host", "address to bind; \"\" for all"}, {"port", "0 lets the system choose"}},
           .returns = "the server id",
           .errors = "raises when it cannot bind",
           .example = "local id = _PY.tcp_server_create_sync('127.0.0.1', 8080)",
           .standard = "PLua"}),
      define<&accept>(
          {.name = "tcp_server_accept_sync",
           .category = "tcp_server_sync",
           .summary = "Waits for one connection.",
           .params = {server, {"timeout", "seconds; 10 unless given"}},
           .returns = "success, client_id and message",
           .example =
               "local r = _PY.tcp_server_accept_sync(server, 5)\nif r.success then serve(r.client_id) end",
           .standard = "PLua"}),
      define<&close_server>({.name = "tcp_server_close_sync",
                             .category = "tcp_server_sync",
                             .summary = "Stops listening.",
                             .params = {server},
                             .returns = "whether there was such a server",
                             .example = "_PY.tcp_server_close_sync(server)",
                             .standard = "PLua"}),
      define<&connect_client>(
          {.name = "tcp_connect_to_sync_server",
           .category = "tcp_server_sync",
           .summary = "Opens a TCP connection with a limit of 10 s for it and for each read and "
                      "write.",
           .params = {{"host", "name or address"}, {"port", "0 to 65535"}},
           .returns = "success, client_id and message",
           .example =
               "local r = _PY.tcp_connect_to_sync_server('127.0.0.1', 8080)\nassert(r.success, r.message)",
           .standard = "PLua"}),
      define<&write_client>(
          {.name = "tcp_write_sync_client",
           .category = "tcp_server_sync",
           .summary = "Sends a string.",
           .params = {client, {"data", "bytes"}},
           .returns = "success, bytes_written and message",
           .example = "local r = _PY.tcp_write_sync_client(client, 'hello')\nprint(r.bytes_written)",
           .standard = "PLua"}),
      define<&read_client>(
          {.name = "tcp_read_sync_client",
           .category = "tcp_server_sync",
           .summary = "Reads what comes first.",
           .params = {client, {"max_bytes", "the most bytes to take; 1024 unless given"}},
           .returns = "success, data and message",
           .example = "local r = _PY.tcp_read_sync_client(client, 4096)\nprint(r.data or r.message)",
           .standard = "PLua"}),
      define<&close_client>({.name = "tcp_close_sync_client",
                             .category = "tcp_server_sync",
                             .summary = "Closes a connection.",
                             .params = {client},
                             .returns = "whether there was such a connection",
                             .example = "_PY.tcp_close_sync_client(client)",
                             .standard = "PLua"}),
  };
});

}  // namespace plua
