// SPDX-License-Identifier: MIT
#include "net_fixture.hpp"
#include "slow_names.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using plua::errc;
using plua::ptr;
using plua::net::connection;
using plua::testing::run_all;
using plua::testing::run_coro;
using plua::testing::started;

struct fixture : plua::testing::net_fixture {
  ptr<plua::net::listener> server = listen();
  std::uint16_t port = static_cast<std::uint16_t>(server->local().port);

  plua::awaitable<ptr<connection>> connect(std::string host, std::optional<double> timeout = {}) {
    return plua::net::connect(*net, std::move(host), port, timeout);
  }
};

}  // namespace

namespace net_test {  // a suite is a namespace, and the C library has a function of this name

BOOST_FIXTURE_TEST_SUITE(connect, fixture)

BOOST_AUTO_TEST_CASE(by_address_and_by_name) {
  plua::testing::slow_names names;
  for (const char* host : {"127.0.0.1", "some.fast", "localhost"}) {
    auto c = run_coro(io, connect(host));
    BOOST_TEST(c->remote().port == port);
    BOOST_TEST(c->is_open());
  }
  auto c = run_coro(io, connect("127.0.0.1", 5.0));
  BOOST_TEST(c->remote().host == "127.0.0.1");
  BOOST_TEST(nothing_left());
}

BOOST_AUTO_TEST_CASE(refusal_is_a_failure_with_the_address) {
  server->close();
  for (std::optional<double> limit : {std::optional<double>(), std::optional(5.0)})
    BOOST_CHECK_EXCEPTION(run_coro(io, connect("127.0.0.1", limit)), plua::failure,
                          [&](const plua::failure& f) {
                            return plua::symbol(f.code()) == "ECONNREFUSED" && f.operation() == "connect" &&
                                   f.address() == "127.0.0.1:" + std::to_string(port);
                          });
}

BOOST_AUTO_TEST_CASE(the_limit_covers_the_lookup) {
  plua::testing::slow_names names;
  started<ptr<connection>> connecting;
  connecting.start(io.get_executor(), connect("a.slow", 0.01));
  run_all(io);
  BOOST_TEST((connecting.code() == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_limit_that_is_not_reached_keeps_nothing_alive) {
  run_coro(io, connect("127.0.0.1", 3600.0));
  BOOST_TEST(nothing_left());
}

BOOST_AUTO_TEST_CASE(cancelling_after_each_number_of_turns) {
  plua::testing::slow_names names;
  for (std::optional<double> limit : {std::optional<double>(), std::optional(5.0)})
    for (const char* host : {"127.0.0.1", "some.fast", "a.slow"})
      for (int turns = 0; turns < 12; ++turns) {
        plua::asio::cancellation_signal stop;
        bool done = false;
        auto note = [&](std::exception_ptr, ptr<connection>) { done = true; };
        plua::asio::co_spawn(io.get_executor(), connect(host, limit),
                             plua::asio::bind_cancellation_slot(stop.slot(), note));
        io.restart();
        for (int i = 0; i < turns; ++i) io.poll_one();
        stop.emit(plua::asio::cancellation_type::terminal);
        run_all(io);
        BOOST_TEST(done);
      }
  BOOST_TEST(net->open_connections() == 0u);
}

BOOST_AUTO_TEST_CASE(listening_by_name_and_on_every_address) {
  auto by_name = run_coro(io, plua::net::listen(*net, "localhost", 0));
  BOOST_TEST(by_name->local().port > 0);
  auto everywhere = run_coro(io, plua::net::listen(*net, "", 0));
  BOOST_TEST(everywhere->local().host == "0.0.0.0");
  BOOST_CHECK_THROW(run_coro(io, plua::net::listen(*net, "127.0.0.1", port)), plua::failure);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace net_test
