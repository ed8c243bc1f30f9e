// SPDX-License-Identifier: MIT
#include "lua_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>

namespace {

template <class T>
T echo(T value) {
  return value;
}

struct point {
  double x = 0;
  std::optional<int> y;
  static constexpr auto fields() {
    return std::tuple(plua::field("x", &point::x), plua::field("y", &point::y));
  }
};

std::string keep_view(std::string_view v) { return std::string(v); }
std::tuple<int, std::string, bool> three() { return {1, "two", true}; }
std::vector<int> twice(std::vector<int> v) {
  for (int& i : v) i *= 2;
  return v;
}
std::map<std::string, int> table() { return {{"a", 1}, {"b", 2}}; }
int count(plua::arguments args) { return args.count(); }
int after(int, plua::arguments args) { return args.count(); }
void nothing() {}
plua::outcome<int> half(int n) {
  if (n % 2) return plua::failure(make_error_code(plua::errc::not_found), "half", std::to_string(n));
  return n / 2;
}
std::string call_name(plua::function f, lua_State* L) {
  f.push(L);
  return lua_isfunction(L, -1) ? "function" : "other";
}

struct fixture : plua::testing::lua_fixture {
  fixture() {
    add<&echo<bool>>("bool");
    add<&echo<std::int8_t>>("int8");
    add<&echo<std::uint16_t>>("uint16");
    add<&echo<std::int64_t>>("int64");
    add<&echo<std::uint64_t>>("uint64");
    add<&echo<double>>("double");
    add<&echo<std::string>>("string");
    add<&echo<std::optional<std::string>>>("maybe");
    add<&echo<point>>("point");
    add<&keep_view>("view");
    add<&three>("three");
    add<&twice>("twice");
    add<&table>("table");
    add<&count>("count");
    add<&after>("after");
    add<&nothing>("nothing");
    add<&half>("half");
    add<&call_name>("call_name");
    run("for k, v in pairs(_PY) do _G['p_' .. k] = v end");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(value, fixture)

BOOST_AUTO_TEST_CASE(booleans_take_any_value) {
  BOOST_TEST(run("return p_bool(true), p_bool(false), p_bool(nil), p_bool(0), p_bool()") ==
             "true|false|false|true|false");
}

BOOST_AUTO_TEST_CASE(integers_keep_their_value_to_the_ends_of_the_range) {
  BOOST_TEST(run("return p_int8(-128), p_int8(127), p_uint16(65535)") == "-128|127|65535");
  BOOST_TEST(run("return p_int64(math.maxinteger) == math.maxinteger, p_int64(math.mininteger) == "
                 "math.mininteger") == "true|true");
}

BOOST_AUTO_TEST_CASE(integers_out_of_range_are_refused) {
  for (const char* call : {"p_int8(128)", "p_int8(-129)", "p_uint16(-1)", "p_uint16(65536)", "p_uint64(-1)"})
    BOOST_TEST(run(std::string("return ") + call).find("(out of range)") != std::string::npos, call);
}

BOOST_AUTO_TEST_CASE(integers_are_read_from_whole_floats_and_numerals) {
  BOOST_TEST(run("return p_int64(3.0), p_int64('17'), p_int64('0x10')") == "3|17|16");
  BOOST_TEST(run("p_int64(1.5)") ==
             "error: test:1: bad argument #1 to 'int64' (number has no integer representation)");
  BOOST_TEST(run("p_int64(1e300)") ==
             "error: test:1: bad argument #1 to 'int64' (number has no integer representation)");
  BOOST_TEST(run("p_int64('x')") ==
             "error: test:1: bad argument #1 to 'int64' (number expected, got string)");
}

BOOST_AUTO_TEST_CASE(numbers_pass_as_floats) {
  BOOST_TEST(run("return p_double(1.5), p_double(2), p_double('0x1p4')") == "1.5|2.0|16.0");
  BOOST_TEST(run("return p_double(math.huge), p_double(0/0) ~= p_double(0/0)") == "inf|true");
  BOOST_TEST(run("p_double({})") ==
             "error: test:1: bad argument #1 to 'double' (number expected, got table)");
}

BOOST_AUTO_TEST_CASE(strings_keep_every_byte) {
  BOOST_TEST(run("local s = 'a\\0b\\255' return p_string(s) == s, p_view(s) == s, #p_string('')") ==
             "true|true|0");
  BOOST_TEST(run("return p_string(12), p_string(1.5)") == "12|1.5");
  BOOST_TEST(run("p_string(nil)") == "error: test:1: bad argument #1 to 'string' (string expected, got nil)");
  BOOST_TEST(run("p_string()") ==
             "error: test:1: bad argument #1 to 'string' (string expected, got no value)");
}

BOOST_AUTO_TEST_CASE(the_name_of_a_metatable_shows_in_the_message) {
  BOOST_TEST(run("p_string(io.stdout)") ==
             "error: test:1: bad argument #1 to 'string' (string expected, got FILE*)");
  BOOST_TEST(run("p_string(setmetatable({}, { __name = 1 }))") ==
             "error: test:1: bad argument #1 to 'string' (string expected, got table)");
}

BOOST_AUTO_TEST_CASE(an_optional_is_nil_or_the_value) {
  BOOST_TEST(run("return p_maybe('x'), p_maybe(nil), p_maybe()") == "x|nil|nil");
  BOOST_TEST(run("p_maybe({})") == "error: test:1: bad argument #1 to 'maybe' (string expected, got table)");
}

BOOST_AUTO_TEST_CASE(a_tuple_is_several_results_and_void_none) {
  BOOST_TEST(run("return p_three()") == "1|two|true");
  BOOST_TEST(run("return select('#', p_nothing())") == "0");
}

BOOST_AUTO_TEST_CASE(a_vector_is_a_list) {
  BOOST_TEST(run("return table.concat(p_twice({ 1, 2, 3 }), ' '), #p_twice({})") == "2 4 6|0");
  BOOST_TEST(run("p_twice(5)") == "error: test:1: bad argument #1 to 'twice' (table expected, got number)");
  BOOST_TEST(run("p_twice({ 1, {} })") ==
             "error: test:1: bad argument #1 to 'twice' (number expected, got table)");
}

BOOST_AUTO_TEST_CASE(a_map_is_a_table) { BOOST_TEST(run("local t = p_table() return t.a, t.b") == "1|2"); }

BOOST_AUTO_TEST_CASE(a_record_is_a_table_with_its_fields) {
  BOOST_TEST(run("local p = p_point { x = 1.5, y = 2, z = 3 } return p.x, p.y, p.z") == "1.5|2|nil");
  BOOST_TEST(run("return p_point({ x = 1 }).y") == "nil");
  BOOST_TEST(run("p_point({})") ==
             "error: test:1: bad argument #1 to 'point' (field 'x': number expected, got nil)");
  BOOST_TEST(plua::value<point>::name() == "{x: number, y: integer|nil}");
}

BOOST_AUTO_TEST_CASE(fields_are_read_without_metamethods) {
  BOOST_TEST(run("p_point(setmetatable({}, { __index = function() error('called') end }))") ==
             "error: test:1: bad argument #1 to 'point' (field 'x': number expected, got nil)");
}

BOOST_AUTO_TEST_CASE(arguments_counts_what_is_left) {
  BOOST_TEST(run("return p_count(), p_count(nil, nil), p_after(1), p_after(1, 2, 3)") == "0|2|0|2");
}

BOOST_AUTO_TEST_CASE(an_outcome_is_the_value_or_nil_and_an_error) {
  BOOST_TEST(run("return p_half(4)") == "2");
  BOOST_TEST(run("return p_half(3)") == "nil|half 3: not found");
  BOOST_TEST(run("local _, e = p_half(3) return e.code, e.operation, e.address, e.category") ==
             "not_found|half|3|plua");
}

BOOST_AUTO_TEST_CASE(an_outcome_throws_its_failure_in_cpp) {
  BOOST_TEST(half(4).value() == 2);
  BOOST_CHECK_EXCEPTION(half(3).value(), plua::failure,
                        [](const plua::failure& f) { return f.sentence() == "half 3: not found"; });
}

BOOST_AUTO_TEST_CASE(a_function_argument_must_be_one) {
  BOOST_TEST(run("return p_call_name(print), p_call_name(function() end)") == "function|function");
  BOOST_TEST(run("p_call_name('print')") ==
             "error: test:1: bad argument #1 to 'call_name' (function expected, got string)");
}

BOOST_AUTO_TEST_CASE(surplus_arguments_are_ignored) { BOOST_TEST(run("return p_int64(1, 2, 3)") == "1"); }

BOOST_AUTO_TEST_SUITE_END()
