// SPDX-License-Identifier: MIT
#include "net_fixture.hpp"
#include "slow_names.hpp"
#include <plua/net/resolver.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <condition_variable>
#include <dlfcn.h>
#include <mutex>
#include <netdb.h>
#include <thread>

namespace {

std::mutex gate_mutex;
std::condition_variable gate;
bool gate_open = true;
int gate_waiting = 0;
std::atomic<int> all_lookups = 0;

}  // namespace

extern "C" int getaddrinfo(const char* __restrict host, const char* __restrict service,
                           const addrinfo* __restrict hints, addrinfo** __restrict found) {
  using function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  ++all_lookups;
  const std::string_view name = host ? host : "";
  if (name.ends_with(".slow")) {
    std::unique_lock lock(gate_mutex);
    ++gate_waiting;
    gate.notify_all();
    gate.wait(lock, [] { return gate_open; });
    --gate_waiting;
    gate.notify_all();
  }
  return real(name.ends_with(".slow") || name.ends_with(".fast") ? "127.0.0.1" : host, service, hints, found);
}

namespace plua::testing {

slow_names::slow_names() {
  const std::lock_guard lock(gate_mutex);
  gate_open = false;
}
slow_names::~slow_names() {
  release();
  std::unique_lock lock(gate_mutex);
  gate.wait(lock, [] { return gate_waiting == 0; });
}
void slow_names::release() {
  const std::lock_guard lock(gate_mutex);
  gate_open = true;
  gate.notify_all();
}
int slow_names::waiting() const {
  const std::lock_guard lock(gate_mutex);
  return gate_waiting;
}
int slow_names::lookups() const { return all_lookups; }

}  // namespace plua::testing

namespace {

using endpoints = std::vector<plua::net::tcp::endpoint>;
using plua::errc;
using plua::testing::run_all;
using plua::testing::run_coro;
using plua::testing::run_until;
using plua::testing::slow_names;
using plua::testing::started;

struct fixture : plua::testing::net_fixture {
  slow_names names;

  plua::awaitable<endpoints> resolve(std::string host) { return net->names().resolve(std::move(host), 80); }

  void await_waiting(int count) {
    while (names.waiting() < count) std::this_thread::yield();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(resolver, fixture)

BOOST_AUTO_TEST_CASE(a_numeric_address_is_no_lookup) {
  const int before = names.lookups();
  const endpoints v4 = run_coro(io, resolve("127.0.0.1"));
  const endpoints v6 = run_coro(io, resolve("::1"));
  BOOST_TEST(v4.size() == 1u);
  BOOST_TEST(v6.front().address().is_v6());
  BOOST_TEST(names.lookups() == before);
}

BOOST_AUTO_TEST_CASE(a_name_gives_its_addresses_with_the_port) {
  const endpoints found = run_coro(io, resolve("some.fast"));
  BOOST_TEST(found.front().address().to_string() == "127.0.0.1");
  BOOST_TEST(found.front().port() == 80);
}

BOOST_AUTO_TEST_CASE(a_name_with_a_zero_byte_is_not_found) {
  const std::string name("some.fast\0.evil", 15);
  BOOST_CHECK_EXCEPTION(run_coro(io, resolve(name)), plua::failure, [](const plua::failure& f) {
    return f.operation() == "resolve" && f.code().category() == plua::net::resolver_category();
  });
}

BOOST_AUTO_TEST_CASE(a_slow_name_delays_no_other) {
  started<endpoints> slow[30];
  for (auto& s : slow) s.start(io.get_executor(), resolve("a.slow"));
  BOOST_TEST(run_coro(io, resolve("b.fast")).size() >= 1u);
  for (auto& s : slow) BOOST_TEST(!s.done);
  names.release();
  run_all(io);
  for (auto& s : slow) BOOST_TEST(s.value.has_value());
}

BOOST_AUTO_TEST_CASE(more_lookups_than_threads_wait_for_their_turn) {
  started<endpoints> slow[150];
  for (auto& s : slow) s.start(io.get_executor(), resolve("a.slow"));
  io.restart();
  io.poll();
  await_waiting(64);
  BOOST_TEST(names.waiting() == 64);
  names.release();
  run_all(io);
  for (auto& s : slow) BOOST_TEST(s.value.has_value());
}

BOOST_AUTO_TEST_CASE(a_cancelled_lookup_ends_at_once_and_run_returns) {
  plua::asio::cancellation_signal stop;
  started<endpoints> lookup;
  bool done = false;
  auto note = [&](std::exception_ptr e, endpoints) { done = e != nullptr; };
  plua::asio::co_spawn(io.get_executor(), resolve("a.slow"),
                       plua::asio::bind_cancellation_slot(stop.slot(), note));
  io.restart();
  io.poll();
  await_waiting(1);
  stop.emit(plua::asio::cancellation_type::terminal);
  run_all(io);
  BOOST_TEST(done);
  names.release();
}

BOOST_AUTO_TEST_CASE(a_cancelled_lookup_that_waits_for_a_thread_is_never_made) {
  started<endpoints> slow[64];
  for (auto& s : slow) s.start(io.get_executor(), resolve("a.slow"));
  plua::asio::cancellation_signal stop;
  bool done = false;
  auto note = [&](std::exception_ptr, endpoints) { done = true; };
  plua::asio::co_spawn(io.get_executor(), resolve("queued.slow"),
                       plua::asio::bind_cancellation_slot(stop.slot(), note));
  io.restart();
  io.poll();
  await_waiting(64);
  stop.emit(plua::asio::cancellation_type::terminal);
  run_until(io, [&] { return done; });
  const int before = names.lookups();
  names.release();
  run_all(io);
  BOOST_TEST(names.lookups() == before);
}

BOOST_AUTO_TEST_CASE(shutting_down_cancels_what_runs_and_what_waits) {
  started<endpoints> slow[100];
  for (auto& s : slow) s.start(io.get_executor(), resolve("a.slow"));
  io.restart();
  io.poll();
  net->names().shut_down();
  run_all(io);
  for (auto& s : slow) BOOST_TEST((s.code() == errc::cancelled));
  names.release();
  BOOST_TEST(run_coro(io, resolve("b.fast")).size() >= 1u);
}

BOOST_AUTO_TEST_CASE(the_runtime_may_end_before_the_answer) {
  started<endpoints> slow[100];
  for (auto& s : slow) s.start(io.get_executor(), resolve("a.slow"));
  io.restart();
  io.poll();
  await_waiting(64);
  destroy();
  run_all(io);
  for (auto& s : slow) BOOST_TEST((s.code() == errc::cancelled));
}

BOOST_AUTO_TEST_CASE(the_io_context_may_end_before_the_answer) {
  {
    plua::asio::io_context own(1);
    plua::runtime r(own);
    auto& resolver = r.use<plua::net::network>().names();
    for (int i = 0; i < 3; ++i)
      plua::asio::co_spawn(own.get_executor(), resolver.resolve("a.slow", 80),
                           [](std::exception_ptr, endpoints) {});
    own.poll();
    await_waiting(3);
  }
  names.release();
}

BOOST_AUTO_TEST_CASE(an_answer_that_nobody_has_taken_yet_does_no_harm) {
  started<endpoints> slow;
  slow.start(io.get_executor(), resolve("a.slow"));
  io.restart();
  io.poll();
  await_waiting(1);
  names.release();
  while (names.waiting() > 0) std::this_thread::yield();
  std::this_thread::yield();
  destroy();
  run_all(io);
  BOOST_TEST(slow.done);
}

BOOST_AUTO_TEST_SUITE_END()
