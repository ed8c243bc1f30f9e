// SPDX-License-Identifier: MIT
// Module `net`: UDP sockets as objects.
#include <plua/coro/bind_async.hpp>
#include <plua/net/argument.hpp>
#include <plua/net/open_datagram_socket.hpp>

namespace plua {
namespace {

using net::datagram_socket;

struct udp_options {
  std::optional<std::string> host;
  std::optional<net::port_number> port;
  std::optional<std::string> peer_host;
  std::optional<net::port_number> peer_port;
  std::optional<bool> broadcast;
  static constexpr auto fields() {
    return std::tuple(field("host", &udp_options::host), field("port", &udp_options::port),
                      field("peer_host", &udp_options::peer_host),
                      field("peer_port", &udp_options::peer_port),
                      field("broadcast", &udp_options::broadcast));
  }
};

std::optional<net::named_address> place(std::optional<std::string> host, std::optional<net::port_number> port,
                                        const char* host_otherwise) {
  if (!host && !port) return {};
  return net::named_address{std::move(host).value_or(host_otherwise),
                            port.value_or(net::port_number{0}).number};
}

awaitable<ptr<datagram_socket>> udp(net::network& net, std::optional<udp_options> options) {
  udp_options o = std::move(options).value_or(udp_options());
  if (o.peer_port && !o.peer_host) throw arg_error(1, "field 'peer_host' expected beside 'peer_port'");
  if (o.peer_host && !o.peer_port) throw arg_error(1, "field 'peer_port' expected beside 'peer_host'");
  auto local = place(std::move(o.host), o.port, "127.0.0.1");
  auto peer = place(std::move(o.peer_host), o.peer_port, "");
  co_return co_await net::open_datagram_socket(net, std::move(local), std::move(peer),
                                               o.broadcast.value_or(false));
}

class script_send final : public net::send_operation {
 public:
  using send_operation::send_operation;
  outcome<std::int64_t> result() {
    const net::send_result r = send_operation::result();
    if (r.error) return failure(r.error, "send", target());
    return static_cast<std::int64_t>(r.sent);
  }
};

script_send send(datagram_socket& self, std::string_view data) { return {ptr<datagram_socket>(&self), data}; }

script_send send_to(datagram_socket& self, std::string_view data, std::string host, net::port_number port) {
  return {ptr<datagram_socket>(&self), data, std::move(host), port.number};
}

class script_receive final : public net::receive_operation {
 public:
  using receive_operation::receive_operation;
  outcome<std::tuple<std::string_view, std::string, std::int64_t>> result() {
    net::receive_result r = receive_operation::result();
    if (r.error) return failure(r.error, "receive", source()->label());
    return std::tuple(r.data, std::move(r.from.host), r.from.port);
  }
};
static_assert(sizeof(script_receive) <= task::slot_size, "a receive must not allocate");

script_receive receive(datagram_socket& self, std::optional<net::byte_count> max_bytes) {
  const std::size_t limit = max_bytes ? max_bytes->bytes : net::receive_operation::no_limit;
  return {ptr<datagram_socket>(&self), limit};
}

void close(datagram_socket& self) { self.close(); }

void set_timeout(datagram_socket& self, std::optional<double> seconds) {
  if (seconds && !(*seconds >= 0)) throw arg_error(2, "a number of seconds that is not negative expected");
  self.set_timeout(seconds);
}

std::tuple<std::string, std::int64_t> local_address(datagram_socket& self) {
  const net::address a = self.local();
  return {a.host, a.port};
}

}  // namespace

extern const extension_set datagram_extensions([] {
  return std::vector{
      define<&udp>(
          {.name = "udp",
           .module = "net",
           .category = "net",
           .summary = "Opens a UDP socket. What arrives from now on is kept until it is received.",
           .params = {{"options",
                       "host: address to bind, \"*\" for all of both families (with a port only: 127.0.0.1); "
                       "port: 0 or none lets the system choose; peer_host and peer_port: the only "
                       "address to talk to; broadcast: true to send to broadcast addresses. With "
                       "none: every address, for sending to anybody"}},
           .returns = "the socket",
           .errors = "EADDRINUSE, resolve errors... as nil, err",
           .example = "local socket = assert(net.udp{port = 0})\nprint(socket:local_address())"}),
      define<&send>({.name = "send",
                     .module = "net",
                     .type = "datagram_socket",
                     .category = "net",
                     .summary = "Sends a datagram to the peer.",
                     .params = {{"data", "bytes, at most about 65,500"}},
                     .returns = "the count of bytes",
                     .errors = "EDESTADDRREQ without a peer, EMSGSIZE, ECONNREFUSED (nobody received an "
                               "earlier datagram; this one was not sent), closed as nil, err",
                     .example = "assert(socket:send('ping'))"}),
      define<&send_to>(
          {.name = "send_to",
           .module = "net",
           .type = "datagram_socket",
           .category = "net",
           .summary = "Sends a datagram to an address.",
           .params = {{"data", "bytes, at most about 65,500"},
                      {"host", "address, or a name, which is looked up each time"},
                      {"port", "0 to 65535"}},
           .returns = "the count of bytes",
           .errors = "EISCONN when the socket has another peer, EAFNOSUPPORT for an address of the other "
                     "family, EMSGSIZE, EACCES, resolve errors, closed as nil, err",
           .example = "assert(socket:send_to('ping', '127.0.0.1', 5353))"}),
      define<&receive>(
          {.name = "receive",
           .module = "net",
           .type = "datagram_socket",
           .category = "net",
           .summary =
               "Waits for a datagram. Those of several tasks are served in the order of the calls, and "
               "no datagram is lost by a timeout or a cancellation.",
           .params = {{"max_bytes", "what the datagram has beyond is dropped; all of it unless given"}},
           .returns = "the bytes, the sender's address and port",
           .errors = "timeout, closed, ECONNREFUSED (nobody received an earlier datagram) as nil, err",
           .example = "local data, host, port = socket:receive()\nsocket:send_to(data, host, port)"}),
      define<&close>({.name = "close",
                      .module = "net",
                      .type = "datagram_socket",
                      .category = "net",
                      .summary = "Closes the socket; pending operations end with \"closed\". Allowed twice. "
                                 "Also done by <close> and by garbage collection.",
                      .example = "socket:close()"}),
      define<&set_timeout>({.name = "set_timeout",
                            .module = "net",
                            .type = "datagram_socket",
                            .category = "net",
                            .summary = "Limits each later receive and send.",
                            .params = {{"seconds", "0 never waits, nil waits as long as it takes"}},
                            .example = "socket:set_timeout(2.5)"}),
      define<&local_address>({.name = "local_address",
                              .module = "net",
                              .type = "datagram_socket",
                              .category = "net",
                              .summary = "The address that the socket is bound to.",
                              .returns = "the address and the port; \"\" and 0 once closed",
                              .example = "local host, port = socket:local_address()"}),
  };
});

}  // namespace plua
