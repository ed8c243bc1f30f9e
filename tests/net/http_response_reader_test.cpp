// SPDX-License-Identifier: MIT
#include <plua/net/http/error.hpp>
#include <plua/net/http/response_reader.hpp>

#include <boost/test/unit_test.hpp>

#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace {

namespace http = plua::net::http;
using plua::error_code;

struct reading {
  error_code error;
  http::response response;
  bool done = false;
  bool reusable = false;
  std::size_t left_over = 0;
};

/// Reads the bytes in pieces of that size, then the end of the stream unless it is open.
reading read(std::string_view bytes, std::size_t piece, const http::reader_options& options = {},
             bool ends = true) {
  http::response_reader reader(options);
  reading made;
  while (!bytes.empty() && !made.error && !reader.is_done()) {
    made.error = reader.put(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  if (ends && !made.error) made.error = reader.put_end();
  made.done = reader.is_done();
  made.reusable = made.done && reader.allows_reuse();
  made.left_over = reader.left_over() + bytes.size();
  if (made.done) made.response = reader.take();
  return made;
}

constexpr std::size_t pieces[] = {1, 2, 3, 7, 1000000};

/// What every way of cutting the bytes must give.
void expect_body(std::string_view bytes, std::string_view body, const http::reader_options& options = {}) {
  for (const std::size_t piece : pieces) {
    const reading r = read(bytes, piece, options);
    BOOST_TEST(!r.error, "pieces of " << piece << ": " << r.error.message());
    BOOST_TEST(r.done);
    BOOST_TEST(r.response.body == body);
  }
}

void expect_error(std::string_view bytes, http::errc expected, const http::reader_options& options = {}) {
  for (const std::size_t piece : pieces) {
    const reading r = read(bytes, piece, options);
    BOOST_TEST((r.error == expected),
               "pieces of " << piece << ": " << r.error.message() << " for " << bytes.substr(0, 60));
    BOOST_TEST(!r.done);
  }
}

std::string chunked(std::string_view rest) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(rest);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_response_reader)

BOOST_AUTO_TEST_CASE(a_response_is_read_in_any_pieces) {
  const std::string_view text =
      "HTTP/1.1 404 Not  Found\r\nContent-Length: 5\r\nX-a: b \t\r\nSet-Cookie: 1\r\nset-cookie: "
      "2\r\n\r\nhello";
  for (const std::size_t piece : pieces) {
    const reading r = read(text, piece, {}, false);
    BOOST_TEST(r.done);
    BOOST_TEST(r.reusable);
    BOOST_TEST(r.response.status == 404);
    BOOST_TEST(r.response.reason == "Not  Found");
    BOOST_TEST(r.response.body == "hello");
    BOOST_TEST(r.response.headers.size() == 4u);
    BOOST_TEST(*http::find(r.response.headers, "x-A") == "b");
    BOOST_TEST(r.response.headers[3].name == "set-cookie");
    BOOST_TEST(r.response.headers[3].value == "2");
  }
}

BOOST_AUTO_TEST_CASE(a_body_without_a_length_ends_with_the_connection) {
  expect_body("HTTP/1.1 200 OK\r\n\r\nall of it", "all of it");
  expect_body("HTTP/1.0 200 OK\r\n\r\n", "");
  BOOST_TEST(!read("HTTP/1.1 200 OK\r\n\r\nall", 100).reusable);
}

BOOST_AUTO_TEST_CASE(chunks_are_joined) {
  expect_body(chunked("5\r\nhello\r\n1\r\n,\r\nA\r\n 123456789\r\n0\r\n\r\n"), "hello, 123456789");
  expect_body(chunked("0\r\n\r\n"), "");
  expect_body(chunked("003;name=value;other=\"a;b\"\r\nabc\r\n00\r\n\r\n"), "abc");
  BOOST_TEST(read(chunked("1\r\nx\r\n0\r\n\r\n"), 1, {}, false).reusable);
}

BOOST_AUTO_TEST_CASE(trailers_are_not_taken_for_headers) {
  const reading r = read(chunked("1\r\nx\r\n0\r\nX-Trailer: y\r\nLocation: z\r\n\r\n"), 1, {}, false);
  BOOST_TEST(r.done);
  BOOST_TEST(r.response.headers.size() == 1u);
}

BOOST_AUTO_TEST_CASE(some_responses_have_no_body_whatever_they_say) {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    const reading r =
        read("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 10\r\n\r\n", 1, {}, false);
    BOOST_TEST(r.done);
    BOOST_TEST(r.reusable);
    BOOST_TEST(r.response.body.empty());
  }
  http::reader_options head;
  head.without_body = true;
  const reading r =
      read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Encoding: gzip\r\n\r\n", 1, head, false);
  BOOST_TEST(r.done);
  BOOST_TEST(r.response.headers.size() == 2u);
}

BOOST_AUTO_TEST_CASE(interim_responses_are_passed_over) {
  const std::string text =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  expect_body(text, "ok");
  BOOST_TEST(read(text, 1).response.headers.size() == 1u);
  expect_error("HTTP/1.1 100 Continue\r\n\r\n", http::errc::truncated);
}

