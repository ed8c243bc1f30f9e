// SPDX-License-Identifier: MIT
#include "runtime_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <tuple>
#include <unistd.h>

namespace {

using plua::testing::run_all;
using plua::testing::run_coro;
using plua::testing::run_until;

void pass(int) {}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(runtime, plua::testing::runtime_fixture)

BOOST_AUTO_TEST_CASE(a_chunk_runs_to_its_end_with_its_waits) {
  BOOST_TEST(result_of("task.sleep(0.001) result = 1 task.yield() result = result + 1") == "2");
  BOOST_TEST(lua->work().total() == 0u);
}

BOOST_AUTO_TEST_CASE(a_chunk_that_fails_throws_message_and_traceback) {
  try {
    run("local function inner() error('broken') end task.sleep(0) inner()");
    BOOST_FAIL("no error");
  } catch (const plua::script_error& e) {
    BOOST_TEST(std::string(e.what()) == "test:1: broken");
    BOOST_TEST(e.traceback().find("stack traceback:\n") == 0u);
    BOOST_TEST(e.traceback().find("in main chunk") != std::string::npos);
  }
  run_all(io);
  BOOST_TEST(reports.empty());  // it went to the caller
}

BOOST_AUTO_TEST_CASE(a_chunk_that_does_not_compile_throws_at_once) {
  BOOST_CHECK_EXCEPTION(lua->run("x = = 1", "=name"), plua::script_error, [](const auto& e) {
    return std::string(e.what()).starts_with("name:1: unexpected symbol");
  });
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_throws_a_failure) {
  BOOST_CHECK_EXCEPTION(lua->run_file("/no/such/file.lua"), plua::failure,
                        [](const plua::failure& f) { return plua::symbol(f.code()) == "ENOENT"; });
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_and_a_first_line_for_the_shell_are_skipped) {
  std::string path = "/tmp/plua_test_XXXXXX";
  const int file = ::mkstemp(path.data());
  BOOST_REQUIRE(file >= 0);
  ::close(file);
  std::ofstream(path) << "\xEF\xBB\xBF#!/usr/bin/env plua\nresult = debug.getinfo(1).currentline";
  run_coro(io, lua->run_file(path));
  std::remove(path.c_str());
  BOOST_TEST(result_of("") == "2");
}

BOOST_AUTO_TEST_CASE(call_gives_a_result_of_the_asked_type) {
  run("function twice(n) task.sleep(0) return n * 2 end "
      "app = { inner = { name = function(a, b) return a .. b, true end } } function nothing() end");
  BOOST_TEST(run_coro(io, lua->call<int>("twice", 21)) == 42);
  BOOST_TEST(run_coro(io, lua->call<double>("twice", 1.25)) == 2.5);
  const auto [text, flag] = run_coro(
      io, lua->call<std::tuple<std::string, bool>>("app.inner.name", std::string("a"), std::string("b")));
  BOOST_TEST(text == "ab");
  BOOST_TEST(flag);
  run_coro(io, lua->call("nothing"));
  BOOST_TEST(!run_coro(io, lua->call<std::optional<int>>("nothing")).has_value());
}

BOOST_AUTO_TEST_CASE(calls_leave_nothing_on_the_main_thread) {
  run("function pair() return 1, 'two' end function one() return 1 end");
  const int top = lua_gettop(lua->lua());
  for (int i = 0; i < 100; ++i) {
    run_coro(io, lua->call<std::tuple<int, std::string>>("pair"));
    run_coro(io, lua->call<int>("one"));
    BOOST_CHECK_THROW(run_coro(io, lua->call<std::tuple<int, int>>("pair")), plua::script_error);
  }
  BOOST_TEST(lua_gettop(lua->lua()) == top);
}

BOOST_AUTO_TEST_CASE(a_call_of_what_is_no_function_throws) {
  run("app = { value = 1 }");
  for (const char* name : {"missing", "app.missing", "app.value", "app", "missing.deep.er", ""}) {
    BOOST_CHECK_THROW(run_coro(io, lua->call(name)), plua::script_error);
  }
  BOOST_TEST(lua->tasks().live_count() == 0u);
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_throws) {
  run("function fail() task.sleep(0) error('failed', 0) end function fail_with(t) error(t) end");
  BOOST_CHECK_EXCEPTION(run_coro(io, lua->call("fail")), plua::script_error,
                        [](const auto& e) { return std::string(e.what()) == "failed"; });
  run_all(io);
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(a_result_of_the_wrong_type_throws) {
  run("function text() return 'text' end");
  BOOST_CHECK_EXCEPTION(run_coro(io, lua->call<int>("text")), plua::script_error, [](const auto& e) {
    return std::string(e.what()) == "result of text: number expected, got string";
  });
}

BOOST_AUTO_TEST_CASE(cancelling_the_awaiting_coroutine_cancels_the_task) {
  run("function wait() local ok, e = pcall(task.sleep, 60) result = e.code error(e) end");
  plua::asio::cancellation_signal stop;
  std::exception_ptr error;
  bool done = false;
  auto note = [&](std::exception_ptr e) {
    error = e;
    done = true;
  };
  plua::asio::co_spawn(io, lua->call("wait"),
                       plua::asio::bind_cancellation_slot(stop.slot(), std::move(note)));
  turns();
  BOOST_TEST(lua->work().total() == 1u);

  stop.emit(plua::asio::cancellation_type::terminal);
  run_until(io, [&] { return done; });
  BOOST_CHECK_EXCEPTION(std::rethrow_exception(error), plua::failure,
                        [](const auto& f) { return f.code() == make_error_code(plua::errc::cancelled); });
  run_all(io);

  BOOST_TEST(result_of("") == "cancelled");
  BOOST_TEST(lua->work().total() == 0u);
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(a_task_that_is_cancelled_from_cpp_throws_cancelled_at_join) {
  auto t = lua->spawn(lua->load("require('task').sleep(60)", "=test"), {.keep_results = true});
  turns();
  BOOST_TEST(t->cancel());
  BOOST_CHECK_EXCEPTION(run_coro(io, lua->join(t)), plua::failure,
                        [](const auto& f) { return f.code() == make_error_code(plua::errc::cancelled); });
  BOOST_TEST(!t->cancel());
}

BOOST_AUTO_TEST_CASE(a_join_of_an_ended_task_gives_its_outcome) {
  auto t = lua->spawn(lua->load("error('late', 0)", "=test"), {.keep_results = true});
  BOOST_TEST((t->status() == plua::task_status::ready));
  auto join = lua->join(t);
  run_until(io, [&] { return t->ended(); });
  BOOST_CHECK_THROW(run_coro(io, std::move(join)), plua::script_error);
}

BOOST_AUTO_TEST_CASE(the_awaiting_coroutine_goes_on_outside_of_lua) {
  // It may even destroy the runtime, which would be fatal inside a call of Lua.
  auto body = [](plua::testing::runtime_fixture& f) -> plua::asio::awaitable<void> {
    co_await f.lua->run("require('task').sleep(0)");
    f.destroy();
  };
  run_coro(io, body(*this));
  BOOST_TEST(!lua);
  run_all(io);
}

BOOST_AUTO_TEST_CASE(cancelling_a_joined_task_from_cpp_runs_no_lua_at_once) {
  run("log = {} target = task.spawn(function() end) "
      "joiner = task.spawn(function() target:join() log[1] = 'joined' end)");
  auto target = lua->spawn(lua->load("coroutine.yield()", "=target"), {});
  run("result = 0");
  lua->cancel_all();
  BOOST_TEST(result_of("result = log[1]") != "");
}

BOOST_AUTO_TEST_CASE(several_runtimes_share_one_io_context) {
  plua::runtime second(io), third(io);
  auto count = [&](plua::runtime& r, int to) -> plua::asio::awaitable<int> {
    co_await r.run("function count(n) for i = 1, n do require('task').sleep(0.0005) end return n end");
    co_return co_await r.call<int>("count", to);
  };
  int sum = 0;
  int ended = 0;
  auto note = [&](std::exception_ptr e, int n) {
    BOOST_TEST(!e);
    sum += n;
    ++ended;
  };
  plua::asio::co_spawn(io, count(*lua, 10), note);
  plua::asio::co_spawn(io, count(second, 20), note);
  plua::asio::co_spawn(io, count(third, 30), note);
  run_until(io, [&] { return ended == 3; });
  BOOST_TEST(sum == 60);
}

BOOST_AUTO_TEST_CASE(runtimes_have_separate_globals) {
  plua::runtime second(io);
  run("shared = 1");
  run_coro(io, second.run("result = shared"));
  lua_getglobal(second.lua(), "result");
  BOOST_TEST(lua_isnil(second.lua(), -1));
}

BOOST_AUTO_TEST_CASE(a_function_may_be_added_once) {
  add<&pass>("pass", {{"n", "a number"}});
  BOOST_TEST(result_of("result = type(_PY.pass)") == "function");
  BOOST_CHECK_THROW(add<&pass>("pass", {{"n", "a number"}}), std::logic_error);
  BOOST_CHECK_THROW(add<&pass>("other"), std::logic_error);
  BOOST_CHECK_THROW(add<&pass>("setTimeout", {{"n", "a number"}}), std::logic_error);
  const auto& all = lua->extensions();
  BOOST_TEST(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.qualified_name() < b.qualified_name();
  }));
}

BOOST_AUTO_TEST_CASE(an_error_that_nobody_takes_is_reported_once) {
  run("task.spawn(error, 'lost', 0) task.sleep(0.001)");
  run_all(io);
  BOOST_TEST(reports.size() == 1u);
  BOOST_TEST(reports.at(0) == "lost");
  BOOST_TEST(lua->unhandled_errors() == 1u);
}

BOOST_AUTO_TEST_CASE(an_error_of_a_callback_is_reported_but_not_counted) {
  run("setTimeout(function() error('in timer', 0) end, 0) task.sleep(0.001, function() error('in callback', "
      "0) end) "
      "task.sleep(0.02)");
  run_all(io);
  BOOST_TEST(reports.size() == 2u);
  BOOST_TEST(lua->unhandled_errors() == 0u);
}

BOOST_AUTO_TEST_CASE(an_error_is_still_reported_when_the_runtime_ends_first) {
  auto t = lua->spawn(lua->load("error('at the end', 0)", "=test"), {});
  lua->spawn(lua->load("while true do require('task').yield() end", "=busy"), {});
  run_until(io, [&] { return t->ended(); });
  destroy();
  BOOST_TEST(reports.size() == 1u);
}

// ---------------------------------------------------------------- the end of the work

BOOST_AUTO_TEST_CASE(idle_is_told_when_nothing_is_left) {
  std::vector<plua::idle_reason> reasons;
  lua->on_idle = [&](plua::idle_reason r) { reasons.push_back(r); };
  auto t = lua->spawn(lua->load("require('task').sleep(0.002)", "=test"), {});
  run_until(io, [&] { return !reasons.empty(); });
  BOOST_TEST(t->ended());
  BOOST_TEST((reasons.back() == plua::idle_reason::finished));
}

BOOST_AUTO_TEST_CASE(tasks_that_wait_for_each_other_are_a_deadlock) {
  std::vector<plua::idle_reason> reasons;
  lua->on_idle = [&](plua::idle_reason r) { reasons.push_back(r); };
  start("local a, b a = task.spawn(function() b:join() end) b = task.spawn(function() a:join() end)");
  run_until(io, [&] { return !reasons.empty(); });
  BOOST_TEST((reasons.back() == plua::idle_reason::deadlocked));
}

BOOST_AUTO_TEST_CASE(a_parked_task_is_no_deadlock) {
  std::vector<plua::idle_reason> reasons;
  lua->on_idle = [&](plua::idle_reason r) { reasons.push_back(r); };
  start("coroutine.yield()");
  BOOST_REQUIRE(!reasons.empty());
  BOOST_TEST((reasons.back() == plua::idle_reason::finished));
}

BOOST_AUTO_TEST_CASE(a_daemon_keeps_nothing_alive) {
  std::vector<plua::idle_reason> reasons;
  lua->on_idle = [&](plua::idle_reason r) { reasons.push_back(r); };
  lua->spawn(lua->load("while true do require('task').sleep(60) end", "=test"), {.daemon = true});
  turns();
  BOOST_REQUIRE(!reasons.empty());
  BOOST_TEST((reasons.back() == plua::idle_reason::finished));
}

BOOST_AUTO_TEST_CASE(cancel_all_lets_every_task_unwind) {
  start(
      "log = {} for i = 1, 5 do task.spawn(function() "
      "  local guard <close> = setmetatable({}, { __close = function() task.sleep(0.001) log[#log + 1] = i "
      "end }) "
      "  task.sleep(60) end) end setInterval(print, 60000)");
  bool idle = false;
  lua->on_idle = [&](plua::idle_reason) { idle = true; };
  lua->cancel_all();
  run_until(io, [&] { return idle && lua->tasks().live_count() == 0; });
  BOOST_TEST(result_of("result = #log") == "5");
  BOOST_TEST(lua->work().total() == 0u);
}

BOOST_AUTO_TEST_CASE(cancel_all_runs_no_lua_before_it_returns) {
  start(
      "ran = false local never = task.spawn(function() end) task.spawn(function() "
      "pcall(task.sleep, 60) ran = true end)");
  auto unstarted = lua->spawn(lua->load("", "=unstarted"), {});
  lua->cancel_all();
  lua_getglobal(lua->lua(), "ran");
  BOOST_TEST(!lua_toboolean(lua->lua(), -1));
  lua_settop(lua->lua(), 0);
  run_all(io);
  BOOST_TEST((unstarted->status() == plua::task_status::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()
