// SPDX-License-Identifier: MIT
#include <plua/net/connect.hpp>
#include <plua/net/http/dial.hpp>
#include <plua/net/http/error.hpp>
#include <plua/net/http/exchange.hpp>

#include <utility>

namespace plua::net::http {
namespace {

std::string authorization_for(const url& proxy) {
  return proxy.has_user ? basic_authorization(proxy.user, proxy.password) : std::string();
}

// Asks the proxy to connect the stream with the target.
awaitable<void> open_tunnel(stream& s, const route& way) {
  reader_options options;
  options.tunnel = true;
  std::string head = write_connect(way.target, authorization_for(*way.proxy));
  exchange_result r = co_await exchange(s, std::move(head), std::string_view(), options);
  const std::string place = way.target.host_and_port() + " by " + way.proxy->host_and_port();
  if (r.error) throw failure(r.error->code(), "proxy", place);
  const bool opened = r.response.status / 100 == 2 && r.response.body.empty();
  if (!opened)
    throw failure(errc::proxy_refused, "proxy", place + " (" + std::to_string(r.response.status) + ")");
}

}  // namespace

std::string route::key() const {
  std::string text = target.scheme + "://" + target.host_and_port();
  if (proxy) {
    const std::string through = proxy->scheme + "://" + proxy->host_and_port();
    // A proxy that sees the whole URL serves every host over one connection.
    text = target.is_secure() ? text + " by " + through : through;
  }
  if (!tls.verify) text += " unverified";
  if (!tls.ca_file.empty()) text += " trusting " + tls.ca_file;
  if (proxy && proxy->has_user) text += "\n" + proxy->user + ":" + proxy->password;
  return text;
}

proxy_form route::form() const {
  if (!proxy || target.is_secure()) return {};
  return {true, authorization_for(*proxy)};
}

awaitable<std::unique_ptr<stream>> dial(client& c, const route& way, deadline until) {
  const url& first = way.proxy ? *way.proxy : way.target;
  ptr<connection> connected = co_await connect(c.network(), first.host, first.port, seconds_until(until));
  std::unique_ptr<stream> s = make_stream(c.network(), std::move(connected));
  s->set_deadline(until);
  if (way.proxy && way.proxy->is_secure()) {
    s = co_await start_tls(c.tls(), std::move(s), way.proxy->host, way.tls);
  }
  if (way.proxy && way.target.is_secure()) co_await open_tunnel(*s, way);
  if (way.target.is_secure()) {
    s = co_await start_tls(c.tls(), std::move(s), way.target.host, way.tls);
  }
  co_return s;
}

}  // namespace plua::net::http
