// SPDX-License-Identifier: MIT
// C++ coroutines as functions of Lua.
#include "runtime_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

namespace asio = boost::asio;
using plua::testing::run_all;

int alive = 0;
struct counted {
  counted() { ++alive; }
  counted(const counted&) { ++alive; }
  ~counted() { --alive; }
};

asio::awaitable<void> turn() { co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable); }

// On any_io_executor, and on the executor that plua uses itself.
asio::awaitable<int> add_any(int a, int b) {
  co_await turn();
  co_return a + b;
}
plua::awaitable<std::string> join_typed(std::string a, std::string b) {
  const auto ex = co_await asio::this_coro::executor;
  co_await asio::post(ex, asio::use_awaitable_t<plua::executor>());
  co_return a + b;
}
asio::awaitable<std::tuple<int, std::string>> several() { co_return std::tuple<int, std::string>(1, "two"); }
asio::awaitable<void> nothing() { co_await turn(); }
asio::awaitable<void> at_once() { co_return; }

asio::awaitable<int> fails(bool late) {
  const counted c;
  if (late) co_await turn();
  throw plua::failure(make_error_code(plua::errc::timeout), "connect", "host");
}
asio::awaitable<int> throws(bool late) {
  const counted c;
  if (late) co_await turn();
  throw std::runtime_error("unexpected");
}
asio::awaitable<void> forever() {
  const counted c;
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
  co_await timer.async_wait(asio::use_awaitable);
}
plua::awaitable<void> forever_typed() {
  const counted c;
  const auto ex = co_await asio::this_coro::executor;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             plua::executor>
      timer(ex, std::chrono::hours(1));
  co_await timer.async_wait(asio::use_awaitable_t<plua::executor>());
}
// Goes on for a while after it was cancelled.
asio::awaitable<void> stubborn() {
  const counted c;
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  for (int i = 0; i < 5; ++i) co_await turn();
}

struct fixture : plua::testing::runtime_fixture {
  fixture() {
    alive = 0;
    add<&add_any>("add", {{"a", ""}, {"b", ""}}, "the sum");
    add<&join_typed>("join", {{"a", ""}, {"b", ""}}, "both");
    add<&several>("several", {}, "two values");
    add<&nothing>("nothing");
    add<&at_once>("at_once");
    add<&fails>("fails", {{"late", ""}}, "never");
    add<&throws>("throws", {{"late", ""}}, "never");
    add<&forever>("forever");
    add<&forever_typed>("forever_typed");
    add<&stubborn>("stubborn");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(awaitable, fixture)

BOOST_AUTO_TEST_CASE(it_is_a_function_that_suspends_its_caller) {
  BOOST_TEST(result_of("result = _PY.add(2, 3)") == "5");
  BOOST_TEST(result_of("result = _PY.join('a', 'b')") == "ab");
  BOOST_TEST(result_of("result = table.concat({ _PY.several() }, ' ')") == "1 two");
  BOOST_TEST(result_of("result = select('#', _PY.nothing()) + select('#', _PY.at_once())") == "0");
  BOOST_TEST(lua->work().total() == 0u);
}

BOOST_AUTO_TEST_CASE(it_waits_below_coroutines_and_pcall) {
  BOOST_TEST(
      result_of(
          "result = coroutine.wrap(function() coroutine.yield(select(2, pcall(_PY.add, 1, 2))) end)()") ==
      "3");
}

BOOST_AUTO_TEST_CASE(others_run_meanwhile) {
  BOOST_TEST(
      result_of("local n = 0 local t = task.spawn(function() for i = 1, 3 do n = n + 1 task.yield() end end) "
                "for i = 1, 10 do _PY.nothing() end result = n") == "3");
}

BOOST_AUTO_TEST_CASE(it_has_a_callback_form) {
  BOOST_TEST(result_of("_PY.add(2, 3, function(r) result = r end) task.sleep(0.02)") == "5");
  BOOST_TEST(
      result_of("_PY.fails(true, function(r, e) result = tostring(r) .. e.code end) task.sleep(0.02)") ==
      "niltimeout");
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_CASE(a_failure_is_nil_and_an_error) {
  for (const char* late : {"true", "false"})
    BOOST_TEST(result_of(std::string("local r, e = _PY.fails(") + late +
                         ") result = tostring(r) .. ' ' .. e") == "nil connect host: timed out");
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(another_exception_is_an_error_with_position) {
  for (const char* late : {"true", "false"})
    BOOST_TEST(result_of(std::string("local ok, e = pcall(function() _PY.throws(") + late +
                         ") end) result = tostring(ok) .. ' ' .. e") == "false test:1: unexpected");
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(wrong_arguments_are_raised_before_it_starts) {
  BOOST_TEST(result_of("result = select(2, pcall(_PY.add, 1))") ==
             "bad argument #2 to 'add' (number expected, got no value)");
  BOOST_TEST(result_of("result = select(2, pcall(_PY.add, 1, {}, print))") ==
             "bad argument #2 to 'add' (number expected, got table)");
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(it_is_refused_below_a_c_function) {
  run("result = select(2, pcall(string.gsub, 'a', 'a', function() _PY.forever() end))");
  BOOST_TEST(result_of("").find("cannot wait inside string.gsub") != std::string::npos);
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(a_cancelled_task_lets_it_unwind) {
  for (const char* name : {"forever", "forever_typed"}) {
    run(std::string("local t = task.spawn(_PY.") + name +
        ") task.sleep(0.001) result = t.status t:cancel() t:join()");
    BOOST_TEST(result_of("") == "waiting");
    run_all(io);
    BOOST_TEST(alive == 0);
  }
  BOOST_TEST(lua->work().total() == 0u);
}

BOOST_AUTO_TEST_CASE(one_that_ends_later_than_its_task_is_dropped) {
  BOOST_TEST(result_of("local t = task.spawn(_PY.stubborn) task.yield() t:cancel() "
                       "result = select(2, t:join()).code") == "cancelled");
  run_all(io);
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(closing_the_coroutine_lets_it_unwind) {
  BOOST_TEST(result_of("local co = coroutine.create(_PY.forever) "
                       "local t = task.spawn(coroutine.resume, co) task.yield() task.yield() "
                       "coroutine.close(co) result = tostring((t:join()))") == "false");
  run_all(io);
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(the_runtime_may_end_while_it_is_in_flight) {
  for (const char* name : {"forever", "forever_typed", "stubborn", "nothing"})
    start(std::string("_PY.") + name + "()");
  start("coroutine.wrap(function() _PY.forever() end)()");
  start("_PY.forever(function() end)");
  destroy();
  run_all(io);
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(the_io_context_may_end_before_it_has_unwound) {
  {
    asio::io_context own(1);
    plua::runtime r(own);
    r.add(plua::define<&forever>({.name = "forever", .category = "test", .summary = "Waits."}));
    r.add(plua::define<&stubborn>({.name = "stubborn", .category = "test", .summary = "Waits."}));
    r.spawn(r.load("_PY.forever()", "=test"), {});
    r.spawn(r.load("_PY.stubborn()", "=test"), {});
    for (int i = 0; i < 3; ++i) own.poll_one();
  }
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(many_run_at_once) {
  BOOST_TEST(result_of("local tasks, sum = {}, 0 for i = 1, 1000 do tasks[i] = task.spawn(_PY.add, i, 1) end "
                       "for i = 1, 1000 do sum = sum + tasks[i]:join() end result = sum") == "501500");
}

BOOST_AUTO_TEST_SUITE_END()
