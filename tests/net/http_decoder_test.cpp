// SPDX-License-Identifier: MIT
#include <plua/net/http/decoder.hpp>
#include <plua/net/http/error.hpp>
#include <plua/net/http/response_reader.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <zlib.h>

namespace {

namespace http = plua::net::http;
using plua::error_code;

constexpr int gzip = 15 + 16;
constexpr int zlib = 15;
constexpr int raw = -15;

std::string compress(std::string_view data, int window) {
  z_stream s{};
  deflateInit2(&s, Z_BEST_COMPRESSION, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&s, data.size()) + 100, '\0');
  s.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  s.avail_in = static_cast<uInt>(data.size());
  s.next_out = reinterpret_cast<Bytef*>(out.data());
  s.avail_out = static_cast<uInt>(out.size());
  deflate(&s, Z_FINISH);
  out.resize(out.size() - s.avail_out);
  deflateEnd(&s);
  return out;
}

struct decoding {
  error_code error;
  std::string text;
  bool complete = false;
};

decoding decode(std::string_view encoding, std::string_view data, std::size_t piece,
                std::size_t limit = 10000000) {
  http::decoder d(encoding);
  decoding made;
  while (!data.empty() && !made.error) {
    made.error = d.decode(data.substr(0, piece), made.text, limit);
    data.remove_prefix(std::min(piece, data.size()));
  }
  made.complete = d.is_complete();
  return made;
}

const std::string text = [] {
  std::string made;
  for (int i = 0; i < 20000; ++i) made += std::to_string(i * 7919) + ",";
  return made;
}();

std::string response_with(std::string_view encoding, std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Encoding: " + std::string(encoding) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_decoder)

BOOST_AUTO_TEST_CASE(gzip_and_both_kinds_of_deflate_are_decoded_in_any_pieces) {
  const std::pair<const char*, int> formats[] = {
      {"gzip", gzip}, {"X-GZIP", gzip}, {"deflate", zlib}, {"Deflate", raw}};
  for (const auto& [encoding, window] : formats)
    for (const std::size_t piece : {1, 2, 1000, 1000000}) {
      const decoding d = decode(encoding, compress(text, window), piece);
      BOOST_TEST(!d.error);
      BOOST_TEST(d.complete);
      BOOST_TEST((d.text == text), encoding << " in pieces of " << piece);
    }
}

BOOST_AUTO_TEST_CASE(members_of_a_gzip_file_are_joined) {
  const std::string two = compress("one ", gzip) + compress("two", gzip);
  BOOST_TEST(decode("gzip", two, 1).text == "one two");
  BOOST_TEST(decode("gzip", two + std::string(5, '\0'), 3).text == "one two");
}

BOOST_AUTO_TEST_CASE(damage_is_noticed) {
  std::string damaged = compress(text, gzip);
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] + 1);
  BOOST_TEST((decode("gzip", damaged, 1000).error == http::errc::bad_encoding));
  BOOST_TEST((decode("gzip", "not compressed at all", 1000).error == http::errc::bad_encoding));
  BOOST_TEST((decode("deflate", "\xff\xff\xff\xff", 1000).error == http::errc::bad_encoding));
}

BOOST_AUTO_TEST_CASE(an_early_end_is_noticed) {
  const std::string whole = compress("some text", gzip);
  for (std::size_t size = 1; size < whole.size(); ++size)
    BOOST_TEST(!decode("gzip", std::string_view(whole).substr(0, size), 1).complete);
  BOOST_TEST(decode("gzip", whole, 1).complete);
  BOOST_TEST(decode("gzip", "", 1).complete);
  BOOST_TEST(!decode("deflate", "x", 1).complete);
}

BOOST_AUTO_TEST_CASE(a_bomb_stops_at_the_limit) {
  const std::string bomb = compress(std::string(5000000, 'x'), gzip);
  BOOST_TEST(bomb.size() < 10000u);
  const decoding d = decode("gzip", bomb, 1000000, 100000);
  BOOST_TEST((d.error == http::errc::body_too_long));
  BOOST_TEST(d.text.size() <= 100000u);
  BOOST_TEST(!decode("gzip", compress("12345", gzip), 100, 5).error);
  BOOST_TEST((decode("gzip", compress("123456", gzip), 100, 5).error == http::errc::body_too_long));
}

BOOST_AUTO_TEST_CASE(a_reader_decodes_and_drops_the_fields_that_no_longer_fit) {
  const std::string bytes = response_with("gzip", compress(text, gzip));
  http::response_reader reader({});
  for (const char& c : bytes) BOOST_REQUIRE(!reader.put({&c, 1}));
  BOOST_TEST(reader.is_done());
  const http::response r = reader.take();
  BOOST_TEST((r.body == text));
  BOOST_TEST(r.headers.empty());
}

BOOST_AUTO_TEST_CASE(a_reader_leaves_what_it_does_not_know_or_shall_not_decode) {
  http::reader_options keep;
  keep.decode = false;
  http::response_reader kept(keep);
  BOOST_TEST(!kept.put(response_with("gzip", "raw")));
  const http::response raw_response = kept.take();
  BOOST_TEST(raw_response.body == "raw");
  BOOST_TEST(raw_response.headers.size() == 2u);

  http::response_reader unknown({});
  BOOST_TEST(!unknown.put(response_with("br", "raw")));
  BOOST_TEST(unknown.take().body == "raw");
}

BOOST_AUTO_TEST_CASE(a_reader_reports_damage_and_bombs) {
  http::response_reader damaged({});
  BOOST_TEST((damaged.put(response_with("gzip", "nonsense")) == http::errc::bad_encoding));

  const std::string whole = compress(text, gzip);
  http::response_reader cut({});
  BOOST_TEST((cut.put(response_with("gzip", whole.substr(0, 100))) == http::errc::bad_encoding));

  http::reader_options small;
  small.body_limit = 20000;
  http::response_reader bomb(small);
  BOOST_TEST((bomb.put(response_with("gzip", compress(std::string(100000, 'x'), gzip))) ==
              http::errc::body_too_long));
}

BOOST_AUTO_TEST_SUITE_END()
