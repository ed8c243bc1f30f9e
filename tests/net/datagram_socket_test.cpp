// SPDX-License-Identifier: MIT
#include "net_fixture.hpp"
#include "slow_names.hpp"
#include <plua/net/open_datagram_socket.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using plua::errc;
using plua::ptr;
using plua::net::datagram;
using plua::net::datagram_socket;
using plua::net::named_address;
using plua::testing::raw_socket;
using plua::testing::run_all;
using plua::testing::run_coro;
using plua::testing::run_until;
using plua::testing::started;

const plua::asio::ip::address_v4 loopback = plua::asio::ip::address_v4::loopback();

struct fixture : plua::testing::net_fixture {
  ptr<datagram_socket> bound(const char* host = "127.0.0.1") {
    const plua::net::socket_address any(plua::asio::ip::make_address(host), 0);
    return ptr<datagram_socket>(new datagram_socket(*net, plua::net::datagram_setup{any}));
  }

  ptr<datagram_socket> connected_to(std::int64_t port) {
    const plua::net::socket_address peer(loopback, static_cast<std::uint16_t>(port));
    return ptr<datagram_socket>(new datagram_socket(*net, plua::net::datagram_setup{std::nullopt, peer}));
  }

  // A socket whose system buffers are few and small, and its other end.
  std::pair<ptr<datagram_socket>, raw_socket> narrow() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::runtime_error("no socket pair");
    const int little = 1;
    ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &little, sizeof(little));
    return {ptr<datagram_socket>(new datagram_socket(*net, ends[0])), raw_socket(ends[1])};
  }

  plua::awaitable<datagram> receive(ptr<datagram_socket> from, std::optional<double> timeout = {},
                                    std::size_t most = plua::net::receive_operation::no_limit) {
    return plua::testing::perform<plua::net::owned_receive_operation>(*net, std::move(from), most, timeout);
  }

  plua::awaitable<std::size_t> send(ptr<datagram_socket> from, std::string data) {
    return plua::testing::perform<plua::net::counted_send_operation>(*net, std::move(from), std::move(data));
  }

  plua::awaitable<std::size_t> send_to(ptr<datagram_socket> from, std::string data, std::string host,
                                       std::int64_t port) {
    return plua::testing::perform<plua::net::counted_send_operation>(
        *net, std::move(from), std::move(data), std::move(host), static_cast<std::uint16_t>(port));
  }

  // Sends from a plain socket, which the loop need not run for.
  static void throw_at(const datagram_socket& to, std::string_view data) {
    const raw_socket from(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const plua::net::socket_address at(loopback, static_cast<std::uint16_t>(to.local().port));
    if (::sendto(from.get(), data.data(), data.size(), 0, at.data(), static_cast<socklen_t>(at.size())) < 0)
      throw std::runtime_error("the test cannot send");
  }

  // A port of the loopback interface that nobody is bound to.
  std::int64_t free_port() {
    const auto s = bound();
    const std::int64_t port = s->local().port;
    s->close();
    return port;
  }

  std::string text_of(ptr<datagram_socket> from) { return run_coro(io, receive(std::move(from), 5)).data; }
};

// Fills the buffer of a narrow socket after a few.
std::string large(int number) { return std::string(1500, 'x') + std::to_string(number); }

