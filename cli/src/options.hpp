// SPDX-License-Identifier: MIT
// The command line as data.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace plua::cli {

struct options {
  enum class action { run, help, version, api };

  action what = action::run;
  std::vector<std::string> libraries;  ///< -l
  std::vector<std::string> fragments;  ///< -e
  bool interactive = false;
  bool debug = false;
  std::optional<std::string> task;
  std::optional<double> timeout;      ///< seconds
  std::string api_format;             ///< of --api: "json" or "markdown"
  std::optional<std::string> script;  ///< a path, or "-" for stdin

  std::vector<std::string> line;  ///< all of argv
  std::size_t script_at = 0;      ///< index of the script in `line`; its size when there is none

  /// What the script gets.
  std::vector<std::string> arguments() const;
};

/// Wrong use of the command: exit status 2.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws usage_error.
options parse_options(int argc, char** argv);

}  // namespace plua::cli
