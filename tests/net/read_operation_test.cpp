// SPDX-License-Identifier: MIT
// What a read takes from a stream must not depend on how the stream was cut into pieces.
#include "net_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using plua::net::read_format;
using kind = read_format::kind;

struct fixture : plua::testing::net_fixture {
  /// Reads with the formats in turn, the last one again and again, until an error; the results with a bar
  /// between.
  plua::awaitable<std::string> read_all(plua::ptr<plua::net::connection> from,
                                        std::vector<read_format> formats) {
    std::string log;
    for (std::size_t i = 0;; ++i) {
      bool ended = false;
      bool too_long = false;
      try {
        const read_format& format = formats[std::min(i, formats.size() - 1)];
        const std::string piece = co_await plua::testing::read(*net, from, format);
        log += piece + "|";
        if (format.what == kind::all && piece.empty()) co_return log + "end";
      } catch (const plua::failure& f) {
        log += plua::symbol(f.code());
        too_long = f.code() == plua::errc::too_long;
        ended = !too_long;
      }
      if (ended) co_return log;
      if (too_long) {
        const read_format one_byte{kind::exactly, 1};
        const std::string byte = co_await plua::testing::read(*net, from, one_byte);
        log += "|" + byte + "|";
      }
    }
  }

  /// The log when the pieces arrive one after the other, each taken in before the next.
  std::string log_of(const std::vector<std::string_view>& pieces, const std::vector<read_format>& formats) {
    auto [from, peer] = link();
    plua::testing::started<std::string> reading;
    reading.start(io.get_executor(), read_all(from, formats));
    for (const std::string_view piece : pieces) {
      io.restart();
      io.poll();
      if (!piece.empty()) peer.send(piece);
    }
    io.restart();
    io.poll();
    peer.close();
    plua::testing::run_until(io, [&] { return reading.done; });
    if (reading.error) std::rethrow_exception(reading.error);
    return *reading.value;
  }

  void check_every_split(const std::string& input, const std::vector<read_format>& formats,
                         const std::string& wanted) {
    const std::string_view whole = input;
    BOOST_TEST(log_of({whole}, formats) == wanted);
    for (std::size_t a = 0; a <= whole.size(); ++a)
      for (std::size_t b = a; b <= whole.size(); ++b) {
        const std::string log =
            log_of({whole.substr(0, a), whole.substr(a, b - a), whole.substr(b)}, formats);
        if (log != wanted)
          BOOST_ERROR("cut at " << a << " and " << b << ": " << log << " instead of " << wanted);
      }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < whole.size(); ++i) bytes.push_back(whole.substr(i, 1));
    BOOST_TEST(log_of(bytes, formats) == wanted);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(read_operation, fixture)

BOOST_AUTO_TEST_CASE(exact_counts) { check_every_split("abcdefgh", {{kind::exactly, 3}}, "abc|def|gh|eof"); }

BOOST_AUTO_TEST_CASE(a_count_of_zero) {
  check_every_split("abc", {{kind::exactly, 0}, {kind::some, 0}, {kind::exactly, 3}}, "||abc|eof");
}

BOOST_AUTO_TEST_CASE(lines) {
  check_every_split("a\r\n\nb\rc\n\r\r\nd\r", {{kind::line}}, "a||b\rc|\r|d\r|eof");
}

BOOST_AUTO_TEST_CASE(raw_lines) {
  check_every_split("a\r\n\nb\n\rc", {{kind::raw_line}}, "a\r\n|\n|b\n|\rc|eof");
}

BOOST_AUTO_TEST_CASE(delimiters_that_repeat_their_start) {
  check_every_split("aabaaabx", {{kind::until, 100, "aab"}}, "aab|aaab|x|eof");
}

BOOST_AUTO_TEST_CASE(delimiters_of_one_byte) {
  check_every_split(";a;;b", {{kind::until, 100, ";"}}, ";|a;|;|b|eof");
}

BOOST_AUTO_TEST_CASE(everything) {
  check_every_split("abc\ndef", {{kind::line}, {kind::all}}, "abc|def||end");
}

BOOST_AUTO_TEST_CASE(everything_up_to_a_limit) {
  check_every_split("abcdefg", {{kind::all, 3}}, "abc|def|g||end");
}

BOOST_AUTO_TEST_CASE(limits_of_lines_count_the_end) {
  check_every_split("abc\nab\n", {{kind::line, 3}}, "too_long|a|bc|ab|eof");
}

BOOST_AUTO_TEST_CASE(limits_of_delimiters_count_the_delimiter) {
  check_every_split("ab--", {{kind::until, 3, "--"}}, "too_long|a|b--|eof");
  check_every_split("ab--", {{kind::until, 4, "--"}}, "ab--|eof");
}

BOOST_AUTO_TEST_CASE(cut_at_the_limit) {
  check_every_split("abcdefg;h", {{kind::until, 3, ";", true}}, "abc|def|g;|h|eof");
}

BOOST_AUTO_TEST_CASE(formats_in_turn) {
  check_every_split("6\nabc\r\ndef;x\n",
                    {{kind::line}, {kind::exactly, 5}, {kind::until, 10, ";"}, {kind::raw_line}},
                    "6|abc\r\n|def;|x\n|eof");
}

BOOST_AUTO_TEST_CASE(some_gives_what_is_there_and_loses_nothing) {
  auto [from, peer] = link();
  std::string sent, got;
  for (int i = 0; i < 300; ++i) {
    const std::string piece(static_cast<std::size_t>(i * 7 % 50 + 1), static_cast<char>(i));
    peer.send(piece);
    sent += piece;
    while (got.size() < sent.size())
      got += plua::testing::run_coro(io, plua::testing::read(*net, from, {kind::some, 13}));
  }
  BOOST_TEST((got == sent));
}

BOOST_AUTO_TEST_CASE(a_null_connection_is_not_found) {
  plua::testing::started<std::string> reading;
  reading.start(io.get_executor(), plua::testing::read(*net, nullptr));
  turns();
  BOOST_TEST((reading.code() == plua::errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
