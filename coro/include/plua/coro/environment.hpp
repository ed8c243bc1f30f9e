// SPDX-License-Identifier: MIT
// The environment of the process, and the `.env` files that stand in for what it lacks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace plua::environment {

using variables = std::map<std::string, std::string>;

/// Lines `NAME=value`. A line that starts with '#' is a comment; quotes around a value, two of a kind, are
/// taken off. No `export`, no escapes, no references to other variables.
variables parse(std::string_view text);

/// What the `.env` files of the current directory and its next three parents say; the nearest counts.
variables from_files();

/// All of the process.
variables of_process();

std::optional<std::string> get(const std::string& name);

}  // namespace plua::environment
