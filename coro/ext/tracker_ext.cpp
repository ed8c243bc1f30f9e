// SPDX-License-Identifier: MIT
// What a script can see of its own life.
#include <plua/core/bind.hpp>
#include <plua/coro/tracker.hpp>

namespace plua {
namespace {

std::string_view current_phase(tracker& t) { return to_string(t.current()); }

}  // namespace

extern const extension_set tracker_extensions([] {
  return std::vector{
      define<&current_phase>(
          {.name = "phase",
           .category = "debug",
           .summary = "Tells how far the program has come.",
           .returns = "\"init\" (configuration, libraries), \"fragments\" (code from the command line), "
                      "\"main\" (the "
                      "script), \"tracking\" (the script has returned) or \"interactive\"",
           .example = "if _PY.phase() == \"tracking\" then print(\"the main script is done\") end"}),
  };
});

}  // namespace plua
