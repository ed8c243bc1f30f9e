// SPDX-License-Identifier: MIT
// The value of the Date header, made once a second.
#pragma once

#include <ctime>
#include <string_view>

namespace bench {

inline std::string_view http_date() {
  static std::time_t made = 0;
  static char text[32];
  static std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made) {
    std::tm parts{};
    size = std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", ::gmtime_r(&now, &parts));
    made = now;
  }
  return {text, size};
}

}  // namespace bench
