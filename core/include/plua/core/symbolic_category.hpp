// SPDX-License-Identifier: MIT
// A category of error codes that names them: what scripts test as `err.code`.
#pragma once

#include <plua/core/error.hpp>

namespace plua {

/// `plua::symbol` asks it for the name of a value; codes of other categories are "category:number".
///
///     class categories final : public symbolic_category {
///       const char* symbol(int value) const noexcept override { return value == 1 ? "bad_url" : "unknown"; }
///       ...
///     };
class symbolic_category : public boost::system::error_category {
 public:
  virtual const char* symbol(int value) const noexcept = 0;

 protected:
  ~symbolic_category() = default;
};

}  // namespace plua
