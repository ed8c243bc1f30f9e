// SPDX-License-Identifier: MIT
#include <plua/core/base64.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace plua::base64 {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::int8_t outside = -1;

constexpr auto values = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(outside);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}();

}  // namespace

std::string encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i) text += i <= count ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

bool decode(std::string_view text, std::string& bytes, std::string& why) {
  bytes.clear();
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t pads = 0;
  for (const char c : text) {
    if (c == '=' && digits % 4 >= 2 && digits % 4 + ++pads == 4) return true;
    const std::int8_t digit = values[static_cast<unsigned char>(c)];
    if (digit == outside) continue;
    pads = 0;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    // After the 2nd, 3rd and 4th digit of four there are 4, 2 and 0 bits more than whole bytes.
    if (const std::size_t place = digits++ % 4; place != 0)
      bytes += static_cast<char>(bits >> (6 - 2 * place) & 255);
  }
  if (digits % 4 == 0) return true;
  why = digits % 4 == 1 ? "the number of data characters cannot be 1 more than a multiple of 4"
                        : "incorrect padding";
  return false;
}

}  // namespace plua::base64
