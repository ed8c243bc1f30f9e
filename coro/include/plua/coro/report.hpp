// SPDX-License-Identifier: MIT
// How errors that nobody handled are shown.
#pragma once

#include <plua/coro/scheduler.hpp>

#include <string>

namespace plua {

/// "[ERROR] Timer callback failed: file:line: message" and the traceback; the main chunk has no prefix.
std::string format_report(const error_report& report);

/// The default of runtime::on_error.
void write_report(const error_report& report);

/// One line for each task that is left: its name, what it waits for, where, and where it was spawned.
std::string describe_tasks(runtime& r);

}  // namespace plua
