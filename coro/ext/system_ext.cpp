// SPDX-License-Identifier: MIT
// PLua's clock and sleep, turns of the loop, and what it told about its Python.
#include <plua/core/version.hpp>
#include <plua/coro/bind_async.hpp>
#include <plua/coro/sleep_operation.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

namespace plua {
namespace {

double get_time() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

class blockable_sleep final : public sleep_operation {
 public:
  blockable_sleep(timer_queue& timers, double seconds)
      : sleep_operation(timers, seconds), seconds_(std::clamp(seconds, 0.0, 1e9)) {}

  // A signal ends it: its handler may want to interrupt the script.
  void run_in_place() noexcept {
    const double whole = std::floor(seconds_);
    const timespec time{static_cast<time_t>(whole), static_cast<long>((seconds_ - whole) * 1e9)};
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
  }

 private:
  double seconds_;
};

blockable_sleep sleep(runtime& r, double seconds) {
  if (std::isnan(seconds)) throw arg_error(1, "a number of seconds expected, got nan");
  return {r.timers(), seconds};
}

class loop_turn final : public yield_operation {
 public:
  void run_in_place() noexcept {}
};

loop_turn yield_to_loop() { return {}; }

struct loop_info {
  bool running = true;
  bool closed = false;
  std::int64_t tasks = 0;
  std::vector<std::string> names;
  static constexpr auto fields() {
    return std::tuple(field("loop_running", &loop_info::running), field("loop_closed", &loop_info::closed),
                      field("pending_tasks", &loop_info::tasks), field("task_names", &loop_info::names));
  }
};

loop_info get_event_loop_info(scheduler& tasks) {
  loop_info info{.running = !tasks.closing(), .closed = tasks.closing(), .names = {}};
  tasks.for_each_task([&](const task& t) { info.names.push_back(t.title()); });
  info.tasks = static_cast<std::int64_t>(info.names.size());
  return info;
}

std::string get_python_version() {
  return "Python is not used: this is plua " + std::string(version()) + ", " LUA_VERSION;
}

std::tuple<nil, std::string> import_module(std::string name) {
  return {nil{}, "Python module '" + name + "': not available in this runtime"};
}

}  // namespace

extern const extension_set system_extensions([] {
  return std::vector{
      define<&get_time>({.name = "get_time",
                         .category = "system",
                         .summary = "The time of day.",
                         .returns = "the seconds since 1970 in UTC, with fractions",
                         .example = "local start = _PY.get_time()",
                         .standard = "PLua"}),
      define<&sleep>(
          {.name = "sleep",
           .category = "system",
           .summary = "Waits, never shorter than asked; everything else runs on. Where the caller cannot be "
                      "suspended, as in a comparison of table.sort, everything stands still.",
           .params = {{"seconds", "with fractions; 0 or less waits for the next turn of the loop"}},
           .example = "_PY.sleep(0.25)",
           .standard = "PLua"}),
      define<&yield_to_loop>(
          {.name = "yield_to_loop",
           .category = "async",
           .summary = "Lets every other ready task, and what has arrived meanwhile, run before the caller "
                      "goes on. Does nothing where the caller cannot be suspended.",
           .example = "for i = 1, 1e6 do work(i); if i % 1000 == 0 then _PY.yield_to_loop() end end",
           .standard = "PLua",
           .aliases = {"yield_to_event_loop"}}),
      define<&get_event_loop_info>(
          {.name = "_get_event_loop_info",
           .category = "debug",
           .summary = "The state of the loop and the tasks that live now.",
           .returns = "a table: loop_running, loop_closed, pending_tasks (how many) and task_names",
           .example = "print(table.concat(_PY._get_event_loop_info().task_names, ', '))",
           .standard = "PLua"}),
      define<&get_python_version>(
          {.name = "get_python_version",
           .category = "system",
           .summary = "Says that there is no Python here. Kept for scripts that show it.",
           .returns = "a text with the word Python and the version of plua",
           .example = "print(_PY.get_python_version())",
           .standard = "PLua"}),
      define<&import_module>(
          {.name = "import_module",
           .category = "system",
           .summary = "Gives no module: there is no Python here. Kept for scripts that try.",
           .params = {{"name", "any"}},
           .returns = "nil and a message",
           .example = "local module, why = _PY.import_module('os')",
           .standard = "PLua"}),
  };
});

}  // namespace plua
