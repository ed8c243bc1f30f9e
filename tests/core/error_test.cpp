// SPDX-License-Identifier: MIT
#include <plua/core/error.hpp>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <cerrno>

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(symbols_of_the_system_are_those_of_c) {
  using boost::system::generic_category;
  using boost::system::system_category;
  BOOST_TEST(plua::symbol({ECONNREFUSED, system_category()}) == "ECONNREFUSED");
  BOOST_TEST(plua::symbol({ENOENT, generic_category()}) == "ENOENT");
  BOOST_TEST(plua::symbol(boost::asio::error::connection_reset) == "ECONNRESET");
}

BOOST_AUTO_TEST_CASE(plua_has_symbols_of_its_own) {
  using plua::errc;
  BOOST_TEST(plua::symbol(make_error_code(errc::eof)) == "eof");
  BOOST_TEST(plua::symbol(make_error_code(errc::timeout)) == "timeout");
  BOOST_TEST(plua::symbol(make_error_code(errc::cancelled)) == "cancelled");
  BOOST_TEST(plua::symbol(make_error_code(errc::closed)) == "closed");
  BOOST_TEST(plua::symbol(make_error_code(errc::not_found)) == "not_found");
  BOOST_TEST(plua::symbol(make_error_code(errc::too_long)) == "too_long");
}

BOOST_AUTO_TEST_CASE(a_symbol_is_never_empty) {
  BOOST_TEST(!plua::symbol({123456, boost::system::system_category()}).empty());
  BOOST_TEST(!plua::symbol({77, plua::plua_category()}).empty());
  BOOST_TEST(!plua::symbol(boost::asio::error::host_not_found).empty());
}

BOOST_AUTO_TEST_CASE(a_failure_is_one_sentence) {
  const auto code = make_error_code(plua::errc::timeout);
  BOOST_TEST(plua::failure(code, "connect", "host:1").sentence() == "connect host:1: timed out");
  BOOST_TEST(plua::failure(code, "connect").sentence() == "connect: timed out");
  BOOST_TEST(plua::failure(code, {}, "host:1").sentence() == "host:1: timed out");
  BOOST_TEST(plua::failure(code, {}).sentence() == "timed out");
}

BOOST_AUTO_TEST_CASE(a_failure_is_a_system_error) {
  try {
    throw plua::failure(make_error_code(plua::errc::eof), "read", "file");
  } catch (const boost::system::system_error& e) {
    BOOST_TEST(e.code() == make_error_code(plua::errc::eof));
    BOOST_TEST(std::string(e.what()) == "read file: end of stream");
  }
}

BOOST_AUTO_TEST_SUITE_END()
