// SPDX-License-Identifier: MIT
#include "lua_fixture.hpp"
#include <plua/core/ref.hpp>

#include <boost/test/unit_test.hpp>

namespace {

struct fixture : plua::testing::lua_fixture {
  plua::ref make(const char* expression) {
    BOOST_TEST(luaL_dostring(L, (std::string("return ") + expression).c_str()) == LUA_OK);
    return plua::ref::pop(L);
  }
  bool weak_is_gone() {
    lua_gc(L, LUA_GCCOLLECT);
    return run("return weak[1]") == "nil";
  }
  fixture() {
    run("weak = setmetatable({}, { __mode = 'v' }) function fresh() weak[1] = {} return weak[1] end");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ref, fixture)

BOOST_AUTO_TEST_CASE(it_keeps_its_value_alive_and_lets_it_go) {
  plua::ref r = make("fresh()");
  BOOST_TEST(!weak_is_gone());
  r.reset();
  BOOST_TEST(!r);
  BOOST_TEST(weak_is_gone());
}

BOOST_AUTO_TEST_CASE(it_pushes_its_value_on_any_thread) {
  const plua::ref r = make("'value'");
  lua_State* thread = lua_newthread(L);
  r.push(thread);
  BOOST_TEST(std::string(lua_tostring(thread, -1)) == "value");
}

BOOST_AUTO_TEST_CASE(an_empty_one_pushes_nil) {
  const plua::ref r;
  r.push(L);
  BOOST_TEST(lua_isnil(L, -1));
}

BOOST_AUTO_TEST_CASE(moving_leaves_the_source_empty) {
  plua::ref a = make("fresh()");
  plua::ref b = std::move(a);
  BOOST_TEST(!a);
  BOOST_TEST(static_cast<bool>(b));
  a = std::move(b);
  BOOST_TEST(!weak_is_gone());
  a = plua::ref();
  BOOST_TEST(weak_is_gone());
}

BOOST_AUTO_TEST_CASE(it_outlives_the_coroutine_that_made_it) {
  plua::ref r;
  {
    lua_State* thread = lua_newthread(L);
    lua_pushliteral(thread, "from a thread");
    r = plua::ref::at(thread, -1);
    lua_settop(L, 0);
  }
  lua_gc(L, LUA_GCCOLLECT);
  r.push(L);
  BOOST_TEST(std::string(lua_tostring(L, -1)) == "from a thread");
}

BOOST_AUTO_TEST_SUITE_END()
