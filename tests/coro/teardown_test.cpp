// SPDX-License-Identifier: MIT
// A runtime that ends while its tasks are in every state.
#include "runtime_fixture.hpp"
#include <plua/coro/async.hpp>
#include <plua/coro/sleep_operation.hpp>

#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using plua::testing::run_all;

struct fixture : plua::testing::runtime_fixture {
  /// Starts the chunk, ends the runtime, and runs what is left in the io_context.
  void end_with(const std::string& source) {
    start(source);
    destroy();
    run_all(io);
  }
};

int closed = 0;
void note_close() { ++closed; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(teardown, fixture)

BOOST_AUTO_TEST_CASE(without_any_task) {
  destroy();
  run_all(io);
}

BOOST_AUTO_TEST_CASE(with_tasks_that_never_started) {
  auto t = lua->spawn(lua->load("error('never')", "=test"), {});
  destroy();
  BOOST_TEST((t->status() == plua::task_status::cancelled));
  BOOST_TEST(!t->cancel());
  run_all(io);
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(with_tasks_that_sleep) {
  end_with("for i = 1, 100 do task.spawn(task.sleep, 60) end task.sleep(60)");
}

BOOST_AUTO_TEST_CASE(with_tasks_that_join) {
  end_with("local t = task.spawn(task.sleep, 60) for i = 1, 10 do task.spawn(t.join, t) end t:join()");
}

BOOST_AUTO_TEST_CASE(with_tasks_that_yield) { end_with("while true do task.yield() end"); }

BOOST_AUTO_TEST_CASE(with_tasks_that_are_parked) {
  end_with("for i = 1, 10 do task.spawn(function() kept = coroutine.running() coroutine.yield() end) end");
}

BOOST_AUTO_TEST_CASE(with_a_parked_task_that_another_drives) {
  end_with(
      "local root local t = task.spawn(function() root = coroutine.running() coroutine.yield() "
      "task.sleep(60) end) "
      "task.yield() coroutine.resume(root)");
}

BOOST_AUTO_TEST_CASE(with_nested_coroutines_that_wait) {
  end_with(
      "local function nest(n) if n == 0 then task.sleep(60) end coroutine.wrap(nest)(n - 1) end nest(50)");
}

BOOST_AUTO_TEST_CASE(with_a_module_that_loads) {
  end_with("package.preload.m = function() task.sleep(60) end task.spawn(require, 'm') require 'm'");
}

BOOST_AUTO_TEST_CASE(with_timers) {
  end_with("for i = 1, 100 do setTimeout(print, 60000) setInterval(print, 60000) end setTimeout(print, 0)");
}

BOOST_AUTO_TEST_CASE(with_cancelled_tasks_in_the_queue) {
  start("handles = {} for i = 1, 10 do handles[i] = task.spawn(task.sleep, 60) end");
  lua->cancel_all();
  destroy();
  run_all(io);
}

BOOST_AUTO_TEST_CASE(close_variables_run_innermost_first_and_cannot_wait) {
  closed = 0;
  add<&note_close>("note_close");
  end_with(
      "local function guard(name) return setmetatable({}, { __close = function() "
      "  local ok, e = pcall(task.sleep, 0) assert(not ok) _PY.note_close() end }) end "
      "for i = 1, 3 do task.spawn(function() local a <close> = guard() "
      "  coroutine.wrap(function() local b <close> = guard() task.sleep(60) end)() end) end");
  BOOST_TEST(closed == 6);
}

BOOST_AUTO_TEST_CASE(close_variables_may_misbehave) {
  end_with(
      "local outer outer = coroutine.create(function() coroutine.wrap(function() "
      "  local a <close> = setmetatable({}, { __close = function() "
      "    pcall(coroutine.close, outer) pcall(coroutine.resume, outer) task.spawn(print) "
      "    setTimeout(print, 1) task.current() collectgarbage() error('in close') end }) "
      "  task.sleep(60) end)() end) coroutine.resume(outer)");
}

BOOST_AUTO_TEST_CASE(close_variables_may_cancel_and_close_other_tasks) {
  end_with(
      "local handles = {} local root "
      "for i = 1, 5 do handles[i] = task.spawn(function() "
      "  local a <close> = setmetatable({}, { __close = function() "
      "    for _, h in ipairs(handles) do h:cancel() end pcall(coroutine.close, root) end }) "
      "  root = coroutine.running() task.sleep(60) end) end");
}

BOOST_AUTO_TEST_CASE(finalizers_may_use_the_runtime) {
  end_with(
      "handle = task.spawn(task.sleep, 60) object = setmetatable({}, { __gc = function() "
      "  pcall(setTimeout, print, 10) pcall(setInterval, print, 10) pcall(clearTimeout, 1) pcall(task.spawn, "
      "print) "
      "  pcall(task.sleep, 0) pcall(task.sleep, 0, print) pcall(handle.join, handle) handle:cancel() "
      "  coroutine.wrap(function() coroutine.yield() end)() pcall(require, 'none') require 'task' end })");
}

BOOST_AUTO_TEST_CASE(a_timer_that_a_finalizer_starts_does_not_outlive_the_state) {
  start("object = setmetatable({}, { __gc = function() pcall(setTimeout, function() end, 10000) end })");
  destroy();
  io.restart();
  io.poll();
  BOOST_TEST(io.stopped());
}

BOOST_AUTO_TEST_CASE(handles_in_cpp_outlive_the_runtime) {
  auto waiting = start("task.sleep(60)");
  auto ended = lua->spawn(lua->load("return {}", "=test"), {.keep_results = true});
  auto failed = lua->spawn(lua->load("error({})", "=test"), {.keep_results = true});
  plua::testing::run_until(io, [&] { return ended->ended() && failed->ended(); });
  destroy();
  BOOST_TEST((waiting->status() == plua::task_status::cancelled));
  BOOST_TEST(!waiting->cancel());
  BOOST_TEST(waiting->title() == "start");
  BOOST_TEST(waiting->waits_for() == "");
  BOOST_TEST(!ended->label().empty());
  BOOST_TEST(!failed->error_message().empty());
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_awaits_a_task_sees_the_cancel) {
  std::exception_ptr error;
  bool done = false;
  auto note = [&](std::exception_ptr e) {
    error = e;
    done = true;
  };
  plua::asio::co_spawn(io, lua->run("require('task').sleep(60)"), note);
  turns();
  destroy();
  run_all(io);
  BOOST_REQUIRE(done);
  BOOST_CHECK_THROW(std::rethrow_exception(error), plua::failure);
}

BOOST_AUTO_TEST_CASE(the_io_context_may_end_without_another_turn) {
  bool destroyed = false;
  struct on_destruction {
    bool& flag;
    ~on_destruction() { flag = true; }
  };
  {
    plua::asio::io_context own(1);
    plua::runtime r(own);
    auto body = [](plua::runtime& runtime, bool& flag) -> plua::asio::awaitable<void> {
      const on_destruction note{flag};
      co_await runtime.run("require('task').sleep(60)");
    };
    plua::asio::co_spawn(own, body(r, destroyed), [](std::exception_ptr) {});
    for (int i = 0; i < 20; ++i) own.poll();
    r.spawn(r.load("", "=never runs"), {});
  }
  BOOST_TEST(destroyed);
}

BOOST_AUTO_TEST_CASE(after_each_number_of_turns) {
  const char* program =
      "local t = task.spawn(function() coroutine.wrap(function() for i = 1, 5 do task.yield() "
      "coroutine.yield() end end)() "
      "  task.sleep(0) return 1 end) "
      "setTimeout(function() task.sleep(0) end, 0) task.sleep(0, function() task.yield() end) "
      "package.preload.m = function() task.yield() return 1 end task.spawn(require, 'm') require 'm' "
      "t:join()";
  for (int turns = 0; turns < 30; ++turns) {
    plua::asio::io_context own(1);
    {
      plua::runtime r(own);
      r.spawn(r.load(std::string("local task = require 'task' ") + program, "=test"), {});
      for (int i = 0; i < turns; ++i) own.poll_one();
    }
    own.restart();
    own.poll();
  }
}

BOOST_AUTO_TEST_SUITE_END()
