// SPDX-License-Identifier: MIT
// Writes HTTP/1.1 responses (RFC 9112) in one piece, and makes one of what a handler has returned.
#pragma once

#include <lua.hpp>

#include <ctime>
#include <string>
#include <string_view>

namespace plua::web {

std::string_view reason_of(int status) noexcept;

/// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second.
class date_text {
 public:
  std::string_view now();

 private:
  std::time_t second_ = -1;
  std::string text_;
};

/// What a response depends on beside its content.
struct response_frame {
  std::string_view date;
  bool keep_alive = true;
  bool old_client = false;    ///< HTTP/1.0: must be told that the connection stays
  bool without_body = false;  ///< the answer to HEAD
};

/// Appends a response with a body of that type.
void write_response(std::string& out, const response_frame& frame, int status, std::string_view type,
                    std::string_view body);

/// The same for 405, which tells the methods that are allowed (RFC 9110, 15.5.6).
void write_not_allowed(std::string& out, const response_frame& frame, std::string_view allowed);

/// Appends what stands at `index`: a string (text, or HTML when it begins with "<"), nil (204), or a table
/// with `status`, `headers`, and `body` or `json`. Throws std::runtime_error for anything else, and for a
/// header that would break the message; nothing is appended then. // [-0, +0, m]
void write_returned(lua_State* L, int index, const response_frame& frame, std::string& out);

}  // namespace plua::web
