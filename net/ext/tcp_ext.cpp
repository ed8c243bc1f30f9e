// SPDX-License-Identifier: MIT
// PLua's TCP client by connection ids: every function waits, and with a callback as last argument it does
// not; the names with _sync are the same functions where the contracts agree.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/ready_operation.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/connect.hpp>
#include <plua/net/connection_table.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace plua {
namespace {

using net::connection;
using net::connection_table;
using net::read_format;
using net::read_result;
using std::optional;
using std::string;
using std::to_string;

constexpr double default_connect_timeout = 10;
// What PLua's callback read waited at most.
constexpr double default_read_timeout = 5;

using text_reply = std::tuple<bool, optional<string>, string>;
using count_reply = std::tuple<bool, optional<std::int64_t>, string>;
using status_reply = std::tuple<bool, string>;

string not_found(std::int64_t id) { return "TCP connection " + to_string(id) + " not found"; }

// 5 as "5", 2.5 as "2.5": the way Lua writes numbers.
string number_text(double n) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.14g", n);
  return text;
}

// ---------------------------------------------------------------- connecting

auto tcp_connect(net::network& net, connection_table& table, string host, net::port_number port,
                 optional<double> timeout) {
  const string where = host + ":" + to_string(port.number);
  return mapped<net::connect_operation>(
      [&table, where](outcome<ptr<connection>> made) -> std::tuple<bool, optional<std::int64_t>, string> {
        if (made) return {true, table.add(*made), "Connected to " + where};
        return {false, {}, "TCP connect error: " + made.error().code().message()};
      },
      net, std::move(host), port.number, timeout.value_or(default_connect_timeout));
}

ready_operation<status_reply> tcp_close(connection_table& table, std::int64_t id) {
  if (table.close(id)) return ready_operation(status_reply(true, "Connection " + to_string(id) + " closed"));
  return ready_operation(status_reply(false, "Connection " + to_string(id) + " not found"));
}

// ---------------------------------------------------------------- writing

auto tcp_write(connection_table& table, std::int64_t id, std::string_view data) {
  return mapped<net::write_operation>(
      [id, &table](const net::write_result& r) -> count_reply {
        if (!r.error)
          return {true, static_cast<std::int64_t>(r.sent), "Sent " + to_string(r.sent) + " bytes"};
        if (r.error == errc::not_found || r.error == errc::closed) return {false, {}, not_found(id)};
        if (r.error != errc::timeout) table.end(id);
        return {false, {}, "TCP write error: " + r.error.message()};
      },
      table.find(id), data);
}

// ---------------------------------------------------------------- reading

// What a read may be asked for: a count of bytes, "*a", "*l"; anything else is an error of the reply, not a
// raise.
struct pattern {
  optional<read_format> format;
  string shown;
};

}  // namespace

template <>
struct value<pattern> {
  static std::string name() { return "integer|string"; }
  static pattern get(lua_State* L, int index) {
    using kind = read_format::kind;
    if (lua_isnumber(L, index)) {
      const double n = lua_tonumber(L, index);
      if (n == -1) return {read_format{kind::all}, {}};
      if (n >= 0) return {read_format{kind::some, static_cast<std::size_t>(std::min(n, 1e15))}, {}};
      return {{}, number_text(n)};
    }
    if (lua_isnone(L, index)) throw_type_mismatch(L, index, name());
    if (lua_type(L, index) != LUA_TSTRING) return {{}, luaL_typename(L, index)};
    const std::string_view text = value<std::string_view>::get(L, index);
    if (text == "*a") return {read_format{kind::all}, {}};
    if (text == "*l") return {read_format{kind::line, read_format::line_limit}, {}};
    return {{}, string(text)};
  }
};

