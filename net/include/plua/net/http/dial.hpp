// SPDX-License-Identifier: MIT
// From a URL to a stream on which a request can be sent: directly or through a proxy, with TLS or without.
#pragma once

#include <plua/net/http/client.hpp>
#include <plua/net/http/request_writer.hpp>
#include <plua/net/http/url.hpp>

#include <memory>
#include <optional>
#include <string>

namespace plua::net::http {

/// Everything that tells apart connections which requests may share.
struct route {
  url target;
  std::optional<url> proxy;
  tls_options tls;

  /// Equal for connections that serve the same requests. The password of a proxy lies behind a newline.
  std::string key() const;
  /// What the proxy wants to see in each request's head.
  proxy_form form() const;
};

/// Throws failure("resolve", "connect", "proxy" or "tls").
///
///     std::unique_ptr<stream> s = co_await http::dial(client, route, net::deadline_after(10));
awaitable<std::unique_ptr<stream>> dial(client& c, const route& way, deadline until);

}  // namespace plua::net::http
