// SPDX-License-Identifier: MIT
#include "net_fixture.hpp"
#include <plua/net/descriptor.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

namespace {

using plua::testing::raw_socket;

// One end of a socket pair that is waited for.
class watched final : public plua::net::descriptor {
 public:
  explicit watched(plua::net::poller& owner) : descriptor(owner) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::runtime_error("no socket pair");
    peer = raw_socket(ends[1]);
    BOOST_TEST(!open_descriptor(ends[0], false));
  }

  using descriptor::close_descriptor;
  using descriptor::input_empty;
  using descriptor::input_ready;
  using descriptor::input_taken;
  using descriptor::native_handle;
  using descriptor::stop_waiting_for_input;
  using descriptor::wait_for_input;
  using descriptor::wait_for_output;

  raw_socket peer;
  int inputs = 0;
  int outputs = 0;
  std::function<void()> then;

 private:
  void on_ready(bool input, bool output) override {
    inputs += input;
    outputs += output;
    if (then) then();
  }
};

struct fixture : plua::testing::net_fixture {
  watched a{net->poller()};
  watched b{net->poller()};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(poller, fixture)

BOOST_AUTO_TEST_CASE(a_wait_is_over_when_it_was_called) {
  a.wait_for_input();
  a.peer.send("x");
  turns();
  a.peer.send("y");
  turns();
  BOOST_TEST(a.inputs == 1);
  BOOST_TEST(nothing_left());
}

BOOST_AUTO_TEST_CASE(what_came_before_the_wait_counts) {
  a.peer.send("x");
  a.wait_for_input();
  turns();
  BOOST_TEST(a.inputs == 1);
  a.wait_for_input();  // not taken yet: still there
  turns();
  BOOST_TEST(a.inputs == 2);
}

BOOST_AUTO_TEST_CASE(nothing_is_reported_twice_once_it_was_taken) {
  a.wait_for_input();
  a.peer.send("x");
  turns();
  char byte = 0;
  BOOST_TEST(::recv(a.native_handle(), &byte, 1, 0) == 1);
  a.input_taken();
  a.wait_for_input();
  turns();
  BOOST_TEST(a.inputs == 1);
  a.stop_waiting_for_input();
  BOOST_TEST(nothing_left());
}

BOOST_AUTO_TEST_CASE(an_end_that_came_with_data_is_still_there_after_a_short_read) {
  a.wait_for_input();
  a.peer.send("x");
  ::shutdown(a.peer.get(), SHUT_WR);
  turns();
  char bytes[8];
  BOOST_TEST(::recv(a.native_handle(), bytes, sizeof(bytes), 0) == 1);
  a.input_taken();
  BOOST_TEST(a.input_ready());
  a.wait_for_input();
  turns();
  BOOST_TEST(a.inputs == 2);
}

BOOST_AUTO_TEST_CASE(room_to_write_is_reported) {
  BOOST_TEST(!a.wait_for_output());
  turns();
  BOOST_TEST(a.outputs == 1);
  const std::string big(1 << 16, 'x');
  while (::send(a.native_handle(), big.data(), big.size(), MSG_NOSIGNAL) > 0) {
  }
  BOOST_TEST(!a.wait_for_output());
  turns();
  BOOST_TEST(a.outputs == 1);
  char bytes[1 << 16];
  while (::recv(a.peer.get(), bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
  }
  turns();
  BOOST_TEST(a.outputs == 2);
}

BOOST_AUTO_TEST_CASE(one_may_close_the_other_in_the_same_turn) {
  a.wait_for_input();
  b.wait_for_input();
  a.peer.send("x");
  b.peer.send("x");
  a.then = [&] { b.close_descriptor(); };
  b.then = [&] { a.close_descriptor(); };
  turns();
  BOOST_TEST(a.inputs + b.inputs == 1);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_used_again_gets_no_events_of_the_old_one) {
  const raw_socket twin(::dup(a.native_handle()));  // keeps the registration of the closed one alive
  const int number = a.native_handle();
  a.close_descriptor();
  watched next(net->poller());
  BOOST_TEST(next.native_handle() == number);
  next.wait_for_input();
  a.peer.send("x");
  turns();
  BOOST_TEST(next.inputs == 0);
  next.peer.send("x");
  turns();
  BOOST_TEST(next.inputs == 1);
}

BOOST_AUTO_TEST_CASE(an_exception_reaches_the_loop_and_the_others_are_served) {
  a.wait_for_input();
  b.wait_for_input();
  a.peer.send("x");
  b.peer.send("x");
  bool thrown = false;
  a.then = b.then = [&] {
    if (!std::exchange(thrown, true)) throw std::runtime_error("one of two");
  };
  io.restart();
  BOOST_CHECK_THROW(io.run(), std::runtime_error);
  turns();
  BOOST_TEST(a.inputs + b.inputs == 2);
}

BOOST_AUTO_TEST_CASE(more_than_one_batch) {
  std::vector<std::unique_ptr<watched>> all;
  for (int i = 0; i < 300; ++i) {
    all.push_back(std::make_unique<watched>(net->poller()));
    all.back()->wait_for_input();
    all.back()->peer.send("x");
  }
  turns();
  for (const auto& each : all) BOOST_TEST(each->inputs == 1);
  BOOST_TEST(nothing_left());
}

BOOST_AUTO_TEST_CASE(a_wait_that_was_given_up_and_taken_up_again_works) {
  a.wait_for_input();
  a.stop_waiting_for_input();
  a.wait_for_input();
  a.peer.send("x");
  turns();
  BOOST_TEST(a.inputs == 1);
}

BOOST_AUTO_TEST_SUITE_END()
