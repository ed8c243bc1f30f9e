// SPDX-License-Identifier: MIT
#include "lua_fixture.hpp"
#include <plua/core/object.hpp>

#include <boost/test/unit_test.hpp>

namespace {

struct counts {
  int alive = 0;
  int closed = 0;
  int collected = 0;
};
counts seen;

class box final : public plua::object {
 public:
  explicit box(std::string name = {}) : name_(std::move(name)) { ++seen.alive; }
  ~box() override { --seen.alive; }
  void on_close() noexcept override { ++seen.closed; }
  void on_collect() noexcept override { ++seen.collected; }
  std::string label() const override { return name_; }

 private:
  std::string name_;
};

class other final : public plua::object {};

plua::ptr<box> kept;

plua::ptr<box> make(std::string name) { return new box(std::move(name)); }
plua::ptr<other> make_other() { return new other; }
plua::ptr<box> again() { return kept; }
void take(box&) {}
void keep(plua::ptr<box> b) { kept = std::move(b); }

struct fixture : plua::testing::lua_fixture {
  fixture() {
    seen = {};
    add<&make>("make");
    add<&make_other>("make_other");
    add<&again>("again");
    add<&take>("take");
    add<&keep>("keep");
  }
  ~fixture() { kept.reset(); }
};

}  // namespace

template <>
inline constexpr const char* plua::object_class<box> = "test.box";
template <>
inline constexpr const char* plua::object_class<other> = "test.other";

BOOST_FIXTURE_TEST_SUITE(object, fixture)

BOOST_AUTO_TEST_CASE(a_handle_that_is_collected_releases_its_object) {
  run("_PY.make('x')");
  BOOST_TEST(seen.alive == 1);
  run("collectgarbage() collectgarbage()");
  BOOST_TEST(seen.alive == 0);
  BOOST_TEST(seen.collected == 1);
}

BOOST_AUTO_TEST_CASE(an_object_outlives_its_handle_while_cpp_holds_it) {
  run("_PY.keep(_PY.make('x'))");
  run("collectgarbage() collectgarbage()");
  BOOST_TEST(seen.alive == 1);
  BOOST_TEST(seen.collected == 1);
  BOOST_TEST(kept->handles() == 0);
  kept.reset();
  BOOST_TEST(seen.alive == 0);
}

BOOST_AUTO_TEST_CASE(two_handles_of_one_object_are_equal) {
  BOOST_TEST(run("local a = _PY.make('x') _PY.keep(a) local b = _PY.again() return a == b, rawequal(a, b)") ==
             "true|false");
  BOOST_TEST(kept->handles() == 2);
  run("collectgarbage() collectgarbage()");
  BOOST_TEST(seen.collected == 1);
}

BOOST_AUTO_TEST_CASE(handles_differ_from_everything_else) {
  BOOST_TEST(run("local a, b, o = _PY.make('x'), _PY.make('x'), _PY.make_other() "
                 "return a == b, a == o, a == io.stdout, io.stdout == a, a == 1, a == {}") ==
             "false|false|false|false|false|false");
}

BOOST_AUTO_TEST_CASE(a_handle_may_be_compared_with_a_userdata_that_holds_nothing) {
  lua_newuserdatauv(L, 0, 0);
  lua_setglobal(L, "empty");
  BOOST_TEST(run("return _PY.make('x') == empty, empty == _PY.make('x')") == "false|false");
}

BOOST_AUTO_TEST_CASE(close_is_told_and_the_object_stays) {
  BOOST_TEST(run("do local b <close> = _PY.make('x') kept = b end return tostring(kept)") == "test.box (x)");
  BOOST_TEST(seen.closed == 1);
  BOOST_TEST(seen.alive == 1);
}

BOOST_AUTO_TEST_CASE(tostring_shows_class_and_label) {
  BOOST_TEST(run("return tostring(_PY.make('label'))") == "test.box (label)");
  BOOST_TEST(run("return tostring(_PY.make_other())").starts_with("test.other: "));
}

BOOST_AUTO_TEST_CASE(an_object_of_another_class_is_refused) {
  BOOST_TEST(run("_PY.take(_PY.make_other())") ==
             "error: test:1: bad argument #1 to 'take' (test.box expected, got test.other)");
  BOOST_TEST(run("_PY.take(io.stdout)") ==
             "error: test:1: bad argument #1 to 'take' (test.box expected, got FILE*)");
  BOOST_TEST(run("_PY.take({})") ==
             "error: test:1: bad argument #1 to 'take' (test.box expected, got table)");
  BOOST_TEST(run("_PY.take()") ==
             "error: test:1: bad argument #1 to 'take' (test.box expected, got no value)");
}

BOOST_AUTO_TEST_CASE(the_metatable_is_hidden) {
  BOOST_TEST(run("local b = _PY.make('x') return getmetatable(b), (pcall(setmetatable, b, {}))") ==
             "test.box|false");
}

BOOST_AUTO_TEST_CASE(a_finalizer_that_is_called_twice_does_no_harm) {
  BOOST_TEST(run("local b = _PY.make('x') local gc = debug.getmetatable(b).__gc gc(b) gc(b) "
                 "return pcall(_PY.take, b), tostring(b)")
                 .ends_with("test.box (collected)"));
  BOOST_TEST(seen.alive == 0);
  BOOST_TEST(seen.collected == 1);
}

BOOST_AUTO_TEST_CASE(objects_that_finalizers_make_while_the_state_closes_are_released) {
  run("local make, keep = _PY.make, {} setmetatable({}, { __gc = function() "
      "  for i = 1, 10 do keep[i] = make('late') end end })");
  run("setmetatable(_G, { __gc = function() late = _PY.make('late') end })");
  lua.close();
  BOOST_TEST(seen.alive == 0);
}

BOOST_AUTO_TEST_CASE(closing_the_state_releases_all_objects) {
  run("for i = 1, 100 do _G[i] = _PY.make('x') end");
  lua.close();
  BOOST_TEST(seen.alive == 0);
  BOOST_TEST(seen.collected == 100);
}

BOOST_AUTO_TEST_SUITE_END()
