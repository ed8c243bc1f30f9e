// SPDX-License-Identifier: MIT
#include "run_coro.hpp"
#include <plua/coro/timer_queue.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <vector>

namespace {

using clock_type = plua::timer_queue::clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;

struct entry final : plua::timer_entry {
  std::function<void()> action;
  explicit entry(std::function<void()> a = [] {}) : action(std::move(a)) {}
  void expired() noexcept override { action(); }
};

struct fixture {
  plua::asio::io_context io{1};
  boost::intrusive_ptr<plua::timer_queue> queue{new plua::timer_queue(io)};
  std::vector<int> fired;
  std::vector<std::unique_ptr<entry>> entries;

  entry& add(int name) {
    entries.push_back(std::make_unique<entry>([this, name] { fired.push_back(name); }));
    return *entries.back();
  }
  void run() { plua::testing::run_all(io); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(timer_queue, fixture)

BOOST_AUTO_TEST_CASE(entries_fire_in_the_order_of_their_times) {
  const auto now = clock_type::now();
  queue->arm(add(3), now + milliseconds(3));
  queue->arm(add(1), now + milliseconds(1));
  queue->arm(add(2), now + milliseconds(2));

  run();

  BOOST_TEST((fired == std::vector{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(equal_times_fire_first_armed_first) {
  const auto due = clock_type::now() + milliseconds(1);
  std::vector<int> expected;
  for (int i = 0; i < 500; ++i) {
    queue->arm(add(i), due);
    expected.push_back(i);
  }

  run();

  BOOST_TEST((fired == expected));
}

BOOST_AUTO_TEST_CASE(an_entry_in_the_past_fires_in_the_next_turn) {
  queue->arm(add(1), clock_type::now() - milliseconds(5));
  BOOST_TEST(fired.empty());

  run();

  BOOST_TEST(fired.size() == 1u);
}

BOOST_AUTO_TEST_CASE(no_entry_fires_early) {
  for (int i = 1; i <= 20; ++i) {
    const auto due = clock_type::now() + microseconds(137 * i);
    clock_type::time_point seen;
    entry e([&] { seen = clock_type::now(); });
    queue->arm(e, due);

    run();

    BOOST_TEST((seen >= due));
  }
}

BOOST_AUTO_TEST_CASE(a_duration_is_rounded_up_and_never_negative) {
  for (double seconds : {-1.0, 0.0, std::numeric_limits<double>::quiet_NaN(), 1e-10, 0.0003}) {
    const auto start = clock_type::now();
    bool done = false;
    entry e([&] { done = true; });
    queue->arm_after(e, seconds);
    run();
    BOOST_TEST(done);
    if (seconds > 0) BOOST_TEST((clock_type::now() - start >= std::chrono::duration<double>(seconds)));
  }
}

BOOST_AUTO_TEST_CASE(a_huge_duration_is_never) {
  queue->arm_after(add(1), std::numeric_limits<double>::infinity());
  queue->arm_after(add(2), 1e300);
  queue->arm_after(add(3), 0);
  plua::testing::run_until(io, [&] { return fired.size() == 1; });
  BOOST_TEST(fired[0] == 3);
  BOOST_TEST(queue->size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_disarmed_entry_does_not_fire_and_the_loop_ends) {
  entry& e = add(1);
  queue->arm(e, clock_type::now() + std::chrono::hours(1));
  BOOST_TEST(e.armed());
  e.disarm();
  e.disarm();
  BOOST_TEST(!e.armed());

  run();

  BOOST_TEST(fired.empty());
}

BOOST_AUTO_TEST_CASE(arming_again_moves_the_entry) {
  const auto now = clock_type::now();
  queue->arm(add(1), now + milliseconds(1));
  queue->arm(add(2), now + milliseconds(2));
  queue->arm(*entries[0], now + milliseconds(3));
  BOOST_TEST(queue->size() == 2u);

  run();

  BOOST_TEST((fired == std::vector{2, 1}));
}

BOOST_AUTO_TEST_CASE(an_earlier_entry_wakes_earlier) {
  queue->arm(add(1), clock_type::now() + std::chrono::hours(1));
  plua::asio::post(io, [&] { queue->arm(add(2), clock_type::now() + milliseconds(1)); });

  plua::testing::run_until(io, [&] { return !fired.empty(); });

  BOOST_TEST(fired[0] == 2);
}

BOOST_AUTO_TEST_CASE(an_entry_may_arm_itself_again_while_it_fires) {
  int count = 0;
  entry e;
  e.action = [&] {
    if (++count < 5) queue->arm_after(e, 0);
  };
  queue->arm_after(e, 0);

  run();

  BOOST_TEST(count == 5);
}

BOOST_AUTO_TEST_CASE(an_entry_may_destroy_itself_and_others_while_it_fires) {
  const auto due = clock_type::now();
  for (int i = 0; i < 10; ++i) queue->arm(add(i), due);
  entries[2]->action = [this] {
    fired.push_back(2);
    entries.resize(5);  // destroys 5 to 9
    entries[3]->disarm();
    entries[2].reset();  // and itself
  };

  run();

  BOOST_TEST((fired == std::vector{0, 1, 2, 4}));
  BOOST_TEST(queue->size() == 0u);
}

BOOST_AUTO_TEST_CASE(the_queue_may_shut_down_while_it_fires) {
  const auto due = clock_type::now();
  for (int i = 0; i < 10; ++i) queue->arm(add(i), due);
  entries[3]->action = [this] {
    fired.push_back(3);
    queue->shut_down();
    queue.reset();
  };

  run();

  BOOST_TEST((fired == std::vector{0, 1, 2, 3}));
  BOOST_TEST(!entries[4]->armed());
}

BOOST_AUTO_TEST_CASE(a_queue_that_is_gone_leaves_nothing_that_fires) {
  queue->arm(add(1), clock_type::now());
  queue->arm(add(2), clock_type::now() + milliseconds(1));
  queue->shut_down();
  queue.reset();

  run();

  BOOST_TEST(fired.empty());
}

BOOST_AUTO_TEST_CASE(the_io_context_may_end_before_its_wake_up) {
  {
    plua::asio::io_context short_lived(1);
    boost::intrusive_ptr<plua::timer_queue> own(new plua::timer_queue(short_lived));
    entry e;
    own->arm(e, clock_type::now() + std::chrono::hours(1));
    own->shut_down();
  }
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(a_random_mix_keeps_the_order) {
  std::minstd_rand random(7);
  const auto start = clock_type::now();
  std::vector<std::pair<clock_type::time_point, int>> expected;
  const int many = 3000;
  for (int i = 0; i < many; ++i) {
    const auto due = start + microseconds(random() % 3000);
    queue->arm(add(i), due);
    expected.emplace_back(due, i);
  }
  for (int i = 0; i < many; i += 3) {
    entries[static_cast<std::size_t>(i)]->disarm();
    expected[static_cast<std::size_t>(i)].second = -1;
  }
  std::erase_if(expected, [](const auto& e) { return e.second < 0; });
  std::stable_sort(expected.begin(), expected.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });

  run();

  BOOST_REQUIRE(fired.size() == expected.size());
  for (std::size_t i = 0; i < fired.size(); ++i) BOOST_REQUIRE(fired[i] == expected[i].second);
}

BOOST_AUTO_TEST_CASE(many_due_entries_leave_turns_for_other_handlers) {
  const auto due = clock_type::now();
  for (int i = 0; i < 5000; ++i) queue->arm(add(i), due);
  std::size_t fired_before = 0;
  plua::asio::post(io, [&] { plua::asio::post(io, [&] { fired_before = fired.size(); }); });

  run();

  BOOST_TEST(fired.size() == 5000u);
  BOOST_TEST(fired_before < 5000u);
}

BOOST_AUTO_TEST_SUITE_END()
