// SPDX-License-Identifier: MIT
// Bodies that the server has compressed.
#pragma once

#include <plua/core/error.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace plua::net::http {

/// Decodes gzip (one or several members) and deflate, which is zlib's format by the RFC and raw by some
/// servers, piece by piece.
///
///     http::decoder d("gzip");
///     error_code ec = d.decode(bytes, body, 1000000);
///     if (!ec && !d.is_complete()) ec = http::errc::truncated;
class decoder {
 public:
  /// Whether it can decode a body with that Content-Encoding.
  static bool knows(std::string_view encoding) noexcept;

  explicit decoder(std::string_view encoding);
  ~decoder();
  decoder(const decoder&) = delete;
  decoder& operator=(const decoder&) = delete;

  /// Appends to `out`, which may grow to `limit` bytes: errc::body_too_long beyond. errc::bad_encoding when
  /// the data is damaged. Not to be called after an error.
  error_code decode(std::string_view in, std::string& out, std::size_t limit);
  /// Whether the data may end here. An empty body may.
  bool is_complete() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace plua::net::http
