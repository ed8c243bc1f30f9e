// SPDX-License-Identifier: MIT
// What the command writes to stderr.
#pragma once

#include <plua/core/error.hpp>

#include <string>

namespace plua::cli {

class diagnostics {
 public:
  explicit diagnostics(bool verbose) : verbose_(verbose) {}

  /// "plua: TEXT"
  void say(const std::string& text) const;
  /// "DEBUG: TEXT", with --debug only.
  void debug(const std::string& text) const;
  /// "Warning: TEXT"
  void warn(const std::string& text) const;
  /// The message, "file:line: ...", and the traceback.
  void error(const script_error& e, const std::string& prefix = {}) const;

 private:
  bool verbose_;
};

}  // namespace plua::cli
