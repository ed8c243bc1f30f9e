// SPDX-License-Identifier: MIT
// Calls in threads: they complete, are withdrawn, outlive their runtime, and block where nothing else is
// left.
#include "runtime_fixture.hpp"
#include <plua/coro/async.hpp>
#include <plua/coro/offload.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace {

using pool = plua::offload;
using plua::offload_operation;
using plua::testing::run_all;
using plua::testing::run_coro;
using plua::testing::run_until;

const plua::work_kind test_work("test");

/// Where calls wait until the test lets them go.
class gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --inside_;
    ++passed_;
    changed_.notify_all();
  }
  void shut() {
    const std::lock_guard lock(mutex_);
    open_ = false;
    passed_ = 0;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_for_inside(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= count; });
  }
  void wait_for_empty() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ == 0; });
  }
  int passed() {
    const std::lock_guard lock(mutex_);
    return passed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int inside_ = 0;
  int passed_ = 0;
};

gate barrier;
std::thread::id loop_thread;

offload_operation<std::string> where(pool& threads) {
  return {threads, test_work, "a thread",
          [] { return std::string(std::this_thread::get_id() == loop_thread ? "loop" : "thread"); }};
}

offload_operation<int> held(pool& threads, int n) {
  return {threads, test_work, "the gate", [n] {
            barrier.pass();
            return n;
          }};
}

offload_operation<bool> failing(pool& threads) {
  return {threads, test_work, "a failure",
          []() -> bool { throw plua::failure(make_error_code(plua::errc::not_found), "look", "there"); }};
}

