// SPDX-License-Identifier: MIT
#include <plua/net/http/decoder.hpp>
#include <plua/net/http/error.hpp>
#include <plua/net/http/response_reader.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace plua::net::http {
namespace {

namespace beast = boost::beast;

std::string_view plain(beast::string_view text) noexcept { return {text.data(), text.size()}; }

// A chunk's line has no limit of its own in the parser: what it does not take yet stays here.
constexpr std::size_t waiting_room = 4096;

// No chunked body ends with less than "0\r\n\r\n" to come, and the parser asserts that when it goes on there.
constexpr std::size_t last_chunk = 5;

// The parser looks at a line when all of the head is there, or too much: a peer that speaks something else
// may never send that.
bool may_begin(std::string_view data) noexcept {
  constexpr std::string_view version = "HTTP/1.";
  return version.starts_with(data.substr(0, version.size()));
}

error_code translate(const beast::error_code& ec) {
  using beast::http::error;
  if (ec == error::header_limit || ec == error::buffer_overflow) return errc::header_too_long;
  if (ec == error::body_limit) return errc::body_too_long;
  if (ec == error::partial_message || ec == error::end_of_stream) return errc::truncated;
  if (ec.category() == error_category()) return ec;
  return errc::bad_response;
}

}  // namespace

// Stores what Beast's parser finds.
class response_reader::parser final : public beast::http::basic_parser<false> {
 public:
  explicit parser(const reader_options& options) : options_(options) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(options.header_limit, UINT32_MAX)));
    body_limit(options.body_limit);
    if (options.without_body) skip(true);
  }

  bool is_interim() const noexcept { return made_.status / 100 == 1 && made_.status != 101; }
  bool opens_tunnel() const noexcept {
    return options_.tunnel && made_.status / 100 == 2 && is_header_done();
  }
  bool ends_decoded() const noexcept { return !decoder_ || decoder_->is_complete(); }
  bool is_in_chunks() const noexcept { return is_header_done() && !is_done() && chunked(); }
  std::size_t head_size() const noexcept { return head_size_; }
  response& made() noexcept { return made_; }
  const response& made() const noexcept { return made_; }

 private:
  using error = beast::error_code;

  void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, error&) override {}

  void on_response_impl(int code, beast::string_view reason, int, error&) override {
    made_.status = code;
    made_.reason = plain(reason);
  }

  // The parser only limits what it cannot take yet; all fields together, and the trailers, are counted here.
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error& ec) override {
    head_size_ += name.size() + value.size() + 4;
    if (head_size_ > options_.header_limit) ec = errc::header_too_long;
    if (ec || in_body_) return;
    made_.headers.push_back({std::string(plain(name)), std::string(plain(value))});
  }

  void on_header_impl(error&) override {
    in_body_ = true;
    const std::string* encoding = find(made_.headers, "Content-Encoding");
    if (!options_.decode || options_.without_body || !encoding || !decoder::knows(*encoding)) return;
    if (made_.status == 204 || made_.status == 304) return;
    decoder_.emplace(*encoding);
    remove_all(made_.headers, "Content-Encoding");
    remove_all(made_.headers, "Content-Length");
  }

  void on_body_init_impl(boost::optional<std::uint64_t> const& length, error&) override {
    // A promise is no reason to take much memory.
    constexpr std::uint64_t trusted = 1024 * 1024;
    if (length && !decoder_) made_.body.reserve(static_cast<std::size_t>(std::min(*length, trusted)));
  }

  std::size_t on_body_impl(beast::string_view data, error& ec) override {
    if (decoder_)
      ec = decoder_->decode(plain(data), made_.body, options_.body_limit);
    else
      made_.body.append(data.data(), data.size());
    return data.size();
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view, error&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view data, error& ec) override {
    return on_body_impl(data, ec);
  }

  void on_finish_impl(error&) override {}

  reader_options options_;
  response made_;
  std::optional<decoder> decoder_;
  std::size_t head_size_ = 0;
  bool in_body_ = false;
};

struct response_reader::state {
  explicit state(const reader_options& o) : options(o) { current.emplace(options); }

  reader_options options;
  std::optional<parser> current;
  std::string pending;  // what the parser could not take yet
  bool begun = false;
  bool done = false;

  error_code feed(std::string_view data, std::size_t& taken);
  error_code finish();
};

response_reader::response_reader(const reader_options& options) : state_(std::make_unique<state>(options)) {}
response_reader::~response_reader() = default;
response_reader::response_reader(response_reader&&) noexcept = default;
response_reader& response_reader::operator=(response_reader&&) noexcept = default;

error_code response_reader::state::finish() {
  if (!current->ends_decoded()) return errc::bad_encoding;
  done = true;
  return {};
}

// Gives the parser all that it takes.
error_code response_reader::state::feed(std::string_view data, std::size_t& taken) {
  while (!done && taken < data.size()) {
    const std::string_view rest = data.substr(taken);
    if (current->made().status == 0 && !may_begin(rest)) return errc::bad_response;
    if (current->is_in_chunks() && rest.size() < last_chunk) return {};
    beast::error_code ec;
    taken += current->put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
    if (ec == beast::http::error::need_more) return {};
    if (ec) return translate(ec);
    if (current->opens_tunnel()) return finish();
    if (!current->is_done()) continue;
    if (!current->is_interim()) return finish();
    current.emplace(options);
  }
  return {};
}

error_code response_reader::put(std::string_view data) {
  state& s = *state_;
  if (data.empty()) return {};
  s.begun = true;
  if (s.pending.empty()) {
    std::size_t taken = 0;
    if (const error_code ec = s.feed(data, taken)) return ec;
    s.pending = data.substr(taken);
  } else {
    s.pending.append(data);
    std::size_t taken = 0;
    if (const error_code ec = s.feed(s.pending, taken)) return ec;
    s.pending.erase(0, taken);
  }
  const std::size_t allowed = s.options.header_limit + (s.current->is_header_done() ? waiting_room : 0);
  if (!s.done && s.current->head_size() + s.pending.size() > allowed) return errc::header_too_long;
  return {};
}

error_code response_reader::put_end() {
  state& s = *state_;
  if (s.done) return {};
  if (!s.begun) return errc::no_response;
  // Between an interim response and the final one the parser has seen nothing yet.
  if (!s.current->got_some()) return errc::truncated;
  beast::error_code ec;
  s.current->put_eof(ec);
  if (ec) return translate(ec);
  return s.finish();
}

bool response_reader::is_done() const noexcept { return state_->done; }
bool response_reader::has_begun() const noexcept { return state_->begun; }
std::size_t response_reader::left_over() const noexcept { return state_->pending.size(); }

bool response_reader::allows_reuse() const noexcept {
  // A response that switches protocols, or with bytes behind it, leaves a connection in an unknown state.
  return state_->done && state_->pending.empty() && state_->current->made().status != 101 &&
         state_->current->keep_alive();
}

response response_reader::take() { return std::move(state_->current->made()); }

}  // namespace plua::net::http
