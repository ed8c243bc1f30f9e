// SPDX-License-Identifier: MIT
#include <plua/web/request_parser.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <new>

namespace plua::web {
namespace {

namespace http = boost::beast::http;
using beast_error = boost::beast::error_code;
using beast_text = boost::beast::string_view;

std::string_view as_view(beast_text s) { return {s.data(), s.size()}; }

int status_of(const beast_error& ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) return 431;
  if (ec == http::error::body_limit) return 413;
  if (ec == http::error::bad_version) return 505;
  return 400;
}

}  // namespace

class request_parser::reader final : public http::basic_parser<true> {
 public:
  explicit reader(request_text& into) : into_(into) {}

 private:
  void on_request_impl(http::verb, beast_text method, beast_text target, int version, beast_error&) override {
    into_.method = into_.add(as_view(method));
    into_.target = into_.add(as_view(target));
    into_.version = version;
  }
  void on_field_impl(http::field name, beast_text name_text, beast_text value, beast_error&) override {
    const request_text::piece named = into_.add(as_view(name_text));
    into_.fields.push_back({named, into_.add(as_view(value))});
    if (name == http::field::expect) into_.expects_continue = boost::beast::iequals(value, "100-continue");
  }
  void on_header_impl(beast_error&) override { into_.keep_alive = keep_alive(); }
  void on_body_init_impl(const boost::optional<std::uint64_t>& size, beast_error&) override {
    // Not all of what is only promised.
    constexpr std::uint64_t at_first = 64 * 1024;
    if (size) into_.body.reserve(static_cast<std::size_t>(std::min(*size, at_first)));
  }
  std::size_t on_body_impl(beast_text part, beast_error&) override {
    into_.body.append(part.data(), part.size());
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast_text, beast_error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast_text part, beast_error&) override {
    into_.body.append(part.data(), part.size());
    return part.size();
  }
  void on_finish_impl(beast_error&) override {}
  void on_response_impl(int, beast_text, int, beast_error&) override {}

  request_text& into_;
};

request_parser::request_parser() : memory_(new std::byte[sizeof(reader)]) {}

request_parser::~request_parser() {
  if (reader_) reader_->~reader();
}

void request_parser::begin(request_text& into, const request_limits& limits) {
  if (reader_) reader_->~reader();
  reader_ = new (memory_.get()) reader(into);
  reader_->eager(true);
  reader_->header_limit(limits.head);
  reader_->body_limit(limits.body);
}

request_parser::state request_parser::feed(std::string_view& bytes) {
  while (!bytes.empty()) {
    beast_error ec;
    const std::size_t used = reader_->put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
    bytes.remove_prefix(used);
    if (ec == http::error::need_more) return state::more;
    if (ec) {
      status_ = status_of(ec);
      return state::failed;
    }
    if (reader_->is_done()) return state::complete;
    if (used == 0) return state::more;
  }
  return state::more;
}

bool request_parser::waits_for_body() const noexcept {
  return reader_ && reader_->is_header_done() && !reader_->is_done();
}

}  // namespace plua::web
