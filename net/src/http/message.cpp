// SPDX-License-Identifier: MIT
#include <plua/net/http/message.hpp>

#include <algorithm>

namespace plua::net::http {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* find(const headers& list, std::string_view name) noexcept {
  for (const header& h : list)
    if (same_name(h.name, name)) return &h.value;
  return nullptr;
}

void remove_all(headers& list, std::string_view name) {
  std::erase_if(list, [&](const header& h) { return same_name(h.name, name); });
}

}  // namespace plua::net::http
