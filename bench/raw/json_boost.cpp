// SPDX-License-Identifier: MIT
// JSON by Boost.JSON: json_boost decode|events|encode FILE COUNT. "decode" builds the document in memory that
// is dropped as a whole, "events" only parses, "encode" makes text in a reused
// buffer. Some repetitions more warm up, in every
// run the same.
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace json = boost::json;
using boost::system::error_code;

namespace {

// Looks at everything that the parser finds and keeps none of it.
struct counting_handler {
  static constexpr std::size_t max_object_size = ~std::size_t{0}, max_array_size = max_object_size,
                               max_key_size = max_object_size, max_string_size = max_object_size;
  std::size_t values = 0, bytes = 0;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return value(); }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t, error_code&) { return value(); }
  bool on_string_part(json::string_view text, std::size_t, error_code&) { return take(text); }
  bool on_string(json::string_view text, std::size_t, error_code&) { return take(text) && value(); }
  bool on_key_part(json::string_view text, std::size_t, error_code&) { return take(text); }
  bool on_key(json::string_view text, std::size_t, error_code&) { return take(text); }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, error_code&) { return value(); }
  bool on_uint64(std::uint64_t, json::string_view, error_code&) { return value(); }
  bool on_double(double, json::string_view, error_code&) { return value(); }
  bool on_bool(bool, error_code&) { return value(); }
  bool on_null(error_code&) { return value(); }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

 private:
  bool value() {
    ++values;
    return true;
  }
  bool take(json::string_view text) {
    bytes += text.size();
    return true;
  }
};

bool decode(const std::string& text) {
  json::monotonic_resource memory;
  return json::parse(text, &memory).is_object();
}

bool events(const std::string& text) {
  json::basic_parser<counting_handler> parser{json::parse_options{}};
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  return !ec && used == text.size() && parser.handler().values > 0;
}

bool encode(const json::value& document) {
  static json::serializer serializer;
  static std::array<char, 16384> piece;
  static std::string text;
  text.clear();
  serializer.reset(&document);
  while (!serializer.done()) text += serializer.read(piece.data(), piece.size());
  return text.size() > 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string_view mode = argv[1];
  std::ifstream input(argv[2], std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(input), {});
  const long count = std::atol(argv[3]) + 3;
  json::monotonic_resource memory;
  const json::value document = mode == "encode" ? json::parse(text, &memory) : nullptr;
  for (long i = 0; i < count; ++i) {
    const bool done = mode == "decode" ? decode(text) : mode == "events" ? events(text) : encode(document);
    if (!done) return 1;
  }
}
