// SPDX-License-Identifier: MIT
#include <plua/coro/work.hpp>

#include <stdexcept>
#include <vector>

namespace plua {
namespace {

std::vector<std::string_view>& names() {
  static std::vector<std::string_view> list;
  return list;
}

}  // namespace

work_kind::work_kind(std::string_view name) : name_(name), index_(names().size()) {
  if (index_ >= limit) throw std::length_error("too many kinds of work");
  names().push_back(name);
}

std::size_t work_kind::count() noexcept { return names().size(); }
std::string_view work_kind::name_of(std::size_t index) noexcept { return names()[index]; }

}  // namespace plua
