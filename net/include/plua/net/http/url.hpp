// SPDX-License-Identifier: MIT
// The URLs that can be fetched: absolute, http or https, as RFC 3986 writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plua::net::http {

/// The parts that a request needs. Kept as they are written, except where it says otherwise.
///
///     http::url u = http::parse_url("https://me:secret@example.org/a?b#c");
///     u.host == "example.org" && u.port == 443 && u.target == "/a?b" && u.authority() == "example.org"
struct url {
  std::string scheme;       ///< "http" or "https"
  std::string user;         ///< decoded
  std::string password;     ///< decoded
  std::string host;         ///< lower case, decoded, an IPv6 address without its brackets
  std::uint16_t port = 80;  ///< that of the scheme when none is written
  std::string target;       ///< path and query, at least "/"
  std::string fragment;     ///< with its "#"; empty when there is none
  bool has_user = false;

  bool is_secure() const noexcept { return scheme == "https"; }
  /// What the Host field says: the port only when it is not that of the scheme.
  std::string authority() const;
  /// "example.org:443", "[::1]:80".
  std::string host_and_port() const;
  /// Without user, password and fragment.
  std::string absolute_form() const;
  bool same_origin(const url& other) const noexcept;
};

/// Throws failure(errc::bad_url).
url parse_url(std::string_view text);

/// What a reference (the Location of a redirect) means at a base. Characters that have no place in a URL but
/// that servers send, such as spaces, are percent-encoded first. Throws failure(errc::bad_url).
///
///     http::resolve_url(parse_url("http://a/b/c"), "../d").target == "/d"
url resolve_url(const url& base, std::string_view reference);

}  // namespace plua::net::http
