// SPDX-License-Identifier: MIT
#include "net_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using plua::errc;
using plua::ptr;
using plua::net::read_format;
using plua::testing::run_all;
using plua::testing::run_coro;
using plua::testing::run_until;
using plua::testing::started;
using kind = read_format::kind;

constexpr read_format line{kind::line};
constexpr read_format all{kind::all};

struct fixture : plua::testing::net_fixture {
  plua::awaitable<std::string> some_lines(ptr<plua::net::connection> from, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      const std::string next = co_await plua::testing::read(*net, from, line);
      text += next + "|";
    }
    co_return text;
  }
};

struct note_end : plua::net::connection_owner {
  int count = 0;
  void connection_ended(plua::net::connection&) noexcept override { ++count; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(connection, fixture)

BOOST_AUTO_TEST_CASE(a_coroutine_reads_and_writes) {
  auto [c, peer] = link();
  BOOST_TEST(run_coro(io, plua::testing::write(*net, c, "hello")) == 5u);
  BOOST_TEST(peer.receive() == "hello");
  peer.send("line\nrest");
  BOOST_TEST(run_coro(io, plua::testing::read(*net, c, line)) == "line");
  BOOST_TEST(c->buffered() == 4u);
  BOOST_TEST(c->bytes_received() == 9u);
  BOOST_TEST(c->bytes_sent() == 5u);
}

BOOST_AUTO_TEST_CASE(a_failure_has_operation_and_address) {
  auto [c, peer] = link();
  peer.close();
  BOOST_CHECK_EXCEPTION(
      run_coro(io, plua::testing::read(*net, c)), plua::failure, [](const plua::failure& f) {
        return f.code() == errc::eof && f.operation() == "read" && f.address() == "192.0.2.1:2";
      });
  BOOST_CHECK_THROW(run_coro(io, plua::testing::write(*net, c, "x")), plua::failure);
}

BOOST_AUTO_TEST_CASE(run_returns_when_a_read_has_its_data) {
  auto [c, peer] = link();
  started<std::string> reading;
  reading.start(io.get_executor(), plua::testing::read(*net, c, line));
  turns();
  peer.send("x\n");
  run_all(io);
  BOOST_TEST(reading.done);
}

BOOST_AUTO_TEST_CASE(run_returns_when_the_read_times_out) {
  auto [c, peer] = link();
  started<std::string> reading;
  reading.start(io.get_executor(), plua::testing::read(*net, c, line, 0.005));
  run_all(io);
  BOOST_TEST((reading.code() == errc::timeout));
}

BOOST_AUTO_TEST_CASE(run_returns_when_the_read_is_cancelled) {
  auto [c, peer] = link();
  plua::asio::cancellation_signal stop;
  bool done = false;
  plua::asio::co_spawn(
      io.get_executor(), plua::testing::read(*net, c, line),
      plua::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr, std::string) { done = true; }));
  turns();
  stop.emit(plua::asio::cancellation_type::terminal);
  run_all(io);
  BOOST_TEST(done);
}

BOOST_AUTO_TEST_CASE(run_returns_when_a_reader_asked_again_and_was_served_in_the_same_turn) {
  auto [c, peer] = link();
  started<std::string> first, second;
  first.start(io.get_executor(), some_lines(c, 2));
  second.start(io.get_executor(), some_lines(c, 1));
  turns();
  peer.send("a\nb\nc\n");
  BOOST_TEST(nothing_left());
  BOOST_TEST(first.value.value() == "a|c|");
  BOOST_TEST(second.value.value() == "b|");
}

BOOST_AUTO_TEST_CASE(a_withdrawn_read_does_not_disturb_a_write_that_waits) {
  auto [c, peer] = link();
  const std::string big(4 * 1024 * 1024, 'x');
  started<std::size_t> writing;
  started<std::string> reading;
  writing.start(io.get_executor(), plua::testing::write(*net, c, big));
  reading.start(io.get_executor(), plua::testing::read(*net, c, line, 0.005));
  run_until(io, [&] { return reading.done; });
  BOOST_TEST(!writing.done);
  std::size_t received = 0;
  while (received < big.size()) {
    received += peer.receive().size();
    io.restart();
    io.poll();
  }
  run_until(io, [&] { return writing.done; });
  BOOST_TEST(writing.value.value() == big.size());
  BOOST_TEST(nothing_left());
}

BOOST_AUTO_TEST_CASE(a_read_that_gives_up_hands_its_bytes_to_the_next) {
  auto [c, peer] = link();
  started<std::string> first, second;
  first.start(io.get_executor(), plua::testing::read(*net, c, line, 0.02));
  second.start(io.get_executor(), plua::testing::read(*net, c));
  turns();
  peer.send("no end");
  run_until(io, [&] { return first.done && second.done; });
  BOOST_TEST((first.code() == errc::timeout));
  BOOST_TEST(second.value.value() == "no end");
}

BOOST_AUTO_TEST_CASE(a_zero_timeout_takes_what_the_socket_holds) {
  auto [c, peer] = link();
  BOOST_CHECK_THROW(run_coro(io, plua::testing::read(*net, c, line, 0)), plua::failure);
  peer.send("now\n");
  BOOST_TEST(run_coro(io, plua::testing::read(*net, c, line, 0)) == "now");
  peer.send("all");
  peer.close();
  BOOST_TEST(run_coro(io, plua::testing::read(*net, c, all, 0)) == "all");
}

