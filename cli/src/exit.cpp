// SPDX-License-Identifier: MIT
#include "exit.hpp"

#include <plua/coro/bind_async.hpp>
#include <plua/coro/link.hpp>

#include <cstdlib>

namespace plua {
namespace cli {
namespace {

struct exit_code {
  int number;
};

class exit_door final : public service {
 public:
  explicit exit_door(runtime&) {}
  void shut_down() noexcept override {}
  std::function<void(int)> leave;
};

// Waits for ever: the task that asks for the end is closed together with all others.
class leaving final : public operation {
 public:
  leaving(exit_door& door, int code) : door_(door), code_(code) {}
  bool start() override {
    door_.leave(code_);
    return false;
  }
  void cancel() noexcept override {}
  std::string describe() const override { return "the end of the program"; }
  const work_kind* kind() const noexcept override { return nullptr; }
  void result() {}

 private:
  exit_door& door_;
  int code_;
};

}  // namespace
}  // namespace cli

template <>
struct value<cli::exit_code> {
  static std::string name() { return "boolean|integer"; }
  static cli::exit_code get(lua_State* L, int index) {
    if (lua_isnoneornil(L, index)) return {EXIT_SUCCESS};
    if (lua_isboolean(L, index)) return {lua_toboolean(L, index) ? EXIT_SUCCESS : EXIT_FAILURE};
    return {static_cast<int>(get_integer(L, index))};
  }
};

namespace cli {
namespace {

leaving leave(exit_door& door, exit_code code, bool) { return {door, code.number}; }

// C's exit flushes its streams and runs what was registered with atexit. What lives on the stack of main
// stays untouched, as nothing that is destroyed by exit refers to it.
void leave_at_once(exit_code code, bool) { std::exit(code.number); }

// The one thing that os.exit(code, true) cannot do is to unwind a C function that calls back into Lua, like
// table.sort: there it ends the process without closing.
int os_exit(lua_State* L) {
  const scheduler& tasks = scheduler::of(L);
  const bool suspendable =
      tasks.current() && !tasks.wait_forbidden() && lua_isyieldable(L) && link::active(L);
  return lua_toboolean(L, 2) && suspendable ? detail::wait_entry<&leave>(L)
                                            : detail::plain_entry<&leave_at_once>(L);
}

}  // namespace

void install_exit(runtime& r, std::function<void(int)> leave) {
  r.use<exit_door>().leave = std::move(leave);
  extension made = define<&leave_at_once>(
      {.name = "exit",
       .module = "os",
       .category = "system",
       .summary = "Ends the program.",
       .params = {{"code", "the exit status; true or nothing is success, false is failure"},
                  {"close", "also run the <close> variables of all tasks and all finalizers"}},
       .example = "os.exit(3)",
       .standard = "Lua"});
  made.function = &os_exit;
  r.add(std::move(made));
}

}  // namespace cli
}  // namespace plua