struct fixture : plua::testing::runtime_fixture {
  fixture() {
    barrier.shut();
    loop_thread = std::this_thread::get_id();
    add<&where>("where", {}, "thread or loop");
    add<&held>("held", {{"n", "any"}}, "n");
    add<&failing>("failing", {}, "nothing");
  }
  ~fixture() {
    barrier.open();
    barrier.wait_for_empty();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(offload, fixture)

BOOST_AUTO_TEST_CASE(a_call_runs_in_a_thread) {
  BOOST_TEST(result_of("result = _PY.where()") == "thread");
  BOOST_TEST(lua->use<pool>().threads() == 1u);
}

BOOST_AUTO_TEST_CASE(threads_are_used_again) {
  run("for i = 1, 50 do _PY.where() end");
  BOOST_TEST(lua->use<pool>().threads() <= 2u);
}

BOOST_AUTO_TEST_CASE(the_callback_form_gives_the_result) {
  start("_PY.where(function(w) result = w end)");
  run_until(io, [&] { return lua->work().total() == 0; });
  BOOST_TEST(result_of("") == "thread");
}

BOOST_AUTO_TEST_CASE(what_a_call_throws_is_a_result) {
  BOOST_TEST(result_of("local v, e = _PY.failing() result = tostring(v) .. ' ' .. e.code") ==
             "nil not_found");
}

BOOST_AUTO_TEST_CASE(calls_wait_for_a_thread_when_all_are_busy) {
  const int limit = static_cast<int>(pool::thread_limit);
  start("sum = 0 for i = 1, 30 do task.spawn(function() local n = _PY.held(1) sum = sum + n end) end");
  barrier.wait_for_inside(limit);
  BOOST_TEST(lua->use<pool>().threads() == pool::thread_limit);
  barrier.open();
  run_until(io, [&] { return lua->work().total() == 0; });
  BOOST_TEST(result_of("result = sum") == "30");
}

BOOST_AUTO_TEST_CASE(waiting_is_counted_as_work) {
  start("_PY.held(1)");
  BOOST_TEST(lua->work().of(test_work.index()) == 1u);
  barrier.open();
  run_until(io, [&] { return lua->work().total() == 0; });
}

BOOST_AUTO_TEST_CASE(a_withdrawn_call_is_let_go) {
  auto t = start("local ok, e = pcall(_PY.held, 1) result = e.code");
  barrier.wait_for_inside(1);
  t->cancel();
  run_until(io, [&] { return t->ended(); });
  BOOST_TEST(lua->work().total() == 0u);
  BOOST_TEST(result_of("") == "cancelled");
  barrier.open();
  barrier.wait_for_empty();
  BOOST_TEST(result_of("result = _PY.where()") == "thread");
}

BOOST_AUTO_TEST_CASE(a_withdrawn_call_that_has_not_begun_never_does) {
  const int limit = static_cast<int>(pool::thread_limit);
  start("handles = {} for i = 1, 20 do handles[i] = task.spawn(_PY.held, i) end");
  barrier.wait_for_inside(limit);
  run("for _, h in ipairs(handles) do h:cancel() end");
  barrier.open();
  barrier.wait_for_empty();
  BOOST_TEST(result_of("result = _PY.where()") == "thread");
  BOOST_TEST(barrier.passed() == limit);
}

BOOST_AUTO_TEST_CASE(the_runtime_may_end_with_calls_in_flight) {
  start("for i = 1, 20 do task.spawn(_PY.held, i) end");
  barrier.wait_for_inside(1);
  destroy();
  run_all(io);
  barrier.open();
}

BOOST_AUTO_TEST_CASE(the_io_context_may_end_with_calls_in_flight) {
  {
    plua::asio::io_context own{1};
    plua::runtime other(own);
    other.add(plua::define<&held>(
        {.name = "held", .category = "test", .summary = "x", .params = {{"n", "any"}}, .returns = "n"}));
    other.spawn(other.load("_PY.held(1)", "=test"), {});
    own.poll();
    barrier.wait_for_inside(1);
  }
  barrier.open();
  barrier.wait_for_empty();
}

BOOST_AUTO_TEST_CASE(the_runtime_may_end_with_answers_on_their_way) {
  start("for i = 1, 8 do task.spawn(_PY.held, i) end");
  barrier.wait_for_inside(8);
  barrier.open();
  barrier.wait_for_empty();
  destroy();
  run_all(io);
}

BOOST_AUTO_TEST_CASE(idle_threads_end_with_the_runtime) {
  run("for i = 1, 4 do _PY.where() end");
  destroy();
  run_all(io);
}

BOOST_AUTO_TEST_CASE(a_call_blocks_where_the_caller_cannot_be_suspended) {
  BOOST_TEST(result_of("string.gsub('x', 'x', function() result = _PY.where() end)") == "loop");
  BOOST_TEST(result_of("table.sort({2, 1}, function(a, b) result = _PY.where() return a < b end)") == "loop");
  BOOST_TEST(result_of("string.gsub('x', 'x', function() local v, e = _PY.failing() result = e.code end)") ==
             "not_found");
  BOOST_TEST(lua->use<pool>().threads() == 0u);
}

BOOST_AUTO_TEST_CASE(a_finalizer_may_call_while_the_runtime_ends) {
  run("object = setmetatable({}, { __gc = function() assert(_PY.where() == 'loop') end })");
  destroy();
  run_all(io);
}

BOOST_AUTO_TEST_CASE(cpp_coroutines_call_too) {
  pool& threads = lua->use<pool>();
  auto body = [&]() -> plua::awaitable<std::string> {
    auto make = [&] { return where(threads); };
    co_return co_await plua::async_operation<offload_operation<std::string>>(
        lua->get_executor(), std::move(make), plua::asio::use_awaitable_t<plua::executor>());
  };
  BOOST_TEST(run_coro(io, body()) == "thread");
}

BOOST_AUTO_TEST_CASE(cpp_coroutines_go_on_when_the_runtime_ends) {
  std::string seen;
  pool& threads = lua->use<pool>();
  const auto keep = lua->keep_services();
  const plua::executor ex = lua->get_executor();
  auto body = [&]() -> plua::awaitable<int> {
    auto make = [&] { return held(threads, 1); };
    try {
      co_await plua::async_operation<offload_operation<int>>(ex, std::move(make),
                                                             plua::asio::use_awaitable_t<plua::executor>());
    } catch (const plua::failure& e) {
      seen = plua::symbol(e.code());
    }
    co_return 0;
  };
  boost::asio::co_spawn(ex, body(), boost::asio::detached);
  turns();
  barrier.wait_for_inside(1);
  destroy();
  run_all(io);
  BOOST_TEST(seen == "cancelled");
}

BOOST_AUTO_TEST_SUITE_END()
