// SPDX-License-Identifier: MIT
// What a client asks of TLS.
#pragma once

#include <string>
#include <vector>

namespace plua::net {

/// As a client usually wants it; another authority is trusted like this:
///
///     net::tls_options options;
///     options.ca_file = "authority.pem";
struct tls_options {
  /// Whether the certificate must be valid and name the host. Without, anybody may be the peer.
  bool verify = true;
  /// Certificates in a PEM file that are trusted instead of the system's; empty for the system's.
  std::string ca_file = {};
  /// What to speak inside, by preference (ALPN): {"http/1.1"}. Empty leaves it open.
  std::vector<std::string> protocols = {};
};

}  // namespace plua::net
