// SPDX-License-Identifier: MIT
#include <plua/core/version.hpp>

namespace plua {

// PLUA_VERSION comes from the build, for this file only.
std::string_view version() noexcept { return PLUA_VERSION; }

}  // namespace plua
