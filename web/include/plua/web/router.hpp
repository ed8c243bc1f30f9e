// SPDX-License-Identifier: MIT
// Which handler answers a method and a path.
#pragma once

#include <plua/core/value.hpp>
#include <plua/web/request.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plua::web {

class router {
 public:
  /// `pattern`: "/users/:id" matches one segment each, "/files/*path" the rest. Method "*" is any; GET serves
  /// HEAD too. Of several patterns that fit the one without parameters wins, then the one that came first. A
  /// route that exists gets the new handler. Throws arg_error for a bad pattern.
  void add(std::string method, std::string_view pattern, function handler);
  bool remove(std::string_view method, std::string_view pattern);
  bool empty() const noexcept { return routes_.empty(); }

  struct match {
    const function* handler = nullptr;
    request::parameters params;
    /// For 405: the methods that the path knows; empty when it is unknown.
    std::string allowed;
  };
  match find(std::string_view method, std::string_view raw_path) const;

 private:
  struct route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    bool plain = true;  // no parameters: found by its path
    function handler;
  };
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>()(s); }
  };

  static bool accepts(const route& r, std::string_view method) noexcept;
  static bool fits(const route& r, const std::vector<std::string_view>& segments,
                   request::parameters& params);
  void note(const route& r, std::string_view method, match& found) const;
  void index();

  std::vector<route> routes_;
  std::unordered_map<std::string, std::vector<std::size_t>, text_hash, std::equal_to<>> plain_;
};

}  // namespace plua::web
