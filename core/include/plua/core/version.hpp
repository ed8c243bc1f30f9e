// SPDX-License-Identifier: MIT
// Which plua this is.
#pragma once

#include <string_view>

namespace plua {

/// The version of the library and the command: "1.2.3".
std::string_view version() noexcept;

}  // namespace plua
