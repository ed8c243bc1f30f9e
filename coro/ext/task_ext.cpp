// SPDX-License-Identifier: MIT
// Module `task`: spawn, sleep, yield, and what a script does with a task's handle.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/join_operation.hpp>
#include <plua/coro/sleep_operation.hpp>

namespace plua {

template <>
struct results<joined> {
  static std::string names() { return "any... | nil, any"; }
  static int push(lua_State* L, const joined& j) { return j.target->push_results(L); }
};

namespace {

ptr<task> spawn(lua_State* L, scheduler& tasks, function_argument, arguments args) {
  ptr<task> t = tasks.create({});
  t->set_spawn_site(tasks.sites().take(L));
  const int count = args.count();
  if (!lua_checkstack(t->thread(), count + 1)) {
    t->cancel();
    throw std::length_error("too many arguments");
  }
  lua_xmove(L, t->thread(), count + 1);  // the function lies below its arguments
  tasks.start(*t, count);
  return t;
}

sleep_operation sleep(runtime& r, double seconds) {
  if (!(seconds >= 0)) throw arg_error(1, "a number of seconds that is not negative expected");
  return sleep_operation(r.timers(), seconds);
}

yield_operation yield_turn() { return {}; }

ptr<task> current(scheduler& tasks) { return ptr<task>(tasks.current()); }

/// Joins and gives the results instead of the task.
class results_of final : public join_operation {
 public:
  using join_operation::join_operation;
  joined result() { return {join_operation::result()}; }
};

results_of join(scheduler& tasks, ptr<task> target) {
  if (target.get() == tasks.current()) throw std::logic_error("a task cannot join itself");
  return results_of(std::move(target));
}

bool cancel(task& target) { return target.cancel(); }

void set_name(task& target, std::string name) { target.set_name(std::move(name)); }

std::string status(task& target) { return std::string(to_string(target.status())); }
std::string name(task& target) { return target.title(); }
std::int64_t id(task& target) { return static_cast<std::int64_t>(target.id()); }

}  // namespace

extern const extension_set task_extensions([] {
  return std::vector{
      define<&spawn>(
          {.name = "spawn",
           .module = "task",
           .category = "task",
           .summary = "Starts a function as a task of its own; it first runs when the caller waits.",
           .params = {{"fn", "what the task runs"}, {"...", "its arguments"}},
           .returns = "the handle of the task",
           .example = "local t = task.spawn(function(a, b) return a + b end, 1, 2)\nprint(t:join()) --> 3"}),
      define<&sleep>(
          {.name = "sleep",
           .module = "task",
           .category = "task",
           .summary = "Lets the calling coroutine wait; all others run on.",
           .params = {{"seconds", "how long, with fractions; 0 waits for the next turn of the loop"}},
           .example = "task.sleep(0.25)"}),
      define<&yield_turn>(
          {.name = "yield",
           .module = "task",
           .category = "task",
           .summary = "Lets every other ready task run once before the caller goes on.",
           .example = "for i = 1, 1e6 do work(i); if i % 1000 == 0 then task.yield() end end"}),
      define<&current>({.name = "current",
                        .module = "task",
                        .category = "task",
                        .summary = "The task that runs now.",
                        .returns = "its handle",
                        .example = "print(task.current().name)"}),
      define<&join>({.name = "join",
                     .module = "task",
                     .type = "task",
                     .category = "task",
                     .summary = "Waits for the end of the task.",
                     .returns =
                         "what its function returned; nil and the error when it failed or was cancelled "
                         "(then err.code is \"cancelled\")",
                     .example = "local result, err = t:join()"}),
      define<&cancel>(
          {.name = "cancel",
           .module = "task",
           .type = "task",
           .category = "task",
           .summary = "Ends the task: what it waits for is withdrawn and raises a cancel error there, so "
                      "that its <close> variables run.",
           .returns = "false when it had ended already",
           .example = "t:cancel()"}),
      define<&set_name>({.name = "set_name",
                         .module = "task",
                         .type = "task",
                         .category = "task",
                         .summary = "Names the task for reports.",
                         .params = {{"name", "any text"}},
                         .example = "task.current():set_name('reader')"}),
      define<&status>({.name = "status",
                       .module = "task",
                       .type = "task",
                       .category = "task",
                       .summary = "The state of the task.",
                       .returns =
                           "\"ready\", \"running\", \"waiting\", \"parked\" (a plain yield at its root), "
                           "\"finished\", \"failed\" or \"cancelled\"",
                       .example = "if t.status == 'failed' then print(select(2, t:join())) end",
                       .property = true}),
      define<&name>({.name = "name",
                     .module = "task",
                     .type = "task",
                     .category = "task",
                     .summary = "The name of the task, or \"task N\".",
                     .returns = "the name",
                     .example = "print(t.name .. ' is ' .. t.status)",
                     .property = true}),
      define<&id>({.name = "id",
                   .module = "task",
                   .type = "task",
                   .category = "task",
                   .summary = "The number of the task in its runtime; never used twice.",
                   .returns = "the number",
                   .example = "by_id[t.id] = t",
                   .property = true}),
  };
});

}  // namespace plua
