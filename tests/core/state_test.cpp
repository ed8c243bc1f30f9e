// SPDX-License-Identifier: MIT
#include "lua_fixture.hpp"
#include <plua/core/modules.hpp>

#include <boost/test/unit_test.hpp>

BOOST_FIXTURE_TEST_SUITE(state, plua::testing::lua_fixture)

BOOST_AUTO_TEST_CASE(the_standard_libraries_are_open) {
  BOOST_TEST(run("return type(string), type(coroutine), type(debug), type(utf8), _VERSION") ==
             "table|table|table|table|Lua 5.4");
}

BOOST_AUTO_TEST_CASE(the_way_back_works_from_every_thread) {
  int owner = 0;
  lua.set_owner(&owner);
  BOOST_TEST(&plua::state::of(L) == &lua);
  BOOST_TEST(&plua::state::of(lua_newthread(L)) == &lua);
  BOOST_TEST(plua::state::owner_of(L) == &owner);
}

BOOST_AUTO_TEST_CASE(the_word_in_front_of_a_thread_is_zero) {
  BOOST_TEST(*static_cast<void**>(lua_getextraspace(L)) == nullptr);
  BOOST_TEST(*static_cast<void**>(lua_getextraspace(lua_newthread(L))) == nullptr);
}

BOOST_AUTO_TEST_CASE(memory_is_counted) {
  const std::size_t before = lua.memory().in_use();
  run("kept = string.rep('x', 100000)");
  BOOST_TEST(lua.memory().in_use() >= before + 100000);
  run("kept = nil collectgarbage() collectgarbage()");
  BOOST_TEST(lua.memory().in_use() < before + 50000);
}

BOOST_AUTO_TEST_CASE(closing_runs_finalizers_and_frees_everything_once) {
  run("setmetatable({}, { __gc = function() kept = {} end })");
  lua.close();
  BOOST_TEST(lua.memory().in_use() == 0u);
  lua.close();
}

BOOST_AUTO_TEST_CASE(embedded_modules_are_found_before_files) {
  plua::install_module_searcher(L);
  BOOST_REQUIRE(!plua::embedded_modules().empty());
  // Loading needs a runtime; the searcher does not.
  BOOST_TEST(run("local loader, data = package.searchers[2]('test') return type(loader), data") ==
             "function|plua:test");
  BOOST_TEST(run("return package.searchers[2]('no.such.module')") == "");
  BOOST_TEST(run("local _, e = pcall(require, 'no.such.module') return (e:match('^[^\\n]*'))") ==
             "module 'no.such.module' not found:");
}

BOOST_AUTO_TEST_SUITE_END()
