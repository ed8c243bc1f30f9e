// SPDX-License-Identifier: MIT
#include <plua/coro/runtime.hpp>
#include <plua/net/http/client.hpp>
#include <plua/net/http/dial.hpp>
#include <plua/net/http/error.hpp>
#include <plua/net/http/exchange.hpp>
#include <plua/net/http/redirect.hpp>
#include <plua/net/http/request_writer.hpp>

#include <utility>

namespace plua::net::http {
namespace {

// Sending it twice is the same as sending it once (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method) noexcept {
  for (const std::string_view known : {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
    if (method == known) return true;
  return false;
}

bool says_close(const request& r) noexcept {
  const std::string* connection = find(r.headers, "Connection");
  return connection && same_name(*connection, "close");
}

route route_of(const request& r, const url& target) {
  route way{target, {}, r.tls};
  way.tls.protocols = {"http/1.1"};
  if (!r.proxy.empty()) {
    try {
      way.proxy = parse_url(r.proxy);
    } catch (const failure& f) {
      throw failure(f.code(), "proxy", f.address());
    }
  }
  return way;
}

reader_options reading(const request& r) {
  reader_options options;
  options.without_body = r.method == "HEAD";
  options.decode = decodes(r);
  options.header_limit = r.header_limit;
  options.body_limit = r.body_limit;
  return options;
}

// One request without redirects. A kept connection that the peer was just closing is replaced, once.
awaitable<response> ask(client& c, const request& r, const url& target, deadline until) {
  const route way = route_of(r, target);
  const std::string key = way.key();
  for (bool fresh = false;; fresh = true) {
    pool::lease place = co_await c.connections().acquire(key, until, fresh);
    if (!place.connection()) {
      std::unique_ptr<stream> made = co_await dial(c, way, earlier(until, deadline_after(r.connect_timeout)));
      place.set(std::move(made));
    }
    place.connection()->set_deadline(until);
    std::string head = write_head(r, target, way.form());
    const std::string_view body = r.body ? std::string_view(*r.body) : std::string_view();
    exchange_result result = co_await exchange(*place.connection(), std::move(head), body, reading(r));
    if (!result.error) {
      if (result.reusable && !says_close(r)) place.keep();
      co_return std::move(result.response);
    }
    const bool stale = place.is_reused() && !result.answered && result.error->code() != plua::errc::timeout;
    if (!stale || fresh || !is_idempotent(r.method)) throw *result.error;
  }
}

}  // namespace

client::client(runtime& owner)
    : network_(owner.use<net::network>()),
      tls_(owner.use<tls_client>()),
      pool_(new http::pool(owner.get_executor(), owner.timers())) {}

void client::shut_down() noexcept { pool_->close_idle(); }

awaitable<response> fetch(client& c, request r) {
  check_request(r);
  url here = parse_url(r.url);
  std::string address = r.url;
  const deadline until = deadline_after(r.timeout);
  for (int followed = 0;; ++followed) {
    response answer = co_await ask(c, r, here, until);
    answer.url = address;
    if (!r.follow_redirects) co_return answer;
    const std::optional<url> next = redirected(r, here, answer);
    if (!next) co_return answer;
    if (followed >= r.max_redirects) throw failure(errc::too_many_redirects, "redirect", address);
    here = *next;
    address = here.absolute_form() + here.fragment;
  }
}

}  // namespace plua::net::http
