// SPDX-License-Identifier: MIT
#include <plua/core/version.hpp>
#include <plua/net/http/error.hpp>
#include <plua/net/http/redirect.hpp>
#include <plua/net/http/request_writer.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

namespace http = plua::net::http;

http::request request_for(const char* url, const char* method = "GET") {
  http::request r;
  r.url = url;
  r.method = method;
  return r;
}

std::string head_of(const http::request& r, const http::proxy_form& proxy = {}) {
  http::check_request(r);
  return http::write_head(r, http::parse_url(r.url), proxy);
}

bool is_refused(const http::request& r) {
  try {
    http::check_request(r);
  } catch (const plua::failure& f) {
    return f.code() == http::errc::bad_header && f.operation() == "request" &&
           f.sentence().find_first_of("\r\n") == std::string::npos;
  }
  return false;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

http::response answer(int status, const char* location) {
  http::response r;
  r.status = status;
  if (location) r.headers.push_back({"location", location});
  return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_request_writer)

BOOST_AUTO_TEST_CASE(a_plain_get_is_complete) {
  const std::string agent = "plua/" + std::string(plua::version());

  BOOST_TEST(head_of(request_for("http://Example.org:8080/a?b#c")) ==
             "GET /a?b HTTP/1.1\r\nHost: example.org:8080\r\nUser-Agent: " + agent +
                 "\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(what_the_caller_gives_replaces_the_defaults) {
  http::request r = request_for("http://a/");
  r.headers = {{"host", "b"}, {"user-agent", "x"}, {"ACCEPT", "y"}, {"accept-encoding", "identity"}};

  BOOST_TEST(head_of(r) ==
             "GET / HTTP/1.1\r\nhost: b\r\nuser-agent: x\r\nACCEPT: y\r\naccept-encoding: identity\r\n\r\n");
  BOOST_TEST(!http::decodes(r));
}

BOOST_AUTO_TEST_CASE(the_length_of_the_body_is_always_said) {
  http::request r = request_for("http://a/", "PUT");
  r.body = "12345";
  BOOST_TEST(contains(head_of(r), "\r\nContent-Length: 5\r\n"));

  r.headers = {{"content-length", "5"}};
  const std::string head = head_of(r);
  BOOST_TEST(contains(head, "\r\nContent-Length: 5\r\n"));
  BOOST_TEST(!contains(head, "content-length"));

  BOOST_TEST(contains(head_of(request_for("http://a/", "POST")), "\r\nContent-Length: 0\r\n"));
  BOOST_TEST(!contains(head_of(request_for("http://a/", "DELETE")), "Content-Length"));
}

BOOST_AUTO_TEST_CASE(nothing_can_be_smuggled_into_the_head) {
  const std::string bad_values[] = {"a\r\nX: y", "a\nX: y", "a\rb", std::string("a\0b", 3),
                                    "\x7f",      "\x1b[0m"};
  for (const std::string& value : bad_values) {
    http::request r = request_for("http://a/");
    r.headers = {{"X", value}};
    BOOST_TEST(is_refused(r));
    r.headers = {{value, "x"}};
    BOOST_TEST(is_refused(r));
    BOOST_TEST(is_refused(request_for("http://a/", value.c_str())) ==
               (value[0] != 'a' || value.size() != 3 || value[1] != '\0'));
  }
  for (const char* name : {"", "a b", "a:", "a\t", "(a)", "\xc3\xa5"}) {
    http::request r = request_for("http://a/");
    r.headers = {{name, "x"}};
    BOOST_TEST(is_refused(r), "name '" << name << "'");
  }
  for (const char* method : {"", "GET /", "G\tT", "CONNECT"})
    BOOST_TEST(is_refused(request_for("http://a/", method)));
}

BOOST_AUTO_TEST_CASE(another_framing_than_that_of_the_body_is_refused) {
  http::request r = request_for("http://a/", "POST");
  r.body = "12345";
  r.headers = {{"Content-Length", "4"}};
  BOOST_TEST(is_refused(r));
  r.headers = {{"transfer-encoding", "chunked"}};
  BOOST_TEST(is_refused(r));
}

BOOST_AUTO_TEST_CASE(values_may_hold_any_other_byte) {
  http::request r = request_for("http://a/");
  r.headers = {{"X", "tab\t \xc3\xa5 \xff"}, {"X", ""}};
  BOOST_TEST(contains(head_of(r), "\r\nX: tab\t \xc3\xa5 \xff\r\nX: \r\n"));
}

BOOST_AUTO_TEST_CASE(credentials_of_the_url_become_a_field) {
  BOOST_TEST(contains(head_of(request_for("http://Aladdin:open%20sesame@a/")),
                      "\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));

  http::request r = request_for("http://me:x@a/");
  r.headers = {{"authorization", "Bearer y"}};
  BOOST_TEST(!contains(head_of(r), "Basic"));
}

BOOST_AUTO_TEST_CASE(a_proxy_sees_the_whole_url_without_credentials) {
  const std::string head = head_of(request_for("http://me:x@a:81/b?c#d"), {true, "Basic abc"});

  BOOST_TEST(head.starts_with("GET http://a:81/b?c HTTP/1.1\r\nHost: a:81\r\n"));
  BOOST_TEST(contains(head, "\r\nProxy-Authorization: Basic abc\r\n"));
  BOOST_TEST(http::write_connect(http::parse_url("https://[::1]/"), {})
                 .starts_with("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n"));
}

// ---------------------------------------------------------------- redirects

BOOST_AUTO_TEST_CASE(only_redirects_with_a_location_are_followed) {
  http::request r = request_for("http://a/b");
  const http::url here = http::parse_url(r.url);

  for (const int status : {301, 302, 303, 307, 308})
    BOOST_TEST(http::redirected(r, here, answer(status, "/c"))->target == "/c");
  for (const int status : {200, 300, 304, 305, 404})
    BOOST_TEST(!http::redirected(r, here, answer(status, "/c")));
  BOOST_TEST(!http::redirected(r, here, answer(302, nullptr)));
  BOOST_TEST(!http::redirected(r, here, answer(302, "")));
  BOOST_CHECK_EXCEPTION(http::redirected(r, here, answer(302, "ftp://a/")), plua::failure,
                        [](const plua::failure& f) { return f.operation() == "redirect"; });
}

BOOST_AUTO_TEST_CASE(the_method_changes_as_the_status_says) {
  const auto next_method = [](int status, const char* method) {
    http::request r = request_for("http://a/", method);
    r.body = "x";
    r.headers = {{"content-type", "text/plain"}, {"X", "y"}};
    http::redirected(r, http::parse_url(r.url), answer(status, "/"));
    return r.method + (r.body ? " with body" : "") + std::to_string(r.headers.size());
  };

  for (const int status : {301, 302}) {
    BOOST_TEST(next_method(status, "POST") == "GET1");
    BOOST_TEST(next_method(status, "PUT") == "PUT with body2");
  }
  for (const char* method : {"POST", "PUT", "DELETE"}) BOOST_TEST(next_method(303, method) == "GET1");
  BOOST_TEST(next_method(303, "HEAD") == "HEAD with body2");
  for (const int status : {307, 308}) BOOST_TEST(next_method(status, "POST") == "POST with body2");
}

BOOST_AUTO_TEST_CASE(credentials_stay_at_their_origin) {
  const auto sent_to = [](const char* location) {
    http::request r = request_for("http://me:x@a/b");
    r.headers = {{"authorization", "x"}, {"cookie", "x"}, {"host", "virtual"}, {"X", "y"}};
    const auto next = http::redirected(r, http::parse_url(r.url), answer(302, location));
    return std::to_string(r.headers.size()) + (next->has_user ? " as " + next->user : "");
  };

  BOOST_TEST(sent_to("/c") == "4 as me");
  BOOST_TEST(sent_to("http://you:y@a/c") == "4 as you");
  BOOST_TEST(sent_to("http://a:81/c") == "1");
  BOOST_TEST(sent_to("https://a/c") == "1");
  BOOST_TEST(sent_to("//b/c") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
