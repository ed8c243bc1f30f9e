// SPDX-License-Identifier: MIT
// PLua's questions about this machine on the network.
#include <plua/coro/bind_async.hpp>
#include <plua/net/connect.hpp>

#include <boost/asio/ip/udp.hpp>

#include <climits>
#include <unistd.h>

namespace plua {
namespace {

using net::network;
using std::optional;
using std::string;

// Connecting a UDP socket sends nothing, but the system chooses an interface.
string get_local_ip(runtime& r) {
  using udp = asio::ip::udp;
  const udp::endpoint outside(asio::ip::address_v4({8, 8, 8, 8}), 80);
  error_code ec;
  asio::basic_datagram_socket<udp, executor> probe(r.get_executor());
  probe.open(udp::v4(), ec);
  if (!ec) probe.connect(outside, ec);
  const udp::endpoint here = ec ? udp::endpoint() : probe.local_endpoint(ec);
  return ec || here.address().is_unspecified() ? "127.0.0.1" : here.address().to_string();
}

string get_hostname() {
  char name[HOST_NAME_MAX + 1] = {};
  const bool known = ::gethostname(name, sizeof(name) - 1) == 0 && *name;
  return known ? name : "unknown";
}

// ---------------------------------------------------------------- ports

/// A port or a host. A value of another type is no misuse here but has an answer.
struct port_or_host {
  optional<std::int64_t> number;
  optional<string> text;
  bool is_nil = false;
};

}  // namespace

template <>
struct value<port_or_host> {
  static string name() { return "integer|string|nil"; }
  static port_or_host get(lua_State* L, int index) {
    if (index == 1 && lua_isnone(L, index)) throw_type_mismatch(L, index, "number");
    if (lua_isnoneornil(L, index)) return {.number = {}, .text = {}, .is_nil = true};
    if (lua_type(L, index) == LUA_TSTRING) return {.number = {}, .text = value<string>::get(L, index)};
    int whole = 0;
    const lua_Integer n = lua_tointegerx(L, index, &whole);
    return {.number = whole ? optional<std::int64_t>(n) : std::nullopt, .text = {}};
  }
};

namespace {

enum class port_state { open, closed, unknown };

awaitable<port_state> ask(network& net, port_or_host port, port_or_host host) {
  constexpr double patience = 1;  // seconds that a port may take to answer
  if (host.number && port.text) std::swap(port, host);
  const bool valid = port.number && std::in_range<std::uint16_t>(*port.number) && (host.text || host.is_nil);
  if (!valid) co_return port_state::unknown;
  const auto number = static_cast<std::uint16_t>(*port.number);
  try {
    const ptr<net::connection> made =
        co_await net::connect(net, host.text.value_or("127.0.0.1"), number, patience);
    made->close();
  } catch (const failure& e) {
    co_return e.operation() == "resolve" ? port_state::unknown : port_state::closed;
  }
  co_return port_state::open;
}

awaitable<bool> is_port_available(network& net, port_or_host port, port_or_host host) {
  co_return co_await ask(net, std::move(port), std::move(host)) == port_state::closed;
}

awaitable<bool> check_port(network& net, port_or_host port, port_or_host host) {
  co_return co_await ask(net, std::move(port), std::move(host)) == port_state::open;
}

}  // namespace

extern const extension_set network_extensions([] {
  const std::vector<parameter> where{
      {"port", "0 to 65535"},
      {"host", "name or address; 127.0.0.1 unless given. Port and host may change places"}};
  return std::vector{
      define<&get_local_ip>({.name = "get_local_ip",
                             .category = "network",
                             .summary = "The IPv4 address of the interface that leads to the internet.",
                             .returns = "the address; \"127.0.0.1\" when there is no such interface",
                             .example = "print(_PY.get_local_ip())",
                             .standard = "PLua"}),
      define<&get_hostname>({.name = "get_hostname",
                             .category = "network",
                             .summary = "The name of this machine.",
                             .returns = "the name, or \"unknown\"",
                             .example = "print(_PY.get_hostname())",
                             .standard = "PLua"}),
      define<&is_port_available>(
          {.name = "is_port_available",
           .category = "network",
           .summary = "Whether nothing answers at a TCP port within a second.",
           .params = where,
           .returns = "true when a connection fails; false when one is made, and for what is no port or no "
                      "known host",
           .example = "print(_PY.is_port_available(8080))",
           .standard = "PLua"}),
      define<&check_port>({.name = "check_port",
                           .category = "network",
                           .summary = "Whether something accepts connections at a TCP port, within a second.",
                           .params = where,
                           .returns = "the answer",
                           .example = "if _PY.check_port(8080) then print('a server is there') end",
                           .standard = "PLua"}),
  };
});

}  // namespace plua
