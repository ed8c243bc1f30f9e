// SPDX-License-Identifier: MIT
#include <plua/net/socket.hpp>

#include <boost/asio/error.hpp>

namespace plua::net {

address to_address(const tcp::endpoint& endpoint) {
  return {endpoint.address().to_string(), endpoint.port()};
}

std::string to_string(const address& a) {
  const bool v6 = a.host.find(':') != std::string::npos;
  return (v6 ? "[" + a.host + "]" : a.host) + ":" + std::to_string(a.port);
}

bool is_aborted(const error_code& code) noexcept { return code == asio::error::operation_aborted; }

}  // namespace plua::net
