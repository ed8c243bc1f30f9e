// SPDX-License-Identifier: MIT
// PLua's UDP by ids: every function waits, and with a callback as last argument it does not.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/ready_operation.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/connection_table.hpp>
#include <plua/net/open_datagram_socket.hpp>

namespace plua {
namespace {

using net::connection_table;
using net::datagram_socket;
using std::optional;
using std::string;
using std::to_string;

// What PLua's read waited at most.
constexpr double default_read_timeout = 5;

using open_reply = std::tuple<bool, optional<std::int64_t>, string>;
using count_reply = std::tuple<bool, optional<std::int64_t>, string>;
using text_reply = std::tuple<bool, optional<string>, string>;
using status_reply = std::tuple<bool, string>;
using datagram_reply =
    std::tuple<optional<string>, optional<string>, optional<std::int64_t>, optional<string>>;

string not_found(std::int64_t id) { return "UDP connection " + to_string(id) + " not found"; }

bool is_unknown(const error_code& ec) { return ec == errc::not_found || ec == errc::closed; }

// ---------------------------------------------------------------- opening and closing

awaitable<open_reply> udp_connect(net::network& net, connection_table& table, string host,
                                  net::port_number port) {
  string error;
  try {
    net::named_address peer{std::move(host), port.number};
    const std::int64_t id =
        table.add(co_await net::open_datagram_socket(net, std::nullopt, std::move(peer), false));
    co_return open_reply(true, id, "UDP connected (conn_id=" + to_string(id) + ")");
  } catch (const failure& e) {
    error = "UDP connect error: " + e.code().message();
  }
  co_return open_reply(false, std::nullopt, std::move(error));
}

string bound_message(const ptr<datagram_socket>& s) { return "UDP bound to " + net::to_string(s->local()); }

string bind_error(const failure& e) { return "UDP bind error: " + e.code().message(); }

awaitable<open_reply> udp_bind(net::network& net, connection_table& table, string host, net::port_number port,
                               optional<bool> broadcast) {
  string error;
  try {
    net::named_address local{std::move(host), port.number};
    const ptr<datagram_socket> made =
        co_await net::open_datagram_socket(net, std::move(local), std::nullopt, broadcast.value_or(false));
    co_return open_reply(true, table.add(made), bound_message(made));
  } catch (const failure& e) {
    error = bind_error(e);
  }
  co_return open_reply(false, std::nullopt, std::move(error));
}

open_reply udp_open(net::network& net, connection_table& table, optional<bool> broadcast) {
  try {
    const ptr<datagram_socket> made = net::open_datagram_socket(net, broadcast.value_or(false));
    return {true, table.add(made), bound_message(made)};
  } catch (const failure& e) {
    return {false, {}, bind_error(e)};
  }
}

std::tuple<optional<string>, optional<std::int64_t>> udp_local_address(connection_table& table,
                                                                       std::int64_t id) {
  const ptr<datagram_socket> s = table.find_datagram_socket(id);
  if (!s) return {};
  const net::address a = s->local();
  return {a.host, a.port};
}

ready_operation<status_reply> udp_close(connection_table& table, std::int64_t id) {
  const bool closed = table.close_datagram_socket(id);
  return ready_operation(
      status_reply(closed, "Connection " + to_string(id) + (closed ? " closed" : " not found")));
}

// ---------------------------------------------------------------- sending

auto udp_write(connection_table& table, std::int64_t id, std::string_view data, string host,
               net::port_number port) {
  const string end = " bytes to " + host + ":" + to_string(port.number);
  return mapped<net::send_operation>(
      [id, end](const net::send_result& r) -> count_reply {
        if (!r.error) return {true, static_cast<std::int64_t>(r.sent), "Sent " + to_string(r.sent) + end};
        if (is_unknown(r.error)) return {false, {}, not_found(id)};
        return {false, {}, "UDP write error: " + r.error.message()};
      },
      table.find_datagram_socket(id), data, std::move(host), port.number);
}

auto udp_send_to(connection_table& table, std::int64_t id, std::string_view data, string host,
                 net::port_number port) {
  return mapped<net::send_operation>(
      [id](const net::send_result& r) -> optional<string> {
        if (!r.error) return {};
        return is_unknown(r.error) ? not_found(id) : "UDP write error: " + r.error.message();
      },
      table.find_datagram_socket(id), data, std::move(host), port.number);
}

// ---------------------------------------------------------------- receiving

string receive_error(std::int64_t id, const error_code& ec) {
  if (is_unknown(ec)) return not_found(id);
  if (ec == errc::timeout) return "UDP read timeout";
  return "UDP read error: " + ec.message();
}

auto udp_read(connection_table& table, std::int64_t id, net::byte_count max_bytes) {
  return mapped<net::receive_operation>(
      [id](const net::receive_result& r) -> text_reply {
        if (r.error) return {false, {}, receive_error(id, r.error)};
        return {true, string(r.data),
                "Received " + to_string(r.data.size()) + " bytes from " + net::to_string(r.from)};
      },
      table.find_datagram_socket(id), max_bytes.bytes, default_read_timeout);
}

auto udp_receive(connection_table& table, std::int64_t id, optional<double> timeout) {
  return mapped<net::receive_operation>(
      [id](const net::receive_result& r) -> datagram_reply {
        if (r.error) return {{}, {}, {}, receive_error(id, r.error)};
        return {string(r.data), r.from.host, r.from.port, {}};
      },
      table.find_datagram_socket(id), net::receive_operation::no_limit, timeout);
}

}  // namespace

extern const extension_set udp_extensions([] {
  const parameter id{"conn_id", "from udp_connect, udp_bind or udp_open"};
  const parameter data{"data", "bytes; a number is sent as its text"};
  const parameter broadcast{"broadcast", "true to send to broadcast addresses too"};
  return std::vector{
      define<&udp_connect>(
          {.name = "udp_connect",
           .category = "udp",
           .summary =
               "Opens a UDP socket that sends to one address and receives from that only. From now on "
               "what arrives is kept until it is read. An ICMP error (nobody listens there) is told by "
               "the read that waits, or by the next operation.",
           .params = {{"host", "name or address"}, {"port", "0 to 65535"}},
           .returns = "true, the connection id and a message; or false, nil and \"UDP connect error: ...\"",
           .example = "local ok, id, message = _PY.udp_connect('127.0.0.1', 5353)",
           .standard = "PLua"}),
      define<&udp_bind>(
          {.name = "udp_bind",
           .category = "udp",
           .summary = "Opens a UDP socket at an address, for datagrams from anybody. It keeps the program "
                      "alive only while a read of it waits: nothing else can come of it.",
           .params = {{"host", "address to bind; \"\" or \"*\" for all, of both families"},
                      {"port", "0 lets the system choose"},
                      broadcast},
           .returns = "true, the connection id and a message; or false, nil and \"UDP bind error: ...\"",
           .example = "local ok, id = _PY.udp_bind('127.0.0.1', 0)\nprint(_PY.udp_local_address(id))"}),
      define<&udp_open>(
          {.name = "udp_open",
           .category = "udp",
           .summary = "As udp_bind with every address and a port that the system chooses: for "
                      "sending to anybody and receiving the answers. Returns at once.",
           .params = {broadcast},
           .returns = "true, the connection id and a message; or false, nil and \"UDP bind error: ...\"",
           .example = "local ok, id = _PY.udp_open()"}),
      define<&udp_local_address>({.name = "udp_local_address",
                                  .category = "udp",
                                  .summary = "The address that a UDP socket is bound to.",
                                  .params = {id},
                                  .returns = "the address and the port, nil for an unknown id",
                                  .example = "local ip, port = _PY.udp_local_address(id)"}),
      define<&udp_write>(
          {.name = "udp_write",
           .category = "udp",
           .summary = "Sends a datagram. A connected socket sends to its peer only.",
           .params = {id, data, {"host", "name or address"}, {"port", "0 to 65535"}},
           .returns = "true, the count of bytes and a message; or false, nil and a message",
           .example = "_PY.udp_write(id, 'ping', '127.0.0.1', 5353, function(ok, n, message) print(message) "
                      "end)",
           .standard = "PLua"}),
      define<&udp_read>(
          {.name = "udp_read",
           .category = "udp",
           .summary = "Takes the next datagram; waits 5 s for it. Datagrams wait in the order they came.",
           .params = {id, {"max_bytes", "what the datagram has beyond is dropped"}},
           .returns = "true, the bytes and a message with the sender; or false, nil and \"UDP read timeout\" "
                      "or another message",
           .example = "local ok, data, message = _PY.udp_read(id, 1500)",
           .standard = "PLua"}),
      define<&udp_send_to>(
          {.name = "udp_send_to",
           .category = "udp",
           .summary = "Sends a datagram.",
           .params = {id, data, {"ip", "address or name"}, {"port", "0 to 65535"}},
           .returns = "nil, or the message of an error",
           .example =
               "_PY.udp_send_to(id, 'ping', '127.0.0.1', 5353, function(err) print(err or 'sent') end)",
           .standard = "PLua"}),
      define<&udp_receive>(
          {.name = "udp_receive",
           .category = "udp",
           .summary = "Takes the next datagram and tells who sent it.",
           .params = {id, {"timeout", "seconds; as long as it takes unless given"}},
           .returns = "the bytes, the sender's address and port; or three times nil and the message of an "
                      "error",
           .example = "local data, ip, port, err = _PY.udp_receive(id, 2)",
           .standard = "PLua"}),
      define<&udp_close>({.name = "udp_close",
                          .category = "udp",
                          .summary = "Closes a UDP socket; a read of it that waits ends with an error.",
                          .params = {id},
                          .returns = "whether there was such a socket, and a message",
                          .example = "_PY.udp_close(id)",
                          .standard = "PLua"}),
  };
});

}  // namespace plua
