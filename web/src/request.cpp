// SPDX-License-Identifier: MIT
#include <plua/web/request.hpp>

#include <boost/algorithm/string/predicate.hpp>

#include <locale>

namespace plua::web {
namespace {

// What an idle request may keep of its memory.
constexpr std::size_t kept_text = 16 * 1024;
constexpr std::size_t kept_requests = 256;

// Per thread, since several runtimes may run on threads of their own.
std::vector<std::unique_ptr<request_text>>& idle_texts() {
  thread_local std::vector<std::unique_ptr<request_text>> idle;
  return idle;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

request_text::piece request_text::add(std::string_view text) {
  const piece made{static_cast<std::uint32_t>(head.size()), static_cast<std::uint32_t>(text.size())};
  head.append(text);
  return made;
}

void request_text::clear() noexcept {
  head.clear();
  fields.clear();
  body.clear();
  method = target = {};
  version = 11;
  keep_alive = true;
  expects_continue = false;
}

request::request(const net::tcp::endpoint& peer) : peer_(peer) {
  auto& idle = idle_texts();
  if (idle.empty()) {
    text_ = std::make_unique<request_text>();
  } else {
    text_ = std::move(idle.back());
    idle.pop_back();
  }
}

request::~request() {
  auto& idle = idle_texts();
  if (idle.size() >= kept_requests || text_->head.capacity() + text_->body.capacity() > kept_text) return;
  text_->clear();
  idle.push_back(std::move(text_));
}

std::string_view request::raw_path() const noexcept {
  const std::string_view whole = target();
  return whole.substr(0, whole.find('?'));
}

std::string_view request::query() const noexcept {
  const std::string_view whole = target();
  const std::size_t mark = whole.find('?');
  return mark == whole.npos ? std::string_view() : whole.substr(mark + 1);
}

std::string_view request::header(std::string_view name) const noexcept {
  static const std::locale ascii = std::locale::classic();
  for (const auto& f : text_->fields)
    if (f.name.size == name.size() && boost::algorithm::iequals(view(f.name), name, ascii))
      return view(f.value);
  return {};
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string made;
  made.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      made += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      made += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return made;
}

}  // namespace plua::web
