// SPDX-License-Identifier: MIT
// Lua source on its way to the compiler.
#pragma once

#include <string>
#include <string_view>

namespace plua {

/// The whole file. Throws failure when it cannot be read.
std::string read_source(const std::string& path);

/// Without what is no Lua: a byte order mark and a first line that starts with '#'. Its newline stays, so
/// that lines keep their numbers.
std::string_view without_head(std::string_view text) noexcept;

}  // namespace plua