namespace {

string line_text(std::string_view data) {
  string text(data);
  std::erase(text, '\r');  // PLua drops every carriage return of a line
  return text;
}

// The replies of a read that came to an end other than by a timeout. `trouble` is how the contract calls an
// error.
text_reply read_reply(connection_table& table, std::int64_t id, const read_result& r, read_format::kind what,
                      const char* trouble) {
  using kind = read_format::kind;
  if (!r.error) {
    switch (what) {
      case kind::all: {
        string text(r.data);
        if (text.empty()) {
          table.end(id);
          return {false, {}, "Connection closed by peer"};
        }
        const string message = "Received " + to_string(text.size()) + " bytes (all data)";
        return {true, std::move(text), message};
      }
      case kind::line: {
        string text = line_text(r.data);
        const string message = "Received line (" + to_string(text.size()) + " chars)";
        return {true, std::move(text), message};
      }
      default:
        return {true, string(r.data), "Received " + to_string(r.data.size()) + " bytes"};
    }
  }
  if (r.error == errc::not_found || r.error == errc::closed) return {false, {}, not_found(id)};
  if (r.error == errc::too_long) return {false, {}, trouble + r.error.message()};
  table.end(id);
  if (r.error == errc::eof) return {false, {}, "Connection closed by peer"};
  return {false, {}, trouble + r.error.message()};
}

string invalid_pattern(const string& shown) {
  return "Invalid pattern: " + shown + ". Use '*a', '*l', or a number";
}

// One read for both contracts; they differ in how the lack of data and an error are told, and in the limit of
// time.
template <class NoData>
auto read_with(connection_table& table, std::int64_t id, pattern p, optional<double> otherwise,
               NoData no_data, const char* trouble) {
  ptr<connection> source = table.find(id);
  const bool valid = p.format.has_value();
  const read_format format = p.format.value_or(read_format{});
  const bool never_waits = source && source->timeout() == 0.0;
  const optional<double> timeout = source && source->timeout() ? source->timeout() : otherwise;
  const bool known = source != nullptr;
  if (!valid) source = nullptr;  // told at once, whoever else is reading
  return mapped<net::read_operation>(
      [=, &table, shown = std::move(p.shown)](const read_result& r) -> text_reply {
        if (known && !valid) return {false, {}, invalid_pattern(shown)};
        if (r.error == errc::timeout) return no_data(never_waits);
        return read_reply(table, id, r, format.what, trouble);
      },
      std::move(source), format, timeout);
}

text_reply no_data_yet(bool never_waits) {
  return {true, string(),
          never_waits ? "No data available (would block)" : "No data available (non-blocking socket)"};
}

auto tcp_read_sync(connection_table& table, std::int64_t id, pattern p) {
  return read_with(table, id, std::move(p), {}, &no_data_yet, "TCP connection error: ");
}

auto tcp_read(connection_table& table, std::int64_t id, pattern p) {
  return read_with(
      table, id, std::move(p), default_read_timeout,
      [](bool) -> text_reply {
        return {false, {}, "Read timeout"};
      },
      "Read error: ");
}

auto tcp_read_until(connection_table& table, std::int64_t id, net::delimiter delimiter,
                    optional<net::byte_count> max_bytes) {
  const std::size_t limit = max_bytes.value_or(net::byte_count{8192}).bytes;
  ptr<connection> source = table.find(id);
  const bool never_waits = source && source->timeout() == 0.0;
  return mapped<net::read_operation>(
      [=, &table](const read_result& r) -> text_reply {
        if (r.error == errc::timeout) return no_data_yet(never_waits);
        if (r.error) return read_reply(table, id, r, read_format::kind::until, "TCP read until error: ");
        const char* why = r.at_limit ? "max bytes reached"
                          : r.at_end ? "connection closed"
                                     : "delimiter found";
        return {true, string(r.data), "Received " + to_string(r.data.size()) + " bytes (" + why + ")"};
      },
      std::move(source), read_format{read_format::kind::until, limit, delimiter.text, true});
}

// ---------------------------------------------------------------- timeouts

ready_operation<status_reply> tcp_set_timeout(connection_table& table, std::int64_t id,
                                              optional<double> seconds) {
  const ptr<connection> c = table.find(id);
  if (!c) return ready_operation(status_reply(false, not_found(id)));
  if (seconds && !(*seconds >= 0))
    return ready_operation(status_reply(false, "TCP timeout set error: Timeout value out of range"));
  c->set_timeout(seconds);
  const string end = " for connection " + to_string(id);
  if (!seconds) return ready_operation(status_reply(true, "Socket set to blocking mode" + end));
  if (*seconds == 0) return ready_operation(status_reply(true, "Socket set to non-blocking mode" + end));
  return ready_operation(status_reply(true, "Timeout set to " + number_text(*seconds) + " seconds" + end));
}

ready_operation<std::tuple<bool, optional<double>, string>> tcp_get_timeout(connection_table& table,
                                                                            std::int64_t id) {
  using reply = std::tuple<bool, optional<double>, string>;
  const ptr<connection> c = table.find(id);
  if (!c) return ready_operation(reply(false, {}, not_found(id)));
  const optional<double> seconds = c->timeout();
  const string end = " for connection " + to_string(id);
  if (!seconds) return ready_operation(reply(true, {}, "Socket is in blocking mode" + end));
  if (*seconds == 0) return ready_operation(reply(true, 0.0, "Socket is in non-blocking mode" + end));
  return ready_operation(
      reply(true, seconds, "Current timeout: " + number_text(*seconds) + " seconds" + end));
}

bool has_active_network_operations(runtime& r, connection_table& table) {
  if (table.connections() > 0 || table.datagram_sockets() > 0) return true;
  for (std::size_t i = 0; i < work_kind::count(); ++i) {
    const std::string_view kind = work_kind::name_of(i);
    if (r.work().of(i) > 0 && (kind.starts_with("tcp") || kind.starts_with("udp"))) return true;
  }
  return false;
}

}  // namespace

