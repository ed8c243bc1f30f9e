// SPDX-License-Identifier: MIT
#include <plua/net/socket.hpp>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

namespace {

std::string text_of(const char* host, std::uint16_t port) {
  return to_string(plua::net::to_address(plua::net::tcp::endpoint(plua::asio::ip::make_address(host), port)));
}

}  // namespace

namespace net_test {  // a suite is a namespace, and the C library has a function of this name

BOOST_AUTO_TEST_SUITE(socket)

BOOST_AUTO_TEST_CASE(addresses_of_version_four_are_plain) {
  BOOST_TEST(text_of("127.0.0.1", 80) == "127.0.0.1:80");
  BOOST_TEST(text_of("0.0.0.0", 0) == "0.0.0.0:0");
  BOOST_TEST(text_of("255.255.255.255", 65535) == "255.255.255.255:65535");
}

BOOST_AUTO_TEST_CASE(addresses_of_version_six_have_brackets) {
  BOOST_TEST(text_of("::1", 80) == "[::1]:80");
  BOOST_TEST(text_of("2001:db8::0:1", 443) == "[2001:db8::1]:443");
  BOOST_TEST(text_of("::ffff:1.2.3.4", 1) == "[::ffff:1.2.3.4]:1");
}

BOOST_AUTO_TEST_CASE(names_stay_names) {
  BOOST_TEST(to_string(plua::net::address{"localhost", 8080}) == "localhost:8080");
  BOOST_TEST(to_string(plua::net::address{"", 1}) == ":1");
}

BOOST_AUTO_TEST_CASE(a_socket_without_room_would_block) {
  BOOST_TEST(plua::net::would_block(plua::asio::error::would_block));
  BOOST_TEST(plua::net::would_block(plua::asio::error::try_again));
  BOOST_TEST(!plua::net::would_block(plua::asio::error::connection_reset));
  BOOST_TEST(!plua::net::would_block(plua::error_code()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace net_test
