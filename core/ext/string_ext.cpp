// SPDX-License-Identifier: MIT
// What PLua adds to Lua's string library.
#include <plua/core/bind.hpp>

#include <bitset>
#include <cctype>

namespace plua {
namespace {

using byte_set = std::bitset<256>;

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// Adds what %a, %d... mean; false for an escaped character.
bool add_class(byte_set& set, unsigned char letter) {
  int (*is_in)(int) = nullptr;
  switch (std::tolower(letter)) {
    case 'a':
      is_in = &std::isalpha;
      break;
    case 'c':
      is_in = &std::iscntrl;
      break;
    case 'd':
      is_in = &std::isdigit;
      break;
    case 'g':
      is_in = &std::isgraph;
      break;
    case 'l':
      is_in = &std::islower;
      break;
    case 'p':
      is_in = &std::ispunct;
      break;
    case 's':
      is_in = &std::isspace;
      break;
    case 'u':
      is_in = &std::isupper;
      break;
    case 'w':
      is_in = &std::isalnum;
      break;
    case 'x':
      is_in = &std::isxdigit;
      break;
    default:
      return false;
  }
  const bool inverse = std::isupper(letter) != 0;
  for (int c = 0; c < 256; ++c)
    if ((is_in(c) != 0) != inverse) set.set(static_cast<std::size_t>(c));
  return true;
}

// The inside of a Lua set: "%s,;" or "a-z". A bracket stands for itself.
byte_set parse_set(std::string_view text) {
  byte_set set;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 1 < text.size()) {
      if (!add_class(set, byte_at(text, ++i))) set.set(byte_at(text, i));
    } else if (i + 2 < text.size() && text[i + 1] == '-') {
      for (int c = byte_at(text, i); c <= byte_at(text, i + 2); ++c) set.set(static_cast<std::size_t>(c));
      i += 2;
    } else {
      set.set(byte_at(text, i));
    }
  }
  return set;
}

std::vector<std::string> split(std::string_view text, std::optional<std::string_view> separators) {
  const byte_set ends = parse_set(separators.value_or("%s"));
  std::vector<std::string> fields;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && !ends[byte_at(text, end)]) ++end;
    if (end > at) fields.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return fields;
}

}  // namespace

extern const extension_set string_extensions([] {
  return std::vector{
      define<&split>({.name = "split",
                      .module = "string",
                      .category = "utility",
                      .summary = "Splits a text at each of some characters; empty fields are left out.",
                      .params = {{"s", "the text"},
                                 {"sep",
                                  "the characters that separate, as inside [] of a Lua pattern: \",\", "
                                  "\"%s;\", \"0-9\"; white space unless given"}},
                      .returns = "an array of the fields",
                      .example = "for _, word in ipairs(('a b,c'):split(' ,')) do print(word) end",
                      .standard = "PLua"}),
  };
});

}  // namespace plua
