// SPDX-License-Identifier: MIT
#include <plua/net/socket.hpp>

#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace plua::net {

address to_address(const tcp::endpoint& endpoint) {
  return {endpoint.address().to_string(), endpoint.port()};
}

std::optional<socket_address> as_family(const socket_address& a, int family) {
  const asio::ip::address& ip = a.address();
  if (family == AF_INET6 && ip.is_v4())
    return socket_address(asio::ip::make_address_v6(asio::ip::v4_mapped, ip.to_v4()), a.port());
  if (family == AF_INET && ip.is_v6()) {
    if (!ip.to_v6().is_v4_mapped()) return std::nullopt;
    return socket_address(asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6()), a.port());
  }
  return a;
}

address plain_address(const socket_address& a) {
  const bool mapped = a.address().is_v6() && a.address().to_v6().is_v4_mapped();
  return to_address(mapped ? *as_family(a, AF_INET) : a);
}

std::string to_string(const address& a) {
  const bool v6 = a.host.find(':') != std::string::npos;
  return (v6 ? "[" + a.host + "]" : a.host) + ":" + std::to_string(a.port);
}

address local_address(int fd) {
  tcp::endpoint bound;
  auto size = static_cast<socklen_t>(bound.capacity());
  if (::getsockname(fd, bound.data(), &size) != 0) return {};
  if (bound.data()->sa_family != AF_INET && bound.data()->sa_family != AF_INET6) return {};
  return to_address(bound);
}

void set_no_delay(int fd) noexcept {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

error_code last_error() noexcept { return {errno, boost::system::system_category()}; }

bool would_block(const error_code& ec) noexcept {
  return ec == boost::system::errc::operation_would_block ||
         ec == boost::system::errc::resource_unavailable_try_again;
}

}  // namespace plua::net
