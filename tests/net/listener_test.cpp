// SPDX-License-Identifier: MIT
#include "net_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <sys/resource.h>

namespace {

using plua::errc;
using plua::ptr;
using plua::testing::accept;
using plua::testing::raw_socket;
using plua::testing::run_all;
using plua::testing::run_coro;
using plua::testing::run_until;
using plua::testing::started;

struct fixture : plua::testing::net_fixture {
  plua::awaitable<int> accept_some(ptr<plua::net::listener> from, int count) {
    for (int i = 0; i < count; ++i) co_await accept(*net, from);
    co_return count;
  }
};

// No more descriptors for as long as this lives.
class no_descriptors {
 public:
  no_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);
    ::close(next);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// The undefined behaviour sanitizer looks at objects by means of a pipe, and finds fault with all of them
// without descriptors; valgrind takes the connection from the queue and closes it.
boost::test_tools::assertion_result runs_plain(boost::unit_test::test_unit_id) {
  return !std::getenv("UBSAN_OPTIONS") && !std::getenv("PLUA_MEMCHECK");
}
const auto when_plain = boost::unit_test::precondition(&runs_plain);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(listener, fixture)

BOOST_AUTO_TEST_CASE(a_coroutine_accepts) {
  auto server = listen();
  BOOST_TEST(server->local().port > 0);
  auto peer = dial(*server);
  auto c = run_coro(io, accept(*net, server));
  BOOST_TEST(c->local().port == server->local().port);
  BOOST_TEST(c->remote().host == "127.0.0.1");
  peer.send("x");
  BOOST_TEST(run_coro(io, plua::testing::read(*net, c)) == "x");
}

BOOST_AUTO_TEST_CASE(an_address_in_use_is_a_failure) {
  auto server = listen();
  const plua::net::tcp::endpoint same(plua::asio::ip::address_v4::loopback(),
                                      static_cast<std::uint16_t>(server->local().port));
  BOOST_CHECK_EXCEPTION(ptr<plua::net::listener>(new plua::net::listener(*net, same)), plua::failure,
                        [](const plua::failure& f) { return f.operation() == "listen"; });
}

BOOST_AUTO_TEST_CASE(accepts_are_served_in_order) {
  auto server = listen();
  started<ptr<plua::net::connection>> waiting[3];
  for (auto& w : waiting) w.start(io.get_executor(), accept(*net, server));
  turns();
  std::vector<raw_socket> peers;
  for (auto& w : waiting) {
    peers.push_back(dial(*server));
    run_until(io, [&] { return w.done; });
  }
}

BOOST_AUTO_TEST_CASE(run_returns_when_an_accept_times_out) {
  auto server = listen();
  started<ptr<plua::net::connection>> waiting;
  waiting.start(io.get_executor(), accept(*net, server, 0.005));
  run_all(io);
  BOOST_TEST((waiting.code() == errc::timeout));
}

BOOST_AUTO_TEST_CASE(run_returns_when_an_acceptor_asked_again_and_was_served_in_the_same_turn) {
  auto server = listen();
  started<int> first, second;
  first.start(io.get_executor(), accept_some(server, 2));
  second.start(io.get_executor(), accept_some(server, 1));
  turns();
  const auto a = dial(*server), b = dial(*server), c = dial(*server);
  run_until(io, [&] { return first.done && second.done; });
  BOOST_TEST(nothing_left());
}

BOOST_AUTO_TEST_CASE(a_zero_timeout_takes_what_is_there) {
  auto server = listen();
  BOOST_CHECK_THROW(run_coro(io, accept(*net, server, 0)), plua::failure);
  const auto peer = dial(*server);
  BOOST_TEST(run_coro(io, accept(*net, server, 0)).get());
}

BOOST_AUTO_TEST_CASE(close_ends_all_that_waits) {
  auto server = listen();
  started<ptr<plua::net::connection>> waiting[3];
  for (auto& w : waiting) w.start(io.get_executor(), accept(*net, server));
  turns();
  server->close();
  server->close();
  run_all(io);
  for (auto& w : waiting) BOOST_TEST((w.code() == errc::closed));
  BOOST_TEST(server->label() == "127.0.0.1:" + std::to_string(server->local().port) + ", closed");
}

BOOST_AUTO_TEST_CASE(a_shortage_of_descriptors_neither_fails_nor_spins_and_ends, *when_plain) {
  auto server = listen();
  const auto peer = dial(*server);
  started<ptr<plua::net::connection>> waiting;
  waiting.start(io.get_executor(), accept(*net, server));
  {
    const no_descriptors shortage;
    io.restart();
    const std::size_t handlers = io.run_for(std::chrono::milliseconds(220));
    BOOST_TEST(!waiting.done);
    BOOST_TEST(handlers < 30u);
  }
  run_until(io, [&] { return waiting.done; });
  BOOST_TEST(waiting.value.value()->is_open());
}

BOOST_AUTO_TEST_CASE(during_a_shortage_accepts_time_out_and_leave_nothing_behind, *when_plain) {
  auto server = listen();
  const auto peer = dial(*server);
  const no_descriptors shortage;
  started<ptr<plua::net::connection>> waiting;
  waiting.start(io.get_executor(), accept(*net, server, 0.08));
  run_all(io);
  BOOST_TEST((waiting.code() == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_listener_may_close_during_a_shortage, *when_plain) {
  auto server = listen();
  const auto peer = dial(*server);
  started<ptr<plua::net::connection>> waiting;
  waiting.start(io.get_executor(), accept(*net, server));
  const no_descriptors shortage;
  turns();
  server->close();
  run_all(io);
  BOOST_TEST((waiting.code() == errc::closed));
}

BOOST_AUTO_TEST_CASE(an_accepted_connection_that_nobody_took_is_closed) {
  auto server = listen();
  auto peer = dial(*server);
  {
    started<ptr<plua::net::connection>> waiting;
    waiting.start(io.get_executor(), accept(*net, server));
    run_until(io, [&] { return waiting.done; });
  }
  char byte = 0;
  BOOST_TEST(::recv(peer.get(), &byte, 1, MSG_DONTWAIT) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
