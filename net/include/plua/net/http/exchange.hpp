// SPDX-License-Identifier: MIT
// One request and its response over a stream that is open already.
#pragma once

#include <plua/core/error.hpp>
#include <plua/coro/executor.hpp>
#include <plua/net/http/response_reader.hpp>
#include <plua/net/stream.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace plua::net::http {

struct exchange_result {
  /// Why there is no response; empty when there is one.
  std::optional<failure> error = {};
  http::response response = {};
  /// Whether a part of a response came: the peer has seen the request then.
  bool answered = false;
  /// Whether the stream is ready for the next exchange.
  bool reusable = false;
};

/// Sends the head and the body, then reads the response. A peer that answers before it has read everything is
/// heard. What throws is only what has nothing to do with the stream, such as cancelling.
///
///     http::exchange_result r = co_await http::exchange(stream, head, body, http::reader_options());
awaitable<exchange_result> exchange(stream& s, std::string head, std::string_view body,
                                    reader_options options);

}  // namespace plua::net::http
