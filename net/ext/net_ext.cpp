// SPDX-License-Identifier: MIT
// Module `net`: TCP connections and listeners as objects.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/ready_operation.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/connect.hpp>

namespace plua {
namespace {

using net::connection;
using net::listener;
using net::network;

// ---------------------------------------------------------------- opening

struct connect_options {
  std::string host;
  net::port_number port;
  std::optional<double> timeout;
  static constexpr auto fields() {
    return std::tuple(field("host", &connect_options::host), field("port", &connect_options::port),
                      field("timeout", &connect_options::timeout));
  }
};

struct listen_options {
  std::optional<std::string> host;
  net::port_number port;
  std::optional<std::int64_t> backlog;
  static constexpr auto fields() {
    return std::tuple(field("host", &listen_options::host), field("port", &listen_options::port),
                      field("backlog", &listen_options::backlog));
  }
};

net::connect_operation connect(network& net, connect_options options) {
  return {net, std::move(options.host), options.port.number, options.timeout};
}

awaitable<ptr<listener>> listen(network& net, listen_options options) {
  constexpr std::int64_t as_many_as_allowed = net::default_backlog;
  const int backlog = static_cast<int>(options.backlog.value_or(as_many_as_allowed));
  return net::listen(net, options.host.value_or("127.0.0.1"), options.port.number, backlog);
}

// ---------------------------------------------------------------- connections

failure connection_failure(const error_code& ec, const char* what, const ptr<connection>& c) {
  return failure(ec, what, net::to_string(c->remote()));
}

// Reads the argument at that position, which a wrong one is reported for.
template <class T>
T read_at(lua_State* L, int index) {
  try {
    return value<T>::get(L, index);
  } catch (const arg_error& e) {
    throw arg_error(index, e.what());
  }
}

std::size_t limit_argument(lua_State* L, int index, std::size_t otherwise) {
  return lua_isnoneornil(L, index) ? otherwise : read_at<net::byte_count>(L, index).bytes;
}

// The formats of io.read, and those that a socket needs beside them.
net::read_format parse_format(lua_State* L, int at) {
  using kind = net::read_format::kind;
  if (lua_type(L, at) == LUA_TNUMBER) return {kind::exactly, read_at<net::byte_count>(L, at).bytes};
  std::string_view name = lua_isnoneornil(L, at) ? "l" : value<std::string_view>::get(L, at);
  if (name.starts_with('*')) name.remove_prefix(1);
  if (name == "l") return {kind::line, limit_argument(L, at + 1, net::read_format::line_limit)};
  if (name == "L") return {kind::raw_line, limit_argument(L, at + 1, net::read_format::line_limit)};
  if (name == "a") return {kind::all, limit_argument(L, at + 1, net::read_format::no_limit)};
  if (name == "some") return {kind::some, limit_argument(L, at + 1, net::read_format::no_limit)};
  if (name == "until") {
    const std::string_view delimiter = read_at<net::delimiter>(L, at + 1).text;
    return {kind::until, limit_argument(L, at + 2, net::read_format::line_limit), delimiter};
  }
  throw arg_error(at, "a count, \"l\", \"L\", \"a\", \"some\" or \"until\" expected");
}

/// One string on the Lua stack as it lies there, several joined.
struct outgoing {
  std::string_view single;
  std::string joined;
  bool several = false;
};

outgoing parse_outgoing(lua_State* L, int at) {
  const int last = lua_gettop(L);
  if (at >= last) return {read_at<std::string_view>(L, at), {}};
  outgoing data{{}, {}, true};
  for (int i = at; i <= last; ++i) data.joined += read_at<std::string_view>(L, i);
  return data;
}

}  // namespace

// Both take all arguments that are left.
template <>
struct parameter_source<net::read_format> {
  static constexpr int slots = -1;
  static constexpr bool borrows = true;
  static net::read_format get(lua_State* L, int index) { return parse_format(L, index); }
  static std::string name() { return "any"; }
};

template <>
struct parameter_source<outgoing> {
  static constexpr int slots = -1;
  static constexpr bool borrows = true;
  static outgoing get(lua_State* L, int index) { return parse_outgoing(L, index); }
  static std::string name() { return "any"; }
};

namespace {

class script_read final : public net::read_operation {
 public:
  using read_operation::read_operation;
  outcome<std::string_view> result() {
    const net::read_result r = read_operation::result();
    if (r.error) return connection_failure(r.error, "read", source());
    return r.data;
  }
};
static_assert(sizeof(script_read) <= task::slot_size, "a read must not allocate");

script_read read(connection& self, net::read_format format) { return {ptr<connection>(&self), format}; }

/// The end of the stream ends the loop, every other failure is raised: a loop would take it for the end.
class line_read final : public net::read_operation {
 public:
  using read_operation::read_operation;
  std::optional<std::string_view> result() {
    const net::read_result r = read_operation::result();
    if (r.error == errc::eof) return std::nullopt;
    if (r.error) throw raised_failure(connection_failure(r.error, "read", source()));
    return r.data;
  }
};

line_read next_line(connection& self) {
  return {ptr<connection>(&self), {net::read_format::kind::line, net::read_format::line_limit}};
}

// Pushes the method of that name and the object: what a generic `for` takes. // [-0, +2, m]
pushed iterate(lua_State* L, const char* method) {
  lua_getmetatable(L, 1);
  push_class_methods(L);
  lua_pushstring(L, method);
  lua_rawget(L, -2);
  lua_pushvalue(L, 1);
  return {2};
}

pushed lines(lua_State* L, connection&) { return iterate(L, "next_line"); }

struct write_reply {
  net::write_result written;
  ptr<connection> target;
};

}  // namespace

template <>
struct results<write_reply> {
  static std::string names() { return "integer | nil, error, integer"; }
  static int push(lua_State* L, const write_reply& r) {
    if (!r.written.error) {
      lua_pushinteger(L, static_cast<lua_Integer>(r.written.sent));
      return 1;
    }
    lua_pushnil(L);
    push_error(L, connection_failure(r.written.error, "write", r.target));
    lua_pushinteger(L, static_cast<lua_Integer>(r.written.sent));
    return 3;
  }
};

namespace {

class script_write final : public net::write_operation {
 public:
  using write_operation::write_operation;
  write_reply result() { return {write_operation::result(), target()}; }
};
static_assert(sizeof(script_write) <= task::slot_size, "a write must not allocate");

script_write write(connection& self, outgoing data) {
  ptr<connection> target(&self);
  if (data.several) return {std::move(target), std::move(data.joined)};
  return {std::move(target), data.single};
}

outcome<bool> shutdown(connection& self, std::optional<std::string> what) {
  const std::string side = what.value_or("send");
  error_code ec;
  if (side == "send")
    self.shut_down(asio::socket_base::shutdown_send, ec);
  else if (side == "receive")
    self.shut_down(asio::socket_base::shutdown_receive, ec);
  else if (side == "both")
    self.shut_down(asio::socket_base::shutdown_both, ec);
  else
    throw arg_error(2, "\"send\", \"receive\" or \"both\" expected");
  if (ec) return failure(ec, "shutdown", net::to_string(self.remote()));
  return true;
}

void close_connection(connection& self) { self.close(); }

void set_timeout(connection& self, std::optional<double> seconds) {
  if (seconds && !(*seconds >= 0)) throw arg_error(2, "a number of seconds that is not negative expected");
  self.set_timeout(seconds);
}

std::tuple<std::string, std::int64_t> address_of(const net::address& a) { return {a.host, a.port}; }
std::tuple<std::string, std::int64_t> local_address(connection& self) { return address_of(self.local()); }
std::tuple<std::string, std::int64_t> remote_address(connection& self) { return address_of(self.remote()); }

// ---------------------------------------------------------------- listeners

/// The end of the listener ends the loop.
class next_connection final : public net::accept_operation {
 public:
  using accept_operation::accept_operation;
  ptr<connection> result() {
    net::accept_result r = accept_operation::result();
    if (r.error && r.error != errc::closed)
      throw raised_failure(failure(r.error, "accept", net::to_string(source()->local())));
    return std::move(r.accepted);
  }
};

next_connection accept_next(listener& self) { return next_connection(ptr<listener>(&self)); }

pushed accept(lua_State* L, listener&) { return iterate(L, "accept_next"); }

net::accept_connection_operation accept_one(listener& self, std::optional<double> timeout) {
  return net::accept_connection_operation(ptr<listener>(&self), timeout);
}

void close_listener(listener& self) { self.close(); }

std::tuple<std::string, std::int64_t> listener_address(listener& self) { return address_of(self.local()); }

}  // namespace

extern const extension_set net_extensions([] {
  return std::vector{
      define<&connect>(
          {.name = "connect",
           .module = "net",
           .category = "net",
           .summary = "Opens a TCP connection. Tries the addresses of the host in order.",
           .params = {{"options",
                       "host: name or address; port: 0 to 65535; timeout: seconds for all of "
                       "it, name lookup included (none: the system's limits)"}},
           .returns = "the connection",
           .errors = "ECONNREFUSED, timeout, resolve errors... as nil, err",
           .example = "local conn = assert(net.connect{host = 'localhost', port = 8080, timeout = 5})"}),
      define<&listen>({.name = "listen",
                       .module = "net",
                       .category = "net",
                       .summary = "Listens for TCP connections.",
                       .params = {{"options",
                                   "host: address to bind, 127.0.0.1 unless given, \"*\" for all; port: 0 "
                                   "lets the system choose; backlog: connections that wait"}},
                       .returns = "the listener",
                       .errors = "EADDRINUSE, EACCES... as nil, err",
                       .example = "local server = assert(net.listen{port = 0})\nprint(server:address())"}),

      define<&read>(
          {.name = "read",
           .module = "net",
           .type = "connection",
           .category = "net",
           .summary = "Reads from the connection; waits until what was asked for is there. Reads of several "
                      "tasks are served in the order of the calls, and no data is lost by a timeout.",
           .params = {{"format",
                       "a count of bytes; \"l\" a line (the default), \"L\" with its newline, \"a\" "
                       "all until the peer closes, \"some\" what comes first, \"until\" up to and "
                       "with a delimiter"},
                      {"...",
                       "the delimiter for \"until\"; then the most bytes to take (16 MiB for lines "
                       "and \"until\" unless given)"}},
           .returns = "the bytes; fewer than asked for when the stream ended",
           .errors = "eof, timeout, closed, too_long (nothing is consumed), ECONNRESET... as nil, err",
           .example =
               "local line, err = conn:read('l')\nlocal head = conn:read('until', '\\r\\n\\r\\n', 65536)"}),
      define<&next_line>({.name = "next_line",
                          .module = "net",
                          .type = "connection",
                          .category = "net",
                          .summary = "The step of `lines`.",
                          .returns = "the next line, nil at the end",
                          .errors = "raises the error object for every other failure",
                          .example = "local first = conn:next_line()"}),
      define<&lines>(
          {.name = "lines",
           .module = "net",
           .type = "connection",
           .category = "net",
           .summary = "Iterates over the lines until the peer closes.",
           .returns = "an iterator for a generic for",
           .errors = "the loop raises the error object for every failure but the end of the stream",
           .example = "for line in conn:lines() do print(line) end"}),
      define<&write>(
          {.name = "write",
           .module = "net",
           .type = "connection",
           .category = "net",
           .summary = "Sends strings and numbers, in order with the writes of other tasks; waits until the "
                      "system has taken all.",
           .params = {{"...", "what to send, without anything between"}},
           .returns = "the count of bytes",
           .errors = "EPIPE, ECONNRESET, timeout, closed as nil, err, and the count that was sent",
           .example = "assert(conn:write('GET / HTTP/1.0\\r\\n\\r\\n'))"}),
      define<&shutdown>(
          {.name = "shutdown",
           .module = "net",
           .type = "connection",
           .category = "net",
           .summary = "Ends one direction: the peer reads to the end of what was sent and then sees the "
                      "end of the stream; reading goes on.",
           .params = {{"side", "\"send\" (the default), \"receive\" or \"both\""}},
           .returns = "true",
           .errors = "ENOTCONN, closed as nil, err",
           .example = "conn:shutdown()"}),
      define<&close_connection>({.name = "close",
                                 .module = "net",
                                 .type = "connection",
                                 .category = "net",
                                 .summary =
                                     "Closes the connection; pending reads and writes end with \"closed\". "
                                     "Allowed twice. Also done by <close> and by garbage collection.",
                                 .example = "conn:close()"}),
      define<&set_timeout>({.name = "set_timeout",
                            .module = "net",
                            .type = "connection",
                            .category = "net",
                            .summary = "Limits each later read and write.",
                            .params = {{"seconds", "0 never waits, nil waits as long as it takes"}},
                            .example = "conn:set_timeout(30)"}),
      define<&local_address>({.name = "local_address",
                              .module = "net",
                              .type = "connection",
                              .category = "net",
                              .summary = "The address of this side.",
                              .returns = "the address and the port",
                              .example = "local host, port = conn:local_address()"}),
      define<&remote_address>({.name = "remote_address",
                               .module = "net",
                               .type = "connection",
                               .category = "net",
                               .summary = "The address of the peer.",
                               .returns = "the address and the port",
                               .example = "local host, port = conn:remote_address()"}),

      define<&accept>({.name = "accept",
                       .module = "net",
                       .type = "listener",
                       .category = "net",
                       .summary = "Iterates over the connections that come, until the listener is closed.",
                       .returns = "an iterator for a generic for",
                       .example = "for conn in server:accept() do task.spawn(serve, conn) end"}),
      define<&accept_next>({.name = "accept_next",
                            .module = "net",
                            .type = "listener",
                            .category = "net",
                            .summary = "The step of `accept`.",
                            .returns = "the next connection, nil once closed",
                            .errors = "raises the error object",
                            .example = "local conn = server:accept_next()"}),
      define<&accept_one>({.name = "accept_one",
                           .module = "net",
                           .type = "listener",
                           .category = "net",
                           .summary = "Waits for one connection.",
                           .params = {{"timeout", "seconds; none unless given"}},
                           .returns = "the connection",
                           .errors = "timeout, closed as nil, err",
                           .example = "local conn = assert(server:accept_one(5))"}),
      define<&close_listener>({.name = "close",
                               .module = "net",
                               .type = "listener",
                               .category = "net",
                               .summary =
                                   "Stops listening; connections that were accepted stay open. Also done by "
                                   "<close> and by garbage collection.",
                               .example = "server:close()"}),
      define<&listener_address>({.name = "address",
                                 .module = "net",
                                 .type = "listener",
                                 .category = "net",
                                 .summary = "The address that it listens on.",
                                 .returns = "the address and the real port",
                                 .example = "local host, port = server:address()"}),
  };
});

}  // namespace plua
