// SPDX-License-Identifier: MIT
#include "net_fixture.hpp"
#include <plua/net/http/pool.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

namespace {

namespace http = plua::net::http;
using http::pool;
using plua::ptr;
using plua::net::deadline;
using plua::net::deadline_after;
using plua::testing::raw_socket;
using plua::testing::run_coro;
using plua::testing::started;

struct fixture : plua::testing::net_fixture {
  http::pool_limits limits;

  ptr<pool> make() { return ptr<pool>(new pool(io.get_executor(), lua->timers(), limits)); }

  pool::lease take(pool& from, std::string key = "a", bool fresh = false) {
    return run_coro(io, from.acquire(std::move(key), deadline(), fresh));
  }

  /// Uses a place with a new connection, whose other end is returned.
  raw_socket use_and_keep(pool& from, std::string key = "a") {
    auto [connection, peer] = link();
    pool::lease place = take(from, std::move(key), true);
    place.set(plua::net::make_stream(*net, connection));
    place.keep();
    return std::move(peer);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_pool, fixture)

BOOST_AUTO_TEST_CASE(a_kept_connection_serves_the_next_of_its_key_only) {
  const ptr<pool> p = make();
  const raw_socket peer = use_and_keep(*p);
  BOOST_TEST(p->idle() == 1u);

  BOOST_TEST(!take(*p, "b").connection());
  pool::lease again = take(*p);
  BOOST_TEST(again.connection());
  BOOST_TEST(again.is_reused());
  BOOST_TEST(p->idle() == 0u);
  BOOST_TEST(p->open() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_not_kept_is_closed) {
  const ptr<pool> p = make();
  {
    auto [connection, peer] = link();
    pool::lease place = take(*p);
    place.set(plua::net::make_stream(*net, connection));
    BOOST_TEST(net->open_connections() == 1u);
  }
  BOOST_TEST(net->open_connections() == 0u);
  BOOST_TEST(p->open() == 0u);
  BOOST_TEST(p->idle() == 0u);
}

BOOST_AUTO_TEST_CASE(a_connection_that_the_peer_ended_or_spoke_on_is_not_used_again) {
  const ptr<pool> p = make();
  raw_socket peer = use_and_keep(*p);
  peer.close();
  BOOST_TEST(!take(*p).connection());

  peer = use_and_keep(*p);
  peer.send("HTTP/1.1 408 Too late\r\n\r\n");
  BOOST_TEST(!take(*p).connection());

  peer = use_and_keep(*p);
  peer.reset();
  BOOST_TEST(!take(*p).connection());
  BOOST_TEST(p->open() == 0u);
}

BOOST_AUTO_TEST_CASE(a_fresh_one_can_be_asked_for) {
  const ptr<pool> p = make();
  const raw_socket peer = use_and_keep(*p);
  BOOST_TEST(!take(*p, "a", true).connection());
}

BOOST_AUTO_TEST_CASE(idle_connections_expire_without_a_timer) {
  limits.idle_seconds = 0;
  const ptr<pool> p = make();
  const raw_socket peer = use_and_keep(*p);
  BOOST_TEST(nothing_left());
  BOOST_TEST(p->idle() == 1u);
  p->close_idle();
  BOOST_TEST(p->open() == 0u);
  BOOST_TEST(net->open_connections() == 0u);
}

BOOST_AUTO_TEST_CASE(whoever_finds_no_place_waits_in_turn) {
  limits.per_host = 1;
  const ptr<pool> p = make();
  auto first = std::make_unique<pool::lease>(take(*p));
  started<pool::lease> second, third, other;
  second.start(io.get_executor(), p->acquire("a", deadline()));
  third.start(io.get_executor(), p->acquire("a", deadline()));
  other.start(io.get_executor(), p->acquire("b", deadline()));
  turns();
  BOOST_TEST(other.done);
  BOOST_TEST(!second.done);

  first.reset();
  turns();
  BOOST_TEST(second.done);
  BOOST_TEST(!third.done);
  second.value.reset();
  turns();
  BOOST_TEST(third.done);
}

BOOST_AUTO_TEST_CASE(a_kept_connection_goes_to_whoever_waits) {
  limits.per_host = 1;
  const ptr<pool> p = make();
  auto [connection, peer] = link();
  auto first = std::make_unique<pool::lease>(take(*p));
  first->set(plua::net::make_stream(*net, connection));
  first->keep();
  started<pool::lease> second;
  second.start(io.get_executor(), p->acquire("a", deadline()));
  turns();

  first.reset();
  turns();
  BOOST_TEST(second.done);
  BOOST_TEST(second.value->is_reused());
}

BOOST_AUTO_TEST_CASE(waiting_ends_at_the_deadline) {
  limits.per_host = 1;
  const ptr<pool> p = make();
  const pool::lease first = take(*p, "http://a:80\nme:secret");
  BOOST_CHECK_EXCEPTION(run_coro(io, p->acquire("http://a:80\nme:secret", deadline_after(0.005))),
                        plua::failure, [](const plua::failure& f) {
                          return f.code() == plua::errc::timeout &&
                                 f.sentence() == "pool http://a:80: timed out";
                        });
}

BOOST_AUTO_TEST_CASE(the_longest_idle_connection_makes_room_for_another_host) {
  limits.total = 2;
  const ptr<pool> p = make();
  const raw_socket one = use_and_keep(*p, "a");
  const raw_socket two = use_and_keep(*p, "b");
  const pool::lease third = take(*p, "c");
  BOOST_TEST(p->open() == 2u);
  BOOST_TEST(p->idle() == 1u);
  BOOST_TEST(take(*p, "b").is_reused());
}

BOOST_AUTO_TEST_CASE(the_total_counts_for_all_hosts) {
  limits.total = 1;
  const ptr<pool> p = make();
  auto first = std::make_unique<pool::lease>(take(*p, "a"));
  started<pool::lease> second;
  second.start(io.get_executor(), p->acquire("b", deadline()));
  turns();
  BOOST_TEST(!second.done);
  first.reset();
  turns();
  BOOST_TEST(second.done);
}

BOOST_AUTO_TEST_SUITE_END()