BOOST_AUTO_TEST_CASE(a_tunnel_begins_after_the_head) {
  http::reader_options tunnel;
  tunnel.tunnel = true;
  BOOST_TEST(read("HTTP/1.1 200 Connection established\r\n\r\n", 1, tunnel, false).done);
  BOOST_TEST(read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", 1, tunnel, false).done);
  BOOST_TEST(read("HTTP/1.1 407 Who?\r\nContent-Length: 2\r\n\r\nno", 1, tunnel, false).response.body ==
             "no");
}

BOOST_AUTO_TEST_CASE(reuse_is_as_the_response_says) {
  const auto reusable = [](const std::string& head) {
    return read(head + "Content-Length: 1\r\n\r\nx", 1000, {}, false).reusable;
  };

  BOOST_TEST(reusable("HTTP/1.1 200 OK\r\n"));
  BOOST_TEST(reusable("HTTP/1.1 200 OK\r\nConnection: Upgrade, Keep-Alive\r\nUpgrade: h2c\r\n"));
  BOOST_TEST(!reusable("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
  BOOST_TEST(!reusable("HTTP/1.0 200 OK\r\n"));
  BOOST_TEST(reusable("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"));
  BOOST_TEST(!read("HTTP/1.1 101 Switching Protocols\r\n\r\n", 1000, {}, false).reusable);
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_response_forbid_reuse) {
  const reading r = read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n", 1000, {}, false);
  BOOST_TEST(r.done);
  BOOST_TEST(r.left_over == 17u);
  BOOST_TEST(!r.reusable);
}

BOOST_AUTO_TEST_CASE(what_is_not_http_is_an_error) {
  for (const char* text :
       {"SSH-2.0-OpenSSH_9.2\r\n", "\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\x01\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"})
    expect_error(text, http::errc::bad_response);
  expect_error(std::string(3000, '\xff'), http::errc::bad_response);
  BOOST_TEST((read("HTTP/1.1 200 OK\n\n", 1000).error == http::errc::bad_response));
}

BOOST_AUTO_TEST_CASE(broken_chunks_are_an_error) {
  for (const char* text : {"x\r\n\r\n", "5 hello\r\n", "\r\nhello", "-1\r\nx", "fffffffffffffffff\r\n",
                           "1\r\nxy\r\n0\r\n\r\n", "0\r\nno colon\r\n\r\n", "1;=\r\nx\r\n"})
    expect_error(chunked(text), http::errc::bad_response);
}

BOOST_AUTO_TEST_CASE(every_early_end_is_noticed) {
  const std::string whole = chunked("5\r\nhello\r\n0\r\n\r\n");
  expect_error("", http::errc::no_response);
  for (std::size_t size = 1; size < whole.size(); ++size)
    expect_error(std::string_view(whole).substr(0, size), http::errc::truncated);
  const std::string counted = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t size = 1; size < counted.size(); ++size)
    expect_error(std::string_view(counted).substr(0, size), http::errc::truncated);
}

BOOST_AUTO_TEST_CASE(a_head_over_the_limit_is_refused) {
  http::reader_options options;
  options.header_limit = 100;
  const std::string start = "HTTP/1.1 200 OK\r\n";
  expect_error(start + "X: " + std::string(200, 'x') + "\r\n\r\n", http::errc::header_too_long, options);
  expect_error(start + std::string(300, 'x'), http::errc::header_too_long, options);
  expect_body(start + "X: " + std::string(50, 'x') + "\r\n\r\n", "", options);

  std::string many = start;
  while (many.size() < 120000) many += "X: y\r\n";
  for (const std::size_t piece : {1000, 32768, 200000})
    BOOST_TEST((read(many, piece).error == http::errc::header_too_long), "pieces of " << piece);
}

BOOST_AUTO_TEST_CASE(an_endless_line_of_a_chunk_or_trailer_is_refused) {
  http::reader_options options;
  options.header_limit = 1000;
  const std::string much(20000, 'x');
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
    BOOST_TEST((read(chunked("1;" + much), piece, options).error == http::errc::header_too_long));
    BOOST_TEST((read(chunked("0\r\nX: " + much), piece, options).error == http::errc::header_too_long));
  }
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_is_refused) {
  http::reader_options options;
  options.body_limit = 4;
  const std::string start = "HTTP/1.1 200 OK\r\n";
  expect_error(start + "Content-Length: 5\r\n\r\nhello", http::errc::body_too_long, options);
  expect_error(start + "\r\nhello", http::errc::body_too_long, options);
  expect_error(chunked("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"), http::errc::body_too_long, options);
  expect_body(start + "Content-Length: 4\r\n\r\nfour", "four", options);
  expect_body(start + "\r\nfour", "four", options);
  expect_body(chunked("2\r\nfo\r\n2\r\nur\r\n0\r\n\r\n"), "four", options);
}

// Whatever the cut, a damaged response is the same response or none.
BOOST_AUTO_TEST_CASE(damaged_responses_are_read_alike_in_any_pieces) {
  const std::string samples[] = {
      chunked("5;a=b\r\nhello\r\n1\r\n,\r\n0\r\nX: y\r\n\r\n"),
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
      "HTTP/1.0 200\r\nConnection: keep-alive, x\r\nA: b\r\n c\r\n\r\nuntil the end"};
  const std::string_view bytes("\0\r\n :;,0159afHTP/.x\xff", 21);
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string text = samples[random() % std::size(samples)];
    for (unsigned changes = random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      const char byte = bytes[random() % bytes.size()];
      if (random() % 3 == 0)
        text.insert(at, 1, byte);
      else if (random() % 2 == 0)
        text.erase(at, 1);
      else
        text[at] = byte;
    }
    const reading whole = read(text, text.size());
    for (const std::size_t piece : {1, 5}) {
      const reading cut = read(text, piece);
      BOOST_TEST(whole.done == cut.done, "pieces of " << piece << " of " << text);
      BOOST_TEST(whole.response.body == cut.response.body, "pieces of " << piece << " of " << text);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_promise_of_a_huge_body_takes_no_memory) {
  http::reader_options options;
  options.body_limit = ~std::size_t{0};
  http::response_reader reader(options);
  BOOST_TEST(!reader.put("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\nx"));
  BOOST_TEST(!reader.is_done());
}

BOOST_AUTO_TEST_SUITE_END()
