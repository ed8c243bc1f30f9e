// SPDX-License-Identifier: MIT
// Operations as Asio asynchronous operations.
#include "runtime_fixture.hpp"
#include <plua/coro/async.hpp>
#include <plua/coro/sleep_operation.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <exception>
#include <memory>
#include <stdexcept>

namespace {

using plua::async_operation;
using plua::testing::run_all;
using plua::testing::run_coro;

// Completes at once or in `complete_now`, with a value or an exception.
class probe final : public plua::operation {
 public:
  struct script {
    bool at_once = false;
    bool start_throws = false;
    bool result_throws = false;
    probe* made = nullptr;
    int cancelled = 0;
    int retained = 0;
    int alive = 0;
  };
  explicit probe(script& s) : script_(s) {
    s.made = this;
    ++s.alive;
  }
  ~probe() override { --script_.alive; }
  bool start() override {
    if (script_.start_throws) throw std::runtime_error("start");
    return script_.at_once;
  }
  void cancel() noexcept override { ++script_.cancelled; }
  void retain() override { ++script_.retained; }
  std::string describe() const override { return "probe"; }
  const plua::work_kind* kind() const noexcept override { return &plua::sleeping_work; }
  int result() {
    if (script_.result_throws) throw plua::failure(make_error_code(plua::errc::eof), "read");
    return 42;
  }
  void complete_now() { complete(); }

 private:
  script& script_;
};

struct fixture : plua::testing::runtime_fixture {
  probe::script script;
  int calls = 0;
  int value = 0;
  std::exception_ptr error;
  plua::asio::cancellation_signal stop;

  void begin() {
    auto make = [this] { return probe(script); };
    auto note = [this](std::exception_ptr e, int v) {
      ++calls;
      error = e;
      value = v;
    };
    async_operation<probe>(lua->get_executor(), make, plua::asio::bind_cancellation_slot(stop.slot(), note));
  }
  std::string error_text() {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& e) {
      return e.what();
    }
    return {};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(async, fixture)

BOOST_AUTO_TEST_CASE(a_completion_calls_the_handler_once) {
  begin();
  BOOST_TEST(calls == 0);
  script.made->complete_now();
  run_all(io);
  BOOST_TEST(calls == 1);
  BOOST_TEST(value == 42);
  BOOST_TEST(script.alive == 0);
}

BOOST_AUTO_TEST_CASE(one_that_is_complete_at_once_is_told_later) {
  script.at_once = true;
  begin();
  BOOST_TEST(calls == 0);
  BOOST_TEST(script.retained == 1);
  run_all(io);
  BOOST_TEST(calls == 1);
  BOOST_TEST(value == 42);
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_result_reaches_the_handler) {
  script.result_throws = true;
  begin();
  script.made->complete_now();
  run_all(io);
  BOOST_TEST(calls == 1);
  BOOST_TEST(error_text() == "read: end of stream");
  BOOST_TEST(script.alive == 0);
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_start_reaches_the_handler) {
  script.start_throws = true;
  begin();
  BOOST_TEST(calls == 0);
  run_all(io);
  BOOST_TEST(calls == 1);
  BOOST_TEST(error_text() == "start");
  BOOST_TEST(script.alive == 0);
}

BOOST_AUTO_TEST_CASE(a_cancel_withdraws_the_operation) {
  begin();
  stop.emit(plua::asio::cancellation_type::terminal);
  stop.emit(plua::asio::cancellation_type::terminal);
  run_all(io);
  BOOST_TEST(calls == 1);
  BOOST_TEST(script.cancelled == 1);
  BOOST_TEST(error_text() == "probe: cancelled");
  BOOST_TEST(script.alive == 0);
}

BOOST_AUTO_TEST_CASE(a_cancel_after_the_completion_is_nothing) {
  begin();
  script.made->complete_now();
  stop.emit(plua::asio::cancellation_type::terminal);
  run_all(io);
  BOOST_TEST(calls == 1);
  BOOST_TEST(script.cancelled == 0);
}

BOOST_AUTO_TEST_CASE(a_cpp_coroutine_awaits_an_operation_without_result) {
  auto body = [](plua::runtime& r) -> plua::asio::awaitable<int> {
    auto make = [&r] { return plua::sleep_operation(r.timers(), 0.001); };
    for (int i = 0; i < 3; ++i)
      co_await async_operation<plua::sleep_operation>(r.get_executor(), make, plua::asio::use_awaitable);
    co_return 3;
  };
  BOOST_TEST(run_coro(io, body(*lua)) == 3);
}

BOOST_AUTO_TEST_CASE(a_function_is_a_completion_token_too) {
  script.at_once = true;
  int result = 0;
  auto make = [this] { return probe(script); };

  async_operation<probe>(lua->get_executor(), make, [&](std::exception_ptr failed, int given) {
    BOOST_TEST(!failed);
    result = given;
  });
  BOOST_TEST(result == 0);  // never inside the initiation
  run_all(io);

  BOOST_TEST(result == 42);
}

BOOST_AUTO_TEST_CASE(an_operation_that_is_pending_when_the_io_context_ends_is_destroyed) {
  {
    plua::asio::io_context other;
    auto make = [this] { return probe(script); };
    async_operation<probe>(other.get_executor(), make, [](std::exception_ptr, int) {});
    BOOST_TEST(script.alive == 1);
  }
  BOOST_TEST(script.alive == 0);
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_waits_when_the_io_context_ends_is_destroyed) {
  const auto held = std::make_shared<int>(0);
  {
    plua::asio::io_context other;
    auto wait = [](plua::asio::io_context& in, probe::script& s,
                   std::shared_ptr<int>) -> plua::awaitable<void> {
      auto make = [&s] { return probe(s); };
      co_await async_operation<probe>(in.get_executor(), make, plua::asio::use_awaitable_t<plua::executor>());
    };
    plua::asio::co_spawn(other.get_executor(), wait(other, script, held), plua::asio::detached);
    other.poll();
    BOOST_TEST(held.use_count() == 2);
  }
  BOOST_TEST(held.use_count() == 1);
  BOOST_TEST(script.alive == 0);
}

BOOST_AUTO_TEST_SUITE_END()