bool has_ipv6() {
  const raw_socket s(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const plua::net::socket_address at(plua::asio::ip::address_v6::loopback(), 0);
  return s.get() >= 0 && ::bind(s.get(), at.data(), static_cast<socklen_t>(at.size())) == 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(datagram_socket, fixture)

// ---------------------------------------------------------------- sending and receiving

BOOST_AUTO_TEST_CASE(a_datagram_goes_from_one_socket_to_another_and_back) {
  auto a = bound(), b = bound();
  BOOST_TEST(run_coro(io, send_to(a, "ping", "127.0.0.1", b->local().port)) == 4u);
  const datagram got = run_coro(io, receive(b));
  BOOST_TEST(got.data == "ping");
  BOOST_TEST(got.from.host == "127.0.0.1");
  BOOST_TEST(got.from.port == a->local().port);
  run_coro(io, send_to(b, "pong", got.from.host, got.from.port));
  BOOST_TEST(text_of(a) == "pong");
}

BOOST_AUTO_TEST_CASE(datagrams_wait_in_their_order_from_the_moment_the_socket_exists) {
  auto s = bound();
  for (const char* text : {"1", "2", "", "4"}) throw_at(*s, text);
  for (const char* text : {"1", "2", "", "4"}) BOOST_TEST(text_of(s) == text);
}

BOOST_AUTO_TEST_CASE(receivers_are_served_in_order) {
  auto s = bound();
  started<datagram> waiting[4];
  for (auto& w : waiting) w.start(io.get_executor(), receive(s));
  turns();
  for (const char* text : {"a", "b", "c", "d"}) throw_at(*s, text);
  run_until(io, [&] { return waiting[3].done; });
  const char* expected[] = {"a", "b", "c", "d"};
  for (int i = 0; i < 4; ++i) BOOST_TEST(waiting[i].value->data == expected[i]);
  BOOST_TEST(nothing_left());
}

BOOST_AUTO_TEST_CASE(a_limit_cuts_one_datagram_and_leaves_the_next) {
  auto s = bound();
  throw_at(*s, "abcdef");
  throw_at(*s, "gh");
  BOOST_TEST(run_coro(io, receive(s, {}, 3)).data == "abc");
  BOOST_TEST(run_coro(io, receive(s, {}, 0)).data == "");
  throw_at(*s, "ij");
  BOOST_TEST(text_of(s) == "ij");
}

BOOST_AUTO_TEST_CASE(the_largest_datagram_arrives_whole_and_a_larger_one_is_refused) {
  auto a = bound(), b = bound();
  const std::string largest(65507, 'x');
  BOOST_TEST(run_coro(io, send_to(a, largest, "127.0.0.1", b->local().port)) == largest.size());
  BOOST_TEST(text_of(b) == largest);
  started<std::size_t> refused;
  refused.start(io.get_executor(), send_to(a, largest + "x", "127.0.0.1", b->local().port));
  run_all(io);
  BOOST_TEST((refused.code() == boost::system::errc::message_size));
}

BOOST_AUTO_TEST_CASE(when_the_queue_is_full_the_newest_are_lost_and_the_socket_goes_on) {
  auto s = bound();
  for (int i = 0; i < 20000; ++i) throw_at(*s, std::to_string(i));
  int kept = 0;
  for (;; ++kept) {
    started<datagram> next;
    next.start(io.get_executor(), receive(s, 0));
    run_until(io, [&] { return next.done; });
    if (next.error) break;
    BOOST_REQUIRE(next.value->data == std::to_string(kept));
  }
  BOOST_TEST(kept >= 200);
  BOOST_TEST(kept < 20000);
  throw_at(*s, "after");
  BOOST_TEST(text_of(s) == "after");
}

BOOST_AUTO_TEST_CASE(sends_wait_for_room_in_their_order) {
  auto [s, peer] = narrow();
  started<std::size_t> waiting[40];
  for (int i = 0; i < 40; ++i) waiting[i].start(io.get_executor(), send(s, large(i)));
  turns();
  BOOST_TEST(!waiting[39].done);
  for (int i = 0; i < 40; ++i) {
    std::string got = peer.receive();
    if (got.empty()) {
      turns();
      got = peer.receive();
    }
    BOOST_TEST(got == large(i));
  }
  run_until(io, [&] { return waiting[39].done; });
  BOOST_TEST(nothing_left());
}

// ---------------------------------------------------------------- addresses

BOOST_AUTO_TEST_CASE(a_socket_of_every_address_reaches_both_families) {
  auto s = plua::net::open_datagram_socket(*net, false);
  auto v4 = bound();
  run_coro(io, send_to(s, "four", "127.0.0.1", v4->local().port));
  const datagram got = run_coro(io, receive(v4, 5));
  BOOST_TEST(got.from.host == "127.0.0.1");
  run_coro(io, send_to(v4, "back", "127.0.0.1", s->local().port));
  BOOST_TEST(run_coro(io, receive(s, 5)).from.host == "127.0.0.1");
  if (!has_ipv6()) return;
  auto v6 = bound("::1");
  run_coro(io, send_to(s, "six", "::1", v6->local().port));
  BOOST_TEST(run_coro(io, receive(v6, 5)).from.host == "::1");
}

BOOST_AUTO_TEST_CASE(an_address_of_the_other_family_is_refused) {
  auto s = bound();
  started<std::size_t> refused;
  refused.start(io.get_executor(), send_to(s, "x", "::1", 9));
  run_all(io);
  BOOST_TEST((refused.code() == boost::system::errc::address_family_not_supported));
}

BOOST_AUTO_TEST_CASE(a_socket_with_a_peer_hears_and_sends_to_that_one_only) {
  auto server = bound(), other = bound();
  auto s = connected_to(server->local().port);
  throw_at(*s, "from a stranger");
  run_coro(io, send(s, "hello"));
  const datagram got = run_coro(io, receive(server, 5));
  run_coro(io, send_to(server, "answer", got.from.host, got.from.port));
  BOOST_TEST(text_of(s) == "answer");
  BOOST_TEST(run_coro(io, send_to(s, "by name", "localhost", server->local().port)) == 7u);
  started<std::size_t> refused;
  refused.start(io.get_executor(), send_to(s, "x", "127.0.0.1", other->local().port));
  run_all(io);
  BOOST_TEST((refused.code() == boost::system::errc::already_connected));
  BOOST_TEST(s->label() == plua::net::to_string(s->local()) + " to " + plua::net::to_string(server->local()));
}

BOOST_AUTO_TEST_CASE(without_a_peer_there_must_be_an_address) {
  auto s = bound();
  started<std::size_t> refused;
  refused.start(io.get_executor(), send(s, "x"));
  run_all(io);
  BOOST_TEST((refused.code() == boost::system::errc::destination_address_required));
}

BOOST_AUTO_TEST_CASE(opening_by_name) {
  named_address server_place{"localhost", 0};
  auto server = run_coro(io, plua::net::open_datagram_socket(*net, server_place, std::nullopt, false));
  named_address peer{"localhost", static_cast<std::uint16_t>(server->local().port)};
  auto s = run_coro(io, plua::net::open_datagram_socket(*net, std::nullopt, peer, false));
  run_coro(io, send(s, "x"));
  BOOST_TEST(text_of(server) == "x");
  BOOST_CHECK_EXCEPTION(run_coro(io, plua::net::open_datagram_socket(*net, peer, std::nullopt, false)),
                        plua::failure, [](const plua::failure& f) { return f.operation() == "bind"; });
}

// ---------------------------------------------------------------- ICMP errors

BOOST_AUTO_TEST_CASE(a_refusal_ends_the_receive_that_waits_and_the_socket_goes_on) {
  auto s = connected_to(free_port());
  started<datagram> waiting;
  waiting.start(io.get_executor(), receive(s, 5));
  turns();
  run_coro(io, send(s, "anybody?"));
  run_until(io, [&] { return waiting.done; });
  BOOST_TEST((waiting.code() == boost::system::errc::connection_refused));
  BOOST_TEST(s->is_open());
  started<datagram> again;
  again.start(io.get_executor(), receive(s, 0.005));
  run_all(io);
  BOOST_TEST((again.code() == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_kept_for_the_next_operation) {
  auto s = connected_to(free_port());
  run_coro(io, send(s, "anybody?"));
  started<datagram> next;
  next.start(io.get_executor(), receive(s, 5));
  run_all(io);
  BOOST_TEST((next.code() == boost::system::errc::connection_refused));
}

// ---------------------------------------------------------------- limits of time, cancelling, closing

BOOST_AUTO_TEST_CASE(run_returns_when_a_receive_times_out) {
  auto s = bound();
  started<datagram> waiting;
  waiting.start(io.get_executor(), receive(s, 0.005));
  run_all(io);
  BOOST_TEST((waiting.code() == errc::timeout));
}

BOOST_AUTO_TEST_CASE(the_limit_of_the_socket_holds_for_receives_and_sends) {
  auto [s, peer] = narrow();
  s->set_timeout(0.005);
  started<datagram> waiting;
  waiting.start(io.get_executor(), receive(s));
  started<std::size_t> sends[40];
  for (auto& each : sends) each.start(io.get_executor(), send(s, large(0)));
  run_all(io);
  BOOST_TEST((waiting.code() == errc::timeout));
  BOOST_TEST((sends[39].code() == errc::timeout));
}

BOOST_AUTO_TEST_CASE(an_idle_socket_does_not_keep_run_from_returning) {
  auto s = bound();
  throw_at(*s, "unread");
  BOOST_TEST(nothing_left());
  BOOST_TEST(text_of(s) == "unread");
}

// When the datagram has been handed over already, a cancelled coroutine of Asio loses its result: for tasks
// see the next case.
BOOST_AUTO_TEST_CASE(a_receive_cancelled_at_any_point_loses_nothing) {
  for (const bool there_before : {false, true})
    for (int when = 1; when < 8; ++when) {
      auto s = bound();
      plua::asio::cancellation_signal cancel;
      bool done = false;
      auto note = [&](std::exception_ptr, const datagram&) { done = true; };
      plua::asio::co_spawn(io.get_executor(), receive(s, 5),
                           plua::asio::bind_cancellation_slot(cancel.slot(), note));
      io.restart();
      for (int i = 0; i < when; ++i) io.poll_one();
      if (there_before) throw_at(*s, "kept");
      cancel.emit(plua::asio::cancellation_type::terminal);
      run_until(io, [&] { return done; });
      if (!there_before) throw_at(*s, "kept");
      BOOST_TEST(text_of(s) == "kept");
    }
}

BOOST_AUTO_TEST_CASE(the_next_receiver_gets_what_a_postponed_and_cancelled_one_held) {
  // The seventeenth receive of a slice is put off with its datagram in hand.
  const std::string got = result_of(R"(
    local net = require "net"
    local socket = assert(net.udp { port = 0 })
    local host, port = socket:local_address()
    for i = 1, 40 do socket:send_to("datagram " .. i, host, port) end
    local taken = 0
    local greedy = task.spawn(function()
      while true do
        socket:receive()
        taken = taken + 1
      end
    end)
    repeat task.yield() until taken > 0
    local before = taken
    greedy:cancel()
    pcall(greedy.join, greedy)
    local rest = 0
    socket:set_timeout(0)
    local order = taken
    result = "in order"
    while true do
      local data = socket:receive()
      if not data then break end
      order = order + 1
      if data ~= "datagram " .. order then result = data .. " instead of " .. order end
    end
    if order ~= 40 then result = "lost after " .. order end
    socket:close()
  )");
  BOOST_TEST(got == "in order");
}

BOOST_AUTO_TEST_CASE(close_ends_all_that_waits) {
  auto [s, peer] = narrow();
  started<datagram> receives[3];
  started<std::size_t> sends[40];
  for (auto& each : receives) each.start(io.get_executor(), receive(s));
  for (auto& each : sends) each.start(io.get_executor(), send(s, large(0)));
  turns();
  s->close();
  s->close();
  run_all(io);
  for (auto& each : receives) BOOST_TEST((each.code() == errc::closed));
  BOOST_TEST((sends[39].code() == errc::closed));
  BOOST_TEST(s->label() == "closed");
  started<datagram> late;
  late.start(io.get_executor(), receive(s));
  run_all(io);
  BOOST_TEST((late.code() == errc::closed));
}

BOOST_AUTO_TEST_CASE(close_ends_a_send_whose_address_is_still_looked_up) {
  const plua::testing::slow_names names;
  auto s = bound();
  started<std::size_t> waiting;
  waiting.start(io.get_executor(), send_to(s, "x", "a.slow", 9));
  turns();
  BOOST_TEST(!waiting.done);
  s->close();
  run_until(io, [&] { return waiting.done; });
  BOOST_TEST((waiting.code() == errc::closed));
}

// ---------------------------------------------------------------- the end of the runtime

BOOST_AUTO_TEST_CASE(the_runtime_ends_with_operations_in_flight) {
  const plua::testing::slow_names names;
  start(R"(
    local net = require "net"
    local socket = assert(net.udp { port = 0 })
    local host, port = socket:local_address()
    local other = assert(net.udp { peer_host = host, peer_port = port })
    for i = 1, 3 do
      task.spawn(socket.receive, socket)
      task.spawn(other.receive, other, 10)
      task.spawn(other.send_to, other, "x", "a.slow", 9)
      socket:receive(print)
    end
    task.spawn(net.udp, { host = "b.slow", port = 0 })
    local ok, id = _PY.udp_bind(host, 0)
    _PY.udp_receive(id, print)
    _PY.udp_read(id, 10, print)
    _PY.udp_send_to(id, "x", "c.slow", 9, print)
    socket:receive()
  )");
  destroy();
  run_all(io);
  BOOST_TEST(reports.empty());
}

BOOST_AUTO_TEST_SUITE_END()
