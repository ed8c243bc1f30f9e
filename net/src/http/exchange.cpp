// SPDX-License-Identifier: MIT
#include <plua/net/http/error.hpp>
#include <plua/net/http/exchange.hpp>

#include <memory>
#include <utility>

namespace plua::net::http {
namespace {

// A body up to this size goes out with the head: copying it costs less than a second call of the system.
constexpr std::size_t joined_body = 32 * 1024;
constexpr std::size_t read_size = 32 * 1024;

bool ends_everything(const failure& f) {
  return f.code() == plua::errc::timeout || f.code() == plua::errc::cancelled;
}

awaitable<void> send(stream& s, std::string& head, std::string_view body) {
  const bool joined = body.size() <= joined_body;
  if (joined) head.append(body);
  co_await s.write(head);
  if (!joined) co_await s.write(body);
}

const char* phase_of(const error_code& ec) {
  return ec == errc::body_too_long || ec == errc::bad_encoding ? "body" : "response";
}

awaitable<void> receive(stream& s, response_reader& reader) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(read_size);
  while (!reader.is_done()) {
    const std::size_t count = co_await s.read_some(std::span(buffer.get(), read_size));
    const error_code ec = count == 0 ? reader.put_end() : reader.put({buffer.get(), count});
    if (ec) throw failure(ec, phase_of(ec), s.peer());
  }
}

}  // namespace

awaitable<exchange_result> exchange(stream& s, std::string head, std::string_view body,
                                    reader_options options) {
  exchange_result made;
  std::optional<failure> unsent;
  try {
    co_await send(s, head, body);
  } catch (const failure& f) {
    if (f.code() == plua::errc::cancelled) throw;
    unsent.emplace(f);
  }
  if (unsent && ends_everything(*unsent)) {
    made.error = std::move(unsent);
    co_return made;
  }
  response_reader reader(options);
  try {
    co_await receive(s, reader);
  } catch (const failure& f) {
    if (f.code() == plua::errc::cancelled) throw;
    made.error.emplace(f);
  }
  made.answered = reader.has_begun();
  if (made.error) {
    // A peer that refused the request and said nothing: that is what went wrong.
    if (unsent && !made.answered) made.error = std::move(unsent);
    co_return made;
  }
  made.reusable = !unsent && reader.allows_reuse();
  made.response = reader.take();
  co_return made;
}

}  // namespace plua::net::http
