// SPDX-License-Identifier: MIT
// Makes a response of bytes, however they are cut: no input or output, so it serves every stream and a test
// needs no socket.
#pragma once

#include <plua/core/error.hpp>
#include <plua/net/http/message.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace plua::net::http {

struct reader_options {
  /// The answer to HEAD has the headers of a body but none.
  bool without_body = false;
  /// The answer to CONNECT that is positive has no body either: what follows is the tunnel.
  bool tunnel = false;
  /// Whether a compressed body is decoded.
  bool decode = true;
  std::size_t header_limit = 64 * 1024;
  std::size_t body_limit = 64 * 1024 * 1024;
};

/// Reads one response. Interim ones (status 1xx) are passed over; trailers are checked and dropped.
///
///     http::response_reader reader({});
///     error_code ec = reader.put(bytes);       // as long as !ec && !reader.is_done()
///     if (peer_ended) ec = reader.put_end();
///     http::response r = reader.take();
class response_reader {
 public:
  explicit response_reader(const reader_options& options);
  ~response_reader();
  response_reader(response_reader&&) noexcept;
  response_reader& operator=(response_reader&&) noexcept;

  /// Takes what came. After an error the reader is of no use.
  error_code put(std::string_view data);
  /// The peer will send no more: the end of a body without a length, otherwise an error.
  error_code put_end();

  bool is_done() const noexcept;
  /// Whether anything has come.
  bool has_begun() const noexcept;
  /// Whether the connection may serve another exchange after this response.
  bool allows_reuse() const noexcept;
  /// How many bytes came behind the response.
  std::size_t left_over() const noexcept;

  /// The response, once it is done.
  response take();

 private:
  class parser;
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace plua::net::http
