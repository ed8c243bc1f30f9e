// SPDX-License-Identifier: MIT
// What a script can see of the runtime itself: its functions and its operations in flight.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/report.hpp>

#include <cstdio>
#include <map>

namespace plua {
namespace {

void list_extensions(runtime& r) {
  const std::string text = to_listing(r.extensions());
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::map<std::string, std::int64_t> active_operations(runtime& r) {
  std::map<std::string, std::int64_t> counts;
  for (std::size_t i = 0; i < work_kind::count(); ++i)
    if (const std::size_t n = r.work().of(i))
      counts[std::string(work_kind::name_of(i))] = static_cast<std::int64_t>(n);
  return counts;
}

std::string describe(runtime& r) { return describe_tasks(r); }

}  // namespace

extern const extension_set loop_extensions([] {
  return std::vector{
      define<&list_extensions>({.name = "list_extensions",
                                .category = "utility",
                                .summary = "Prints every function of the runtime by category.",
                                .example = "_PY.list_extensions()",
                                .standard = "PLua"}),
      define<&active_operations>(
          {.name = "active_operations",
           .category = "debug",
           .summary = "What keeps the program alive now, counted by kind; kinds without any are left out.",
           .returns = "a table from kind (\"timer\", \"sleep\", \"tcp read\", ...) to count",
           .example = "print(_PY.active_operations().timer)"}),
      define<&describe>(
          {.name = "describe_tasks",
           .category = "debug",
           .summary = "Describes every task: name, what it waits for, where, and where it was spawned.",
           .returns = "text, one line a task",
           .example = "io.stderr:write(_PY.describe_tasks())"}),
  };
});

}  // namespace plua