extern const extension_set tcp_extensions([] {
  const parameter id{"conn_id", "from tcp_connect, tcp_connect_sync or a server"};
  return std::vector{
      define<&tcp_connect>(
          {.name = "tcp_connect",
           .category = "tcp",
           .summary = "Opens a TCP connection.",
           .params = {{"host", "name or address"},
                      {"port", "0 to 65535"},
                      {"timeout", "seconds for all of it; 10 unless given"}},
           .returns = "true, the connection id and a message; or false, nil and \"TCP connect error: ...\"",
           .example = "local ok, id, message = _PY.tcp_connect_sync('127.0.0.1', 8080)",
           .standard = "PLua",
           .aliases = {"tcp_connect_sync"}}),
      define<&tcp_write>(
          {.name = "tcp_write",
           .category = "tcp",
           .summary = "Sends a string; waits until the system has taken all of it.",
           .params = {id, {"data", "bytes; a number is sent as its text"}},
           .returns = "true, the count of bytes and a message; or false, nil and a message",
           .example = "_PY.tcp_write(id, 'hello', function(ok, count, message) print(message) end)",
           .standard = "PLua",
           .aliases = {"tcp_write_sync"}}),
      define<&tcp_read>(
          {.name = "tcp_read",
           .category = "tcp",
           .summary = "Reads what comes first. Waits as long as the timeout of the connection says, 5 s "
                      "when none is set; nothing is lost by a timeout.",
           .params = {id, {"pattern", "the most bytes to take; \"*l\" for a line, \"*a\" for all"}},
           .returns = "true, the bytes and a message; or false, nil and \"Read timeout\", \"Connection "
                      "closed by peer\" or another message",
           .example = "_PY.tcp_read(id, 1024, function(ok, data, message) print(data) end)",
           .standard = "PLua"}),
      define<&tcp_read_sync>(
          {.name = "tcp_read_sync",
           .category = "tcp_sync",
           .summary = "Reads by a pattern.",
           .params = {id,
                      {"pattern",
                       "\"*a\" all until the peer closes, \"*l\" a line without its end, or the most "
                       "bytes to take"}},
           .returns = "true, the bytes and a message; true, \"\" and a message when the timeout passed; or "
                      "false, nil "
                      "and a message",
           .example = "local ok, line, message = _PY.tcp_read_sync(id, '*l')",
           .standard = "PLua"}),
      define<&tcp_read_until>(
          {.name = "tcp_read_until",
           .category = "tcp",
           .summary = "Reads up to and with a delimiter.",
           .params = {id,
                      {"delimiter", "one or more bytes"},
                      {"max_bytes", "stop there without the delimiter; 8192 unless given"}},
           .returns = "true, the bytes and a message that says what ended them; or false, nil and "
                      "a message",
           .example = "local ok, head = _PY.tcp_read_until_sync(id, '\\r\\n\\r\\n')",
           .standard = "PLua",
           .aliases = {"tcp_read_until_sync"}}),
      define<&tcp_close>({.name = "tcp_close",
                          .category = "tcp",
                          .summary = "Closes a connection.",
                          .params = {id},
                          .returns = "whether there was such a connection, and a message",
                          .example = "_PY.tcp_close_sync(id)",
                          .standard = "PLua",
                          .aliases = {"tcp_close_sync"}}),
      define<&tcp_set_timeout>({.name = "tcp_set_timeout",
                                .category = "tcp",
                                .summary = "Limits each later read and write of a connection.",
                                .params = {id, {"seconds", "nil waits as long as it takes, 0 never waits"}},
                                .returns = "true and a message, or false and a message",
                                .example = "_PY.tcp_set_timeout_sync(id, 2.5)",
                                .standard = "PLua",
                                .aliases = {"tcp_set_timeout_sync"}}),
      define<&tcp_get_timeout>(
          {.name = "tcp_get_timeout",
           .category = "tcp",
           .summary = "The limit for reads and writes of a connection.",
           .params = {id},
           .returns = "true, the seconds (nil for none) and a message; or false, nil and a message",
           .example = "local ok, seconds = _PY.tcp_get_timeout_sync(id)",
           .standard = "PLua",
           .aliases = {"tcp_get_timeout_sync"}}),
      define<&has_active_network_operations>(
          {.name = "has_active_network_operations",
           .category = "network",
           .summary = "Whether a network operation is in flight or a TCP connection or UDP socket is open.",
           .returns = "the answer",
           .example = "print(_PY.has_active_network_operations())",
           .standard = "PLua"}),
  };
});

}  // namespace plua
