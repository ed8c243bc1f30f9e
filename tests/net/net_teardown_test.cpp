// SPDX-License-Identifier: MIT
// A runtime that ends while network operations are in flight; then what is left in the io_context runs, or
// does not.
#include "net_fixture.hpp"
#include "slow_names.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using plua::testing::run_all;

struct fixture : plua::testing::net_fixture {
  plua::testing::slow_names names;

  void end_with(const std::string& source) {
    start("local net = require 'net' " + source);
    destroy();
    run_all(io);
    BOOST_TEST(reports.empty());
  }
};

const char* const link_up =
    "server = assert(net.listen{port = 0}) _, port = server:address() "
    "near = assert(net.connect{host = '127.0.0.1', port = port}) far = assert(server:accept_one()) ";

const char* const everything =
    "local big = ('x'):rep(1 << 22) "
    "for i = 1, 3 do task.spawn(near.read, near) task.spawn(near.read, near, 'a') end "
    "for i = 1, 3 do task.spawn(far.write, far, big) end "
    "for i = 1, 3 do task.spawn(server.accept_one, server) task.spawn(server.accept_one, server, 60) end "
    "for i = 1, 5 do task.spawn(net.connect, {host = 'a.slow', port = port}) end "
    "task.spawn(net.connect, {host = 'b.slow', port = port, timeout = 60}) "
    "near:read('until', 'never', function() end) ";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(net_teardown, fixture)

BOOST_AUTO_TEST_CASE(with_reads) {
  end_with(std::string(link_up) +
           "far:set_timeout(60) for i = 1, 3 do task.spawn(far.read, far) end near:read('a')");
}

BOOST_AUTO_TEST_CASE(with_writes) {
  end_with(std::string(link_up) +
           "for i = 1, 3 do task.spawn(far.write, far, ('x'):rep(1 << 22)) end near:read('a')");
}

BOOST_AUTO_TEST_CASE(with_accepts) {
  end_with(
      "server = net.listen{port = 0} task.spawn(server.accept_one, server, 60) "
      "for c in server:accept() do error('nobody comes') end");
}

BOOST_AUTO_TEST_CASE(with_connects) {
  end_with(
      "for i = 1, 5 do task.spawn(net.connect, {host = '192.0.2.1', port = 9}) end "
      "net.connect{host = '192.0.2.1', port = 9, timeout = 60}");
}

BOOST_AUTO_TEST_CASE(with_lookups) {
  end_with(
      "for i = 1, 100 do task.spawn(net.connect, {host = 'a.slow', port = 9}) end "
      "net.connect{host = 'a.slow', port = 9, timeout = 60}");
}

BOOST_AUTO_TEST_CASE(with_callbacks) {
  end_with(std::string(link_up) +
           "near:read('l', print) server:accept_one(60, print) "
           "net.connect({host = 'a.slow', port = port}, print)");
}

BOOST_AUTO_TEST_CASE(with_everything_at_once) { end_with(std::string(link_up) + everything); }

BOOST_AUTO_TEST_CASE(with_an_event_server_and_its_clients) {
  end_with(
      "id = _PY.tcp_server_create() for _, e in ipairs{'client_connected', 'data_received', "
      "'client_disconnected'} do "
      "  _PY.tcp_server_add_event_listener(id, e, function(c) task.sleep(60) end) end "
      "_PY.tcp_server_start(id, '127.0.0.1', 0) while not _PY.tcp_server_is_ready(id) do task.yield() end "
      "for i = 1, 3 do local ok, c = _PY.tcp_connect('127.0.0.1', _PY.tcp_server_port(id)) _PY.tcp_write(c, "
      "'x') "
      "  task.spawn(_PY.tcp_read, c, '*a') end");
}

BOOST_AUTO_TEST_CASE(with_close_variables_that_use_the_connection) {
  end_with(std::string(link_up) +
           "for i = 1, 3 do task.spawn(function() "
           "  local c <close> = setmetatable({}, {__close = function() "
           "    pcall(near.read, near) pcall(near.write, near, 'bye') near:close() far:close() "
           "server:close() end}) "
           "  near:read() end) end");
}

BOOST_AUTO_TEST_CASE(cancelling_all_leaves_nothing) {
  start(std::string("local net = require 'net' ") + link_up + everything);
  lua->cancel_all();
  run_all(io);
  BOOST_TEST(net->open_connections() == 0u);
}

BOOST_AUTO_TEST_CASE(after_each_number_of_turns_with_and_without_another) {
  for (int poll_after = 0; poll_after < 2; ++poll_after)
    for (int turns = 0; turns < 40; ++turns) {
      const plua::testing::slow_names these;  // ends the threads of this round
      plua::asio::io_context own(1);
      {
        plua::runtime r(own);
        r.on_error = [](const plua::error_report&) {};
        r.spawn(r.load(std::string("local task, net = require 'task', require 'net' ") + link_up + everything,
                       "=test"),
                {});
        for (int i = 0; i < turns; ++i) own.poll_one();
      }
      if (!poll_after) continue;
      own.restart();
      own.poll();
    }
}

BOOST_AUTO_TEST_SUITE_END()
