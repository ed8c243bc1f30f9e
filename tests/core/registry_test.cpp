// SPDX-License-Identifier: MIT
#include "lua_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace {

int one(int n) { return n; }
void none() {}
int any(plua::arguments args) { return args.count(); }

class thing final : public plua::object {};

int size(thing&) { return 3; }
std::string color(thing&) { return "red"; }
plua::ptr<thing> make() { return new thing; }

plua::description about(std::string_view name) {
  return {.name = name,
          .category = "test",
          .summary = "For the test.",
          .params = {{"n", "a number"}},
          .returns = "it"};
}

plua::extension described(std::string_view name) { return plua::define<&one>(about(name)); }

const plua::extension_set first([] { return std::vector{described("b"), described("a")}; });
const plua::extension_set second([] { return std::vector{described("a")}; });
const plua::extension_set with_alias([] {
  auto d = about("c");
  d.aliases = {"a"};
  return std::vector{plua::define<&one>(std::move(d))};
});

}  // namespace

template <>
inline constexpr const char* plua::object_class<thing> = "test.thing";

BOOST_FIXTURE_TEST_SUITE(registry, plua::testing::lua_fixture)

BOOST_AUTO_TEST_CASE(a_matching_description_is_accepted) {
  BOOST_CHECK_NO_THROW(plua::check(described("a")));
}

BOOST_AUTO_TEST_CASE(a_description_without_summary_or_category_is_refused) {
  auto d = about("a");
  d.summary = {};
  BOOST_CHECK_THROW(plua::check(plua::define<&one>(d)), std::logic_error);
  d = about("a");
  d.category = {};
  BOOST_CHECK_THROW(plua::check(plua::define<&one>(d)), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_description_with_other_parameters_is_refused) {
  auto d = about("a");
  d.params = {};
  BOOST_CHECK_THROW(plua::check(plua::define<&one>(d)), std::logic_error);
  d.params = {{"n", ""}, {"m", ""}};
  BOOST_CHECK_THROW(plua::check(plua::define<&one>(d)), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_description_with_other_results_is_refused) {
  auto d = about("a");
  d.returns = {};
  BOOST_CHECK_THROW(plua::check(plua::define<&one>(d)), std::logic_error);
  d = about("a");
  d.params = {};
  BOOST_CHECK_THROW(plua::check(plua::define<&none>(d)), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_function_of_any_arguments_may_describe_them_freely) {
  auto d = about("a");
  d.params = {{"x", ""}, {"...", ""}};
  BOOST_CHECK_NO_THROW(plua::check(plua::define<&any>(d)));
}

BOOST_AUTO_TEST_CASE(two_functions_of_one_name_are_refused) {
  const plua::extension_set* sets[] = {&first, &second};
  BOOST_CHECK_THROW(plua::collect(sets), std::logic_error);
}

BOOST_AUTO_TEST_CASE(an_alias_that_is_taken_is_refused) {
  const plua::extension_set* sets[] = {&first, &with_alias};
  BOOST_CHECK_THROW(plua::collect(sets), std::logic_error);
}

BOOST_AUTO_TEST_CASE(functions_are_sorted_by_name) {
  const plua::extension_set* sets[] = {&first};
  const auto all = plua::collect(sets);
  BOOST_TEST(all.size() == 2u);
  BOOST_TEST(all[0].qualified_name() == "a");
  BOOST_TEST(all[1].qualified_name() == "b");
}

BOOST_AUTO_TEST_CASE(functions_stand_where_the_description_says) {
  auto global = about("everywhere");
  global.global = true;
  global.aliases = {"elsewhere"};
  auto in_module = about("f");
  in_module.module = "spec.module";
  plua::install(L, {plua::define<&one>(global), plua::define<&one>(in_module)});
  BOOST_TEST(run("return everywhere(1), _PY.everywhere(2), _PY.elsewhere(3), elsewhere") == "1|2|3|nil");
  BOOST_TEST(run("return require('spec.module').f(4)") == "4");
}

BOOST_AUTO_TEST_CASE(methods_and_properties_belong_to_their_class) {
  plua::description make_about{.name = "make", .module = "test", .category = "test", .summary = "Makes."};
  plua::description size_about{
      .name = "size", .module = "test", .type = "thing", .category = "test", .summary = "Size."};
  plua::description color_about = size_about;
  color_about.name = "color";
  color_about.property = true;
  plua::install(L, {plua::define<&make>(make_about), plua::define<&size>(size_about),
                    plua::define<&color>(color_about)});

  BOOST_TEST(run("local t = require('test').make() return t:size(), t.color, t.other") == "3|red|nil");
  BOOST_TEST(
      run("local t = require('test').make() t.color = 1").starts_with("error: test:1: attempt to index"));
  BOOST_TEST(plua::define<&size>(size_about).qualified_name() == "test.thing:size");
  BOOST_TEST(plua::define<&size>(size_about).param_types.empty());
}

BOOST_AUTO_TEST_CASE(a_module_table_that_exists_is_kept) {
  run("package.loaded.test = { own = 1 }");
  auto d = about("f");
  d.module = "test";
  plua::install(L, {plua::define<&one>(d)});
  BOOST_TEST(run("local m = require 'test' return m.own, m.f(2)") == "1|2");
}

BOOST_AUTO_TEST_CASE(the_listing_groups_by_category) {
  const std::string text = plua::to_listing({described("b"), described("a")});
  BOOST_TEST(text.find("\nTEST:\n  a: For the test.\n  b: For the test.\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_json_form_can_be_parsed) {
  const auto parsed = boost::json::parse(plua::to_json({described("a")}));
  const auto& entry = parsed.as_array().at(0).as_object();
  BOOST_TEST(entry.at("name").as_string() == "a");
  BOOST_TEST(entry.at("form").as_string() == "plain");
  BOOST_TEST(entry.at("params").as_array().at(0).as_object().at("type").as_string() == "integer");
  BOOST_TEST(entry.at("signature").as_string() == "a(n: integer) -> integer");
}

BOOST_AUTO_TEST_CASE(the_built_in_functions_are_described_well) {
  const auto all = plua::collect(plua::builtin_extensions());
  BOOST_TEST(all.size() > 10u);
}

BOOST_AUTO_TEST_SUITE_END()
