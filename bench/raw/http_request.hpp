// SPDX-License-Identifier: MIT
// The least of an HTTP/1.1 request parser: a pure function of the bytes that are there.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace bench {

struct http_request {
  std::string_view method, target, body;
  bool keep_alive = true;
  std::size_t size = 0;  // of the whole request
};

enum class parsed { incomplete, complete, refused };

inline bool same_name(std::string_view name, std::string_view lower_case) {
  if (name.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if ((name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]) != lower_case[i]) return false;
  return true;
}

// Everything between the request line and the empty line. False for what this server does not take.
inline bool read_headers(std::string_view lines, http_request& request, std::size_t& body_size) {
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    const auto line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    auto value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    const auto name = line.substr(0, colon);
    if (same_name(name, "content-length")) {
      const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), body_size);
      if (error != std::errc() || stop != value.data() + value.size()) return false;
    } else if (same_name(name, "connection")) {
      request.keep_alive = !same_name(value, "close");
    } else if (same_name(name, "transfer-encoding")) {
      return false;
    }
  }
  return true;
}

inline parsed parse(std::string_view bytes, http_request& request) {
  constexpr std::size_t head_limit = 8192, body_limit = 1 << 20;
  const auto head = bytes.find("\r\n\r\n");
  if (head == std::string_view::npos) return bytes.size() > head_limit ? parsed::refused : parsed::incomplete;
  const auto line = bytes.substr(0, bytes.find("\r\n"));
  const auto first = line.find(' ');
  const auto second = line.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return parsed::refused;
  if (line.substr(second + 1) != "HTTP/1.1") return parsed::refused;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, second - first - 1);
  std::size_t body_size = 0;
  const auto headers = bytes.substr(line.size() + 2, head - line.size());
  if (!read_headers(headers, request, body_size) || body_size > body_limit) return parsed::refused;
  if (bytes.size() - head - 4 < body_size) return parsed::incomplete;
  request.body = bytes.substr(head + 4, body_size);
  request.size = head + 4 + body_size;
  return parsed::complete;
}

}  // namespace bench
