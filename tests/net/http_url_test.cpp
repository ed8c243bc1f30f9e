// SPDX-License-Identifier: MIT
#include <plua/net/http/error.hpp>
#include <plua/net/http/url.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using plua::net::http::errc;
using plua::net::http::parse_url;
using plua::net::http::resolve_url;
using plua::net::http::url;

bool is_refused(std::string_view text) {
  try {
    parse_url(text);
  } catch (const plua::failure& f) {
    return f.code() == errc::bad_url && f.operation() == "url";
  }
  return false;
}

std::string resolved(std::string_view reference) {
  return resolve_url(parse_url("http://a/b/c/d;p?q"), reference).absolute_form();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_url)

BOOST_AUTO_TEST_CASE(a_url_is_taken_apart) {
  const url u = parse_url("HTTPS://me:se%40cret@Example.ORG:8443/a%20b/c?x=1&y=%2F#end");

  BOOST_TEST(u.scheme == "https");
  BOOST_TEST(u.is_secure());
  BOOST_TEST(u.user == "me");
  BOOST_TEST(u.password == "se@cret");
  BOOST_TEST(u.has_user);
  BOOST_TEST(u.host == "example.org");
  BOOST_TEST(u.port == 8443);
  BOOST_TEST(u.target == "/a%20b/c?x=1&y=%2F");
  BOOST_TEST(u.fragment == "#end");
  BOOST_TEST(u.authority() == "example.org:8443");
  BOOST_TEST(u.absolute_form() == "https://example.org:8443/a%20b/c?x=1&y=%2F");
}

BOOST_AUTO_TEST_CASE(the_least_url_gets_a_path_and_the_port_of_its_scheme) {
  BOOST_TEST(parse_url("http://a").target == "/");
  BOOST_TEST(parse_url("http://a?q").target == "/?q");
  BOOST_TEST(parse_url("http://a").port == 80);
  BOOST_TEST(parse_url("http://a:").port == 80);
  BOOST_TEST(parse_url("https://a").port == 443);
  BOOST_TEST(parse_url("https://a:443").authority() == "a");
  BOOST_TEST(parse_url("http://a:443").authority() == "a:443");
  BOOST_TEST(!parse_url("http://a").has_user);
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_has_brackets_only_outside) {
  const url u = parse_url("http://[::1]:8080/");

  BOOST_TEST(u.host == "::1");
  BOOST_TEST(u.port == 8080);
  BOOST_TEST(u.authority() == "[::1]:8080");
  BOOST_TEST(parse_url("http://[::1]/").authority() == "[::1]");
}

BOOST_AUTO_TEST_CASE(what_is_no_http_url_is_refused) {
  for (const char* text : {"",
                           "/path",
                           "example.org",
                           "//example.org/",
                           "ftp://a/",
                           "file:///etc/passwd",
                           "http:",
                           "http:/a",
                           "http://",
                           "http:///path",
                           "http://a b/",
                           "http://a/b c",
                           "http://a/\r\nX: y",
                           "http://a\r\nb/",
                           "http://a:70000/",
                           "http://a:0/",
                           "http://a:x/",
                           "http://a:8x/",
                           "http://a:80:90/",
                           "http://[::1]x/",
                           "http://a@b@c/",
                           "http://[::1/",
                           "http://::1/",
                           "http://a/%zz",
                           "http://a%0d%0ab/",
                           "http://a%00b/",
                           "http://\xc3\xa5/",
                           "http://a/\xc3\xa5",
                           "http://a%20b/",
                           "http://a/{b}"})
    BOOST_TEST(is_refused(text), "\"" << text << "\" was taken");
  BOOST_TEST(is_refused(std::string_view("http://a/\0b", 11)));
}

// RFC 3986, 5.4.
BOOST_AUTO_TEST_CASE(references_resolve_as_in_the_rfc) {
  const std::pair<const char*, const char*> examples[] = {
      {"g", "http://a/b/c/g"},      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},    {"/g", "http://a/g"},
      {"//g", "http://g/"},         {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},  {"g?y#s", "http://a/b/c/g?y"},
      {";x", "http://a/b/c/;x"},    {"g;x=1/../y", "http://a/b/c/y"},
      {"", "http://a/b/c/d;p?q"},   {"#s", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},       {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},     {"../..", "http://a/"},
      {"../../g", "http://a/g"},    {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},       {"/../g", "http://a/g"},
      {"../../../..", "http://a/"}, {"../../../..?y", "http://a/?y"},
      {"g.", "http://a/b/c/g."},    {"..g", "http://a/b/c/..g"},
      {"./g/.", "http://a/b/c/g/"}, {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"}, {"https://x:1/y?z", "https://x:1/y?z"},
  };
  for (const auto& [reference, expected] : examples)
    BOOST_TEST(resolved(reference) == expected, reference << " became " << resolved(reference));
}

BOOST_AUTO_TEST_CASE(characters_without_a_place_are_encoded_in_a_location) {
  BOOST_TEST(resolved("/a b/\xc3\xa5?\"q\"") == "http://a/a%20b/%C3%A5?%22q%22");
  BOOST_TEST(resolved("/a%20b") == "http://a/a%20b");
  BOOST_TEST(resolved("/a\r\nX: y") == "http://a/a%0D%0AX:%20y");
}

BOOST_AUTO_TEST_CASE(a_location_cannot_leave_http) {
  BOOST_CHECK_THROW(resolved("file:///etc/passwd"), plua::failure);
  BOOST_CHECK_THROW(resolved("javascript:alert(1)"), plua::failure);
  BOOST_CHECK_THROW(resolved("//b:x/"), plua::failure);
  BOOST_CHECK_THROW(resolved("//b@c@d/"), plua::failure);
}

BOOST_AUTO_TEST_CASE(the_fragment_goes_along_unless_there_is_another) {
  const url from = parse_url("http://a/b#here");

  BOOST_TEST(resolve_url(from, "/c").fragment == "#here");
  BOOST_TEST(resolve_url(from, "/c#there").fragment == "#there");
}

BOOST_AUTO_TEST_CASE(an_origin_is_scheme_host_and_port) {
  const url u = parse_url("http://a:80/x");

  BOOST_TEST(u.same_origin(parse_url("http://A/y")));
  BOOST_TEST(!u.same_origin(parse_url("https://a/x")));
  BOOST_TEST(!u.same_origin(parse_url("http://b/x")));
  BOOST_TEST(!u.same_origin(parse_url("http://a:81/x")));
}

BOOST_AUTO_TEST_SUITE_END()
