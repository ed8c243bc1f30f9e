// SPDX-License-Identifier: MIT
// The client from C++, and runtimes that end in the middle of a request.
#include "net_fixture.hpp"
#include <plua/net/http/client.hpp>
#include <plua/net/http/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace {

namespace http = plua::net::http;
using plua::ptr;
using plua::net::connection;
using plua::testing::raw_socket;
using plua::testing::run_all;
using plua::testing::run_coro;
using plua::testing::run_until;
using plua::testing::started;

struct fixture : plua::testing::net_fixture {
  http::client* client = &lua->use<http::client>();
  ptr<plua::net::listener> server = listen();

  std::string url(const std::string& scheme = "http") {
    return scheme + "://127.0.0.1:" + std::to_string(server->local().port) + "/";
  }
  http::request request() {
    http::request r;
    r.url = url();
    return r;
  }
  ptr<connection> accepted() { return run_coro(io, plua::testing::accept(*net, server)); }
  std::string head(const ptr<connection>& from) {
    const plua::net::read_format until{plua::net::read_format::kind::until, 10000, "\r\n\r\n"};
    return run_coro(io, plua::testing::read(*net, from, until));
  }
  void say(const ptr<connection>& to, std::string_view text) {
    run_coro(io, plua::testing::write(*net, to, text));
  }
  void end_with(const std::string& source) {
    start("local http = require 'http' local url = '" + url() + "' local secure = '" + url("https") + "' " +
          source);
    server->close();
    destroy();
    run_all(io);
    BOOST_TEST(reports.empty());
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_client, fixture)

BOOST_AUTO_TEST_CASE(a_coroutine_fetches_and_the_connection_is_kept) {
  started<http::response> asking;
  asking.start(io.get_executor(), http::fetch(*client, request()));
  const ptr<connection> peer = accepted();
  BOOST_TEST(head(peer).starts_with("GET / HTTP/1.1\r\n"));
  say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  run_until(io, [&] { return asking.done; });

  BOOST_TEST(asking.value->body == "hello");
  BOOST_TEST(client->connections().idle() == 1u);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_does_not_keep_the_loop_running) {
  started<http::response> asking;
  asking.start(io.get_executor(), http::fetch(*client, request()));
  const ptr<connection> peer = accepted();
  head(peer);
  say(peer, "HTTP/1.1 204 X\r\n\r\n");
  run_all(io);
  BOOST_TEST(asking.done);
  BOOST_TEST(client->connections().idle() == 1u);

  client->shut_down();
  BOOST_TEST(client->connections().open() == 0u);
}

BOOST_AUTO_TEST_CASE(a_request_can_be_cancelled_wherever_it_waits) {
  for (int stage = 0; stage < 4; ++stage) {
    boost::asio::cancellation_signal signal;
    bool done = false;
    std::exception_ptr error;
    auto note = [&](std::exception_ptr e, const http::response&) {
      done = true;
      error = e;
    };
    boost::asio::co_spawn(io.get_executor(), http::fetch(*client, request()),
                          boost::asio::bind_cancellation_slot(signal.slot(), note));
    ptr<connection> peer;
    if (stage > 0) peer = accepted();
    if (stage > 1) head(peer);
    if (stage > 2) say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    turns();
    signal.emit(boost::asio::cancellation_type::terminal);
    run_until(io, [&] { return done; });

    BOOST_TEST((error != nullptr));
    BOOST_TEST(client->connections().open() == 0u);
    if (!peer) accepted();
  }
}

BOOST_AUTO_TEST_CASE(a_runtime_may_end_before_the_answer) {
  end_with("task.spawn(http.get, url) http.get(url)");
}

BOOST_AUTO_TEST_CASE(a_runtime_may_end_in_a_handshake) {
  end_with("task.spawn(http.get, secure) http.get(secure)");
}

BOOST_AUTO_TEST_CASE(a_runtime_may_end_with_callbacks_pending) {
  end_with(
      "_PY.http_request_async(url, print) _PY.http_request_async(secure, print) http.get(url, {timeout = "
      "60}, print)");
}

BOOST_AUTO_TEST_CASE(a_runtime_may_end_with_requests_that_wait_for_a_place) {
  end_with("for i = 1, 150 do task.spawn(http.get, url) end http.get(url)");
}

BOOST_AUTO_TEST_CASE(the_io_context_may_end_first) {
  start("local http = require 'http' for i = 1, 120 do task.spawn(http.get, '" + url() + "') end");
  destroy();
}

BOOST_AUTO_TEST_SUITE_END()
