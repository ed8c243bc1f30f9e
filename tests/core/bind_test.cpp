// SPDX-License-Identifier: MIT
#include "lua_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <stdexcept>

namespace {

int alive = 0;
struct counted {
  counted() { ++alive; }
  counted(const counted&) { ++alive; }
  ~counted() { --alive; }
};

void throw_failure() {
  counted c;
  throw plua::failure(plua::error_code(ECONNREFUSED, boost::system::system_category()), "connect",
                      "127.0.0.1:1");
}
void throw_system_error() {
  throw boost::system::system_error(plua::error_code(ENOENT, boost::system::system_category()));
}
void throw_logic() {
  counted c;
  throw std::logic_error("wrong use");
}
void throw_argument(int, int n) { throw plua::arg_error(2, "must not be " + std::to_string(n)); }
void throw_first(int) { throw plua::arg_error("no such thing"); }
void throw_raised() { throw plua::raised_failure(plua::failure(make_error_code(plua::errc::eof), "read")); }
int add(std::string a, std::string b) {
  counted c;
  return static_cast<int>(a.size() + b.size());
}
plua::pushed two(lua_State* L) {
  lua_pushinteger(L, 1);
  lua_pushinteger(L, 2);
  return {2};
}

struct fixture : plua::testing::lua_fixture {
  fixture() {
    lua_fixture::add<&throw_failure>("fail");
    lua_fixture::add<&throw_system_error>("fail_plainly");
    lua_fixture::add<&throw_logic>("logic");
    lua_fixture::add<&throw_argument>("argument");
    lua_fixture::add<&throw_first>("first");
    lua_fixture::add<&throw_raised>("raised");
    lua_fixture::add<&::add>("add");
    lua_fixture::add<&two>("two");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(bind, fixture)

BOOST_AUTO_TEST_CASE(a_failure_is_nil_and_an_error) {
  BOOST_TEST(run("return _PY.fail()") == "nil|connect 127.0.0.1:1: Connection refused");
  BOOST_TEST(run("local _, e = _PY.fail() return e.code, e.operation, e.address, e.category") ==
             "ECONNREFUSED|connect|127.0.0.1:1|system");
}

BOOST_AUTO_TEST_CASE(a_system_error_is_nil_and_an_error) {
  BOOST_TEST(run("local r, e = _PY.fail_plainly() return r, e.code, e.operation, e.address") ==
             "nil|ENOENT||nil");
}

BOOST_AUTO_TEST_CASE(a_raised_failure_is_raised_as_the_error_object) {
  BOOST_TEST(run("local ok, e = pcall(_PY.raised) return ok, e.code, tostring(e)") ==
             "false|eof|read: end of stream");
}

BOOST_AUTO_TEST_CASE(another_exception_is_raised_with_the_position_of_the_caller) {
  BOOST_TEST(run("\n_PY.logic()") == "error: test:2: wrong use");
}

BOOST_AUTO_TEST_CASE(an_argument_error_of_the_body_names_the_argument) {
  BOOST_TEST(run("_PY.argument(1, 7)") == "error: test:1: bad argument #2 to 'argument' (must not be 7)");
  BOOST_TEST(run("_PY.first(1)") == "error: test:1: bad argument #1 to 'first' (no such thing)");
}

BOOST_AUTO_TEST_CASE(the_name_in_messages_is_that_of_the_registration) {
  BOOST_TEST(run("local other = _PY.add other(1)") ==
             "error: test:1: bad argument #2 to 'add' (string expected, got no value)");
  BOOST_TEST(run("local t = { m = _PY.add } t:m()") ==
             "error: test:1: calling 'add' on bad self (string expected, got table)");
}

BOOST_AUTO_TEST_CASE(destructors_run_before_an_error_is_raised) {
  alive = 0;
  for (int i = 0; i < 100; ++i) {
    run("pcall(_PY.logic) pcall(_PY.fail) pcall(_PY.add, 'x') pcall(_PY.add, {}, 1) _PY.add('a', 'b')");
  }
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(a_body_may_push_its_results_itself) { BOOST_TEST(run("return _PY.two()") == "1|2"); }

BOOST_AUTO_TEST_CASE(a_signature_is_made_of_names_and_types) {
  const plua::extension e = plua::define<&::add>({.name = "add",
                                                  .category = "test",
                                                  .summary = "Adds.",
                                                  .params = {{"a", "first"}, {"b", "second"}},
                                                  .returns = "the sum"});
  BOOST_TEST(e.signature() == "add(a: string, b: string) -> integer");
}

BOOST_AUTO_TEST_SUITE_END()