BOOST_AUTO_TEST_CASE(the_timeout_of_the_connection_holds_unless_the_operation_has_its_own) {
  auto [c, peer] = link();
  c->set_timeout(0.005);
  started<std::string> reading;
  reading.start(io.get_executor(), plua::testing::read(*net, c, line));
  run_all(io);
  BOOST_TEST((reading.code() == errc::timeout));
  started<std::string> patient;
  patient.start(io.get_executor(), plua::testing::read(*net, c, line, 60));
  plua::testing::run_coro(io, [](fixture& f) -> plua::awaitable<void> {
    plua::asio::steady_timer later(f.io, std::chrono::milliseconds(20));
    co_await later.async_wait(plua::asio::use_awaitable_t<plua::executor>());
  }(*this));
  BOOST_TEST(!patient.done);
  peer.send("\n");
  run_all(io);
  BOOST_TEST(patient.value.has_value());
}

BOOST_AUTO_TEST_CASE(close_ends_all_that_waits) {
  auto [c, peer] = link();
  started<std::string> readers[3];
  started<std::size_t> writers[2];
  const std::string big(4 * 1024 * 1024, 'x');
  for (auto& r : readers) r.start(io.get_executor(), plua::testing::read(*net, c, line));
  for (auto& w : writers) w.start(io.get_executor(), plua::testing::write(*net, c, big));
  turns();
  c->close();
  c->close();
  run_all(io);
  for (auto& r : readers) BOOST_TEST((r.code() == errc::closed));
  for (auto& w : writers) BOOST_TEST((w.code() == errc::closed));
  BOOST_TEST(!c->is_open());
}

BOOST_AUTO_TEST_CASE(a_watched_connection_tells_its_end_once) {
  for (int cause = 0; cause < 3; ++cause) {
    auto [c, peer] = link();
    note_end owner;
    c->watch(&owner);
    turns();
    BOOST_TEST(owner.count == 0);
    if (cause == 0) peer.close();
    if (cause == 1) c->close();
    if (cause == 2) {
      started<std::string> reading;
      reading.start(io.get_executor(), plua::testing::read(*net, c));
      turns();
      peer.close();
      turns();
      BOOST_TEST((reading.code() == errc::eof));
    }
    turns();
    c->close();
    turns();
    BOOST_TEST(owner.count == 1);
  }
}

BOOST_AUTO_TEST_CASE(the_end_is_told_after_the_last_byte_was_read) {
  auto [c, peer] = link();
  note_end owner;
  c->watch(&owner);
  peer.send("abc");
  peer.close();
  turns();
  BOOST_TEST(owner.count == 0);
  const read_format two{kind::exactly, 2};
  BOOST_TEST(run_coro(io, plua::testing::read(*net, c, two)) == "ab");
  BOOST_TEST(owner.count == 0);
  BOOST_TEST(run_coro(io, plua::testing::read(*net, c)) == "c");
  BOOST_TEST(owner.count == 1);
}

BOOST_AUTO_TEST_CASE(a_disowned_connection_tells_nobody) {
  auto [c, peer] = link();
  note_end owner;
  c->watch(&owner);
  turns();
  c->disown();
  peer.close();
  turns();
  c->close();
  BOOST_TEST(owner.count == 0);
}

BOOST_AUTO_TEST_CASE(reading_ahead_for_nobody_is_bounded) {
  auto [c, peer] = link();
  note_end owner;
  c->watch(&owner);
  const std::string chunk(32 * 1024, 'x');
  std::size_t sent = 0;
  for (int idle = 0; idle < 3;) {
    const ssize_t n = ::send(peer.get(), chunk.data(), chunk.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) sent += static_cast<std::size_t>(n);
    idle = n > 0 ? 0 : idle + 1;
    io.restart();
    io.poll();
    BOOST_REQUIRE(sent < 64u * 1024 * 1024);
  }
  BOOST_TEST(c->buffered() <= 128u * 1024);
  peer.end_of_sending();
  std::string got = run_coro(io, plua::testing::read(*net, c, all));
  BOOST_TEST(got.size() == sent);
}

BOOST_AUTO_TEST_CASE(a_connection_lives_as_long_as_an_operation_uses_it) {
  auto [c, peer] = link();
  started<std::string> reading;
  reading.start(io.get_executor(), plua::testing::read(*net, c, line));
  turns();
  c.reset();
  peer.send("here\n");
  run_all(io);
  BOOST_TEST(reading.value.value() == "here");
}

BOOST_AUTO_TEST_CASE(a_forgotten_connection_closes_its_socket) {
  auto [c, peer] = link();
  turns();
  c.reset();
  char byte = 0;
  BOOST_TEST(::recv(peer.get(), &byte, 1, MSG_DONTWAIT) == 0);
  BOOST_TEST(net->open_connections() == 0u);
}

BOOST_AUTO_TEST_CASE(shutting_down_the_network_closes_everything) {
  auto [a, a_peer] = link();
  auto [b, b_peer] = link();
  BOOST_TEST(net->open_connections() == 2u);
  net->shut_down();
  BOOST_TEST(!a->is_open());
  BOOST_TEST(!b->is_open());
  BOOST_TEST(net->open_connections() == 0u);
  BOOST_TEST(a->label() == "192.0.2.1:2, closed");
}

BOOST_AUTO_TEST_SUITE_END()
