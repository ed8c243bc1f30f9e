// SPDX-License-Identifier: MIT
// The bytes of a request's head.
#pragma once

#include <plua/net/http/message.hpp>
#include <plua/net/http/url.hpp>

#include <string>
#include <string_view>

namespace plua::net::http {

/// How a proxy changes the head.
struct proxy_form {
  bool absolute = false;      ///< the request line holds the whole URL
  std::string authorization;  ///< the value of Proxy-Authorization; empty for none
};

/// Throws failure(errc::bad_header, "request") when a method, name or value could be read as more than it is
/// by whoever reads the request, and when the headers contradict the body. Says nothing of the URL.
void check_request(const request& r);

/// The head of a request that passed the check, with what the caller did not give: Host, User-Agent, Accept,
/// Accept-Encoding, Authorization from the URL, Content-Length.
///
///     std::string head = http::write_head(r, http::parse_url(r.url));
std::string write_head(const request& r, const url& target, const proxy_form& proxy = {});

/// The head of a CONNECT request for a tunnel to the host.
std::string write_connect(const url& target, std::string_view authorization);

/// The value of an Authorization field.
std::string basic_authorization(std::string_view user, std::string_view password);

/// Whether the caller's own Accept-Encoding leaves the body to the caller.
bool decodes(const request& r) noexcept;

}  // namespace plua::net::http
