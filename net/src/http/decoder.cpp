// SPDX-License-Identifier: MIT
#include <plua/net/http/decoder.hpp>
#include <plua/net/http/error.hpp>
#include <plua/net/http/message.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <zlib.h>

namespace plua::net::http {
namespace {

// zlib's numbers for what the data begins with; the window is the largest.
constexpr int with_gzip_header = 15 + 16;
constexpr int with_zlib_header = 15;
constexpr int without_header = -15;

// A zlib header: method 8 in the low bits, and a multiple of 31 together with the second byte (RFC 1950).
bool is_zlib_header(unsigned first, unsigned second) noexcept {
  return (first & 0x0f) == 8 && (first * 256 + second) % 31 == 0;
}

}  // namespace

struct decoder::state {
  z_stream stream{};
  std::string head;  // of a deflate body, until its format is known
  bool deflate = false;
  bool started = false;
  bool has_input = false;
  bool at_end = false;

  void start(int window) {
    if (inflateInit2(&stream, window) != Z_OK) throw std::bad_alloc();
    started = true;
  }
  ~state() {
    if (started) inflateEnd(&stream);
  }

  error_code decode(std::string_view in, std::string& out, std::size_t limit);
};

bool decoder::knows(std::string_view encoding) noexcept {
  return same_name(encoding, "gzip") || same_name(encoding, "x-gzip") || same_name(encoding, "deflate");
}

decoder::decoder(std::string_view encoding) : state_(std::make_unique<state>()) {
  state_->deflate = same_name(encoding, "deflate");
  if (!state_->deflate) state_->start(with_gzip_header);
}

decoder::~decoder() = default;

error_code decoder::decode(std::string_view in, std::string& out, std::size_t limit) {
  if (in.empty()) return {};
  state& s = *state_;
  s.has_input = true;
  if (s.started) return s.decode(in, out, limit);
  s.head.append(in);
  if (s.head.size() < 2) return {};
  const bool zlib =
      is_zlib_header(static_cast<unsigned char>(s.head[0]), static_cast<unsigned char>(s.head[1]));
  s.start(zlib ? with_zlib_header : without_header);
  const std::string whole = std::move(s.head);
  return s.decode(whole, out, limit);
}

error_code decoder::state::decode(std::string_view in, std::string& out, std::size_t limit) {
  std::array<char, 32 * 1024> piece;
  while (!in.empty()) {
    if (at_end) {
      if (deflate) return {};  // nothing belongs behind it; some servers pad
      if (in.front() == '\0') {
        in.remove_prefix(1);  // zeros may pad a gzip file
        continue;
      }
      if (inflateReset(&stream) != Z_OK) return errc::bad_encoding;
      at_end = false;
    }
    const auto given = static_cast<uInt>(std::min<std::size_t>(in.size(), std::numeric_limits<uInt>::max()));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream.avail_in = given;
    int status = Z_OK;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      status = inflate(&stream, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return errc::bad_encoding;
      const std::size_t made = piece.size() - stream.avail_out;
      if (made > limit - std::min(limit, out.size())) return errc::body_too_long;
      out.append(piece.data(), made);
    } while (status == Z_OK && stream.avail_out == 0);
    in.remove_prefix(given - stream.avail_in);
    at_end = status == Z_STREAM_END;
    if (status == Z_BUF_ERROR && stream.avail_in > 0) return errc::bad_encoding;
  }
  return {};
}

bool decoder::is_complete() const noexcept { return state_->at_end || !state_->has_input; }

}  // namespace plua::net::http
