// SPDX-License-Identifier: MIT
#include "lua_fixture.hpp"
#include <plua/core/error_value.hpp>

#include <boost/test/unit_test.hpp>

namespace {

struct fixture : plua::testing::lua_fixture {
  fixture() {
    plua::push_error(L, plua::failure(make_error_code(plua::errc::eof), "read", "127.0.0.1:80"));
    lua_setglobal(L, "e");
  }
  std::string symbol_of(const std::string& expression) {
    BOOST_TEST(luaL_dostring(L, ("return " + expression).c_str()) == LUA_OK);
    std::string symbol = plua::error_symbol(L, -1);
    lua_settop(L, 0);
    return symbol;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(error_value, fixture)

BOOST_AUTO_TEST_CASE(it_has_the_fields_of_the_failure) {
  BOOST_TEST(run("return e.code, e.message, e.operation, e.address, e.category") ==
             "eof|read 127.0.0.1:80: end of stream|read|127.0.0.1:80|plua");
}

BOOST_AUTO_TEST_CASE(tostring_and_concatenation_give_the_sentence) {
  BOOST_TEST(
      run("return tostring(e), 'error: ' .. e, e .. '!', e .. 1, e .. e == tostring(e) .. tostring(e)") ==
      "read 127.0.0.1:80: end of stream|error: read 127.0.0.1:80: end of stream|"
      "read 127.0.0.1:80: end of stream!|read 127.0.0.1:80: end of stream1|true");
}

BOOST_AUTO_TEST_CASE(assert_raises_it_as_it_is) {
  BOOST_TEST(run("local ok, x = pcall(assert, nil, e) return ok, x == e") == "false|true");
}

BOOST_AUTO_TEST_CASE(a_changed_message_shows_and_a_broken_one_does_no_harm) {
  BOOST_TEST(run("e.message = 'changed' return tostring(e), e .. ''") == "changed|changed");
  BOOST_TEST(run("e.message = {} return tostring(e), e .. ''") == "error|table");
}

BOOST_AUTO_TEST_CASE(the_symbol_is_read_from_errors_only) {
  BOOST_TEST(symbol_of("e") == "eof");
  BOOST_TEST(symbol_of("{ code = 'eof' }") == "");
  BOOST_TEST(symbol_of("setmetatable({ code = 'eof' }, {})") == "");
  BOOST_TEST(symbol_of("'eof'") == "");
  BOOST_TEST(symbol_of("nil") == "");
  run("e.code = 5");
  BOOST_TEST(symbol_of("e") == "");
}

BOOST_AUTO_TEST_SUITE_END()
