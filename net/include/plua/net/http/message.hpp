// SPDX-License-Identifier: MIT
// A request and a response as values.
#pragma once

#include <plua/net/tls_options.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plua::net::http {

struct header {
  std::string name;
  std::string value;
};

/// In the order of the message, with repeated names.
using headers = std::vector<header>;

/// Whether two names mean the same field: letters compare without their case.
bool same_name(std::string_view a, std::string_view b) noexcept;
/// The first of that name; null when there is none.
const std::string* find(const headers& list, std::string_view name) noexcept;
void remove_all(headers& list, std::string_view name);

/// What to ask for and how. Limits are in bytes, times in seconds.
///
///     http::request r;
///     r.method = "POST";
///     r.url = "https://example.org/items";
///     r.headers = {{"Content-Type", "application/json"}};
///     r.body = "{}";
struct request {
  std::string method = "GET";
  std::string url;
  http::headers headers = {};
  std::optional<std::string> body = {};
  /// "http://[user:password@]host:port"; empty for none.
  std::string proxy = {};
  bool follow_redirects = true;
  int max_redirects = 10;
  /// Name lookup, connecting, the tunnel of a proxy and the TLS handshake together.
  std::optional<double> connect_timeout = 10;
  /// All of it, redirects included.
  std::optional<double> timeout = 60;
  std::size_t header_limit = 64 * 1024;
  /// Also counts what decompression makes.
  std::size_t body_limit = 64 * 1024 * 1024;
  /// Asks for gzip and deflate, and decodes them.
  bool decompress = true;
  tls_options tls = {};
};

struct response {
  int status = 0;
  std::string reason = {};
  /// Without Content-Encoding and Content-Length when the body was decompressed: they would not fit it.
  http::headers headers = {};
  std::string body = {};
  /// Where it came from, after redirects.
  std::string url = {};
};

}  // namespace plua::net::http
