// SPDX-License-Identifier: MIT
// Reads HTTP/1.1 requests (RFC 9112) from bytes as they come.
#pragma once

#include <plua/web/request.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace plua::web {

struct request_limits {
  std::uint32_t head = 64 * 1024;         ///< bytes of the request line and all headers
  std::uint64_t body = 16 * 1024 * 1024;  ///< bytes of the body
};

class request_parser {
 public:
  request_parser();
  ~request_parser();

  /// Starts a request, whose parts go into `into` (which must live until the request is complete).
  void begin(request_text& into, const request_limits& limits);

  enum class state {
    more,      ///< what is left must come again with what follows
    complete,  ///< one request; what is left belongs to the next
    failed,    ///< answer with `status()` and close
  };
  /// Takes bytes away from the front of the view.
  state feed(std::string_view& bytes);

  /// 400, 413, 431, 501 or 505.
  int status() const noexcept { return status_; }
  /// The head is complete and the body is not: who asked may be told to go on.
  bool waits_for_body() const noexcept;

 private:
  class reader;
  std::unique_ptr<std::byte[]> memory_;  // of the reader, made anew in place for each request
  reader* reader_ = nullptr;
  int status_ = 400;
};

}  // namespace plua::web
