// SPDX-License-Identifier: MIT
// What can go wrong in HTTP beside what the network has codes for.
#pragma once

#include <plua/core/error.hpp>

namespace plua::net::http {

/// The names are what scripts find in `err.code`. The operation of the failure tells the phase: url, request,
/// pool, resolve, connect, proxy, tls, write, read, response, body, redirect.
///
///     if (failure.code() == http::errc::body_too_long) ...
enum class errc {
  bad_url = 1,         ///< not an absolute http or https URL
  bad_header,          ///< a name, value or method that would break the request apart
  no_response,         ///< the peer ended the connection instead of an answer
  bad_response,        ///< what came is not HTTP/1
  truncated,           ///< the connection ended within the response
  header_too_long,     ///< more than the limit before the body
  body_too_long,       ///< more than `body_limit`, also after decompression
  bad_encoding,        ///< the compressed body is damaged
  too_many_redirects,  ///< more than `max_redirects`
  proxy_refused,       ///< the proxy did not open the tunnel
};

const boost::system::error_category& error_category() noexcept;

inline error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), error_category()}; }

}  // namespace plua::net::http

template <>
struct boost::system::is_error_code_enum<plua::net::http::errc> : std::true_type {};
