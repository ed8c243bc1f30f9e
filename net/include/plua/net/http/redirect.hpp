// SPDX-License-Identifier: MIT
// Where a response sends the client, and what remains of the request there (RFC 9110, 15.4).
#pragma once

#include <plua/net/http/message.hpp>
#include <plua/net/http/url.hpp>

#include <optional>

namespace plua::net::http {

/// The next URL when the response is a redirect that can be followed, and the request changed for it: POST
/// becomes GET for 301 and 302, everything but HEAD for 303; credentials do not leave their origin. Throws
/// failure(errc::bad_url, "redirect") for a Location that cannot be fetched.
///
///     if (auto next = http::redirected(r, here, answer)) here = *next;
std::optional<url> redirected(request& r, const url& from, const response& answer);

}  // namespace plua::net::http
