// SPDX-License-Identifier: MIT
// The timers of PLua: setTimeout, setInterval and their like, global and in _PY.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/script_timers.hpp>

#include <cmath>

namespace plua {
namespace {

std::int64_t start(lua_State* L, script_timers& timers, function&& callback, double milliseconds,
                   bool repeat) {
  if (std::isnan(milliseconds)) throw arg_error(2, "a number of milliseconds expected, got nan");
  return timers.start(std::move(callback), milliseconds, repeat, scheduler::of(L).sites().take(L));
}

std::int64_t set_timeout(lua_State* L, script_timers& timers, function callback, double milliseconds) {
  return start(L, timers, std::move(callback), milliseconds, false);
}

std::int64_t set_interval(lua_State* L, script_timers& timers, function callback, double milliseconds) {
  return start(L, timers, std::move(callback), milliseconds, true);
}

bool clear(script_timers& timers, std::int64_t id) { return timers.clear(id); }

bool has_active_timers(script_timers& timers) { return timers.timeouts() > 0; }
bool has_active_intervals(script_timers& timers) { return timers.intervals() > 0; }
void process_timer_callbacks() {}

}  // namespace

extern const extension_set timers_extensions([] {
  return std::vector{
      define<&set_timeout>(
          {.name = "setTimeout",
           .category = "timers",
           .summary = "Calls a function once after a time, in a task of its own.",
           .params = {{"fn", "called without arguments; may wait"},
                      {"milliseconds", "with fractions; 0 or less means the next turn of the loop"}},
           .returns = "the id for clearTimeout",
           .example = "setTimeout(function() print('later') end, 500)",
           .standard = "PLua",
           .global = true}),
      define<&clear>({.name = "clearTimeout",
                      .category = "timers",
                      .summary = "Stops a timeout or an interval.",
                      .params = {{"id", "from setTimeout or setInterval"}},
                      .returns = "whether it was pending",
                      .example = "clearTimeout(id)",
                      .standard = "PLua",
                      .global = true}),
      define<&set_interval>(
          {.name = "setInterval",
           .category = "timers",
           .summary = "Calls a function again and again, each time in a task of its own.",
           .params = {{"fn", "called without arguments; a call that waits does not delay the next"},
                      {"milliseconds", "from one call to the next, at least 1"}},
           .returns = "the id for clearInterval",
           .example = "local id = setInterval(function() print('tick') end, 1000)",
           .standard = "PLua",
           .global = true}),
      define<&clear>({.name = "clearInterval",
                      .category = "timers",
                      .summary = "Stops an interval or a timeout.",
                      .params = {{"id", "from setInterval or setTimeout"}},
                      .returns = "whether it was active",
                      .example = "clearInterval(id)",
                      .standard = "PLua",
                      .global = true}),
      define<&has_active_timers>(
          {.name = "has_active_timers",
           .category = "timers",
           .summary = "Whether a timeout is pending.",
           .returns = "the answer",
           .example = "if _PY.has_active_timers() then print('a timeout is pending') end",
           .standard = "PLua"}),
      define<&has_active_intervals>(
          {.name = "has_active_intervals",
           .category = "timers",
           .summary = "Whether an interval is active.",
           .returns = "the answer",
           .example = "if _PY.has_active_intervals() then print('an interval is active') end",
           .standard = "PLua"}),
      define<&process_timer_callbacks>(
          {.name = "process_timer_callbacks",
           .category = "timers",
           .summary = "Does nothing: timers fire by themselves. Kept for scripts that call it.",
           .example = "_PY.process_timer_callbacks()",
           .standard = "PLua"}),
  };
});

}  // namespace plua
