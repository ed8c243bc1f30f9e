// SPDX-License-Identifier: MIT
// What the command says about itself, and its exit status.
#pragma once

#include <string>

namespace plua::cli {

namespace exit_status {
inline constexpr int success = 0;
inline constexpr int failure = 1;      ///< a library, a fragment, the script or a task failed
inline constexpr int usage = 2;        ///< wrong command line
inline constexpr int deadlock = 13;    ///< every task waited for another
inline constexpr int timeout = 124;    ///< --timeout, as timeout(1) gives
inline constexpr int signalled = 128;  ///< plus the number of the signal
}  // namespace exit_status

std::string help_text();
/// "plua 1.2.3 (Lua 5.4)"
std::string version_line();

}  // namespace plua::cli
