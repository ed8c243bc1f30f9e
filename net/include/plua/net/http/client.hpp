// SPDX-License-Identifier: MIT
// The HTTP client: one request, from its URL to the whole response.
#pragma once

#include <plua/coro/service.hpp>
#include <plua/net/http/message.hpp>
#include <plua/net/http/pool.hpp>
#include <plua/net/network.hpp>
#include <plua/net/tls.hpp>

namespace plua::net::http {

/// What the requests of a runtime share.
class client final : public service {
 public:
  explicit client(runtime& owner);
  /// Closes the idle connections.
  void shut_down() noexcept override;

  net::network& network() const noexcept { return network_; }
  tls_client& tls() const noexcept { return tls_; }
  http::pool& connections() const noexcept { return *pool_; }

 private:
  net::network& network_;
  tls_client& tls_;
  ptr<http::pool> pool_;
};

/// Asks and waits for the whole response, whatever its status; follows redirects as the request says. Throws
/// failure, whose operation is the phase that failed (see http::errc). Does not change the state of the
/// client when it is cancelled: its connection is closed.
///
///     http::client& client = runtime.use<http::client>();
///     http::request r;
///     r.url = "http://example.org/";
///     http::response answer = co_await http::fetch(client, std::move(r));
awaitable<response> fetch(client& c, request r);

}  // namespace plua::net::http
