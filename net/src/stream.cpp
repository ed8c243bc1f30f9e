// SPDX-License-Identifier: MIT
#include <plua/coro/async.hpp>
#include <plua/net/started_operation.hpp>
#include <plua/net/stream.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace plua::net {
namespace {

using clock = timer_queue::clock;
constexpr asio::use_awaitable_t<executor> use_awaitable;

// Longer than any program runs, and far from where the clock's numbers end.
constexpr double forever = 1e9;
// So much without a wait, then the others have a turn.
constexpr std::size_t bytes_in_a_row = 256 * 1024;

class tcp_stream final : public stream {
 public:
  tcp_stream(network& owner, ptr<connection> connected)
      : executor_(owner.get_executor()), connection_(std::move(connected)) {}
  ~tcp_stream() override { close({}); }

  awaitable<std::size_t> read_some(std::span<char> into) override {
    read_operation op(connection_, wish(into), seconds_until(deadline_));
    if (!op.start()) {
      auto pending = [&] { return started_operation(op); };
      co_await async_operation<started_operation>(executor_, std::move(pending), use_awaitable);
      in_a_row_ = 0;
    }
    const read_result r = op.result();
    if (r.error == errc::eof) co_return 0;
    if (r.error) throw failure(r.error, "read", peer());
    const std::size_t count = take(r, into);
    if (moved_much(count)) co_await asio::post(executor_, use_awaitable);
    co_return count;
  }

  awaitable<void> write(std::string_view data) override {
    write_operation op(connection_, data, seconds_until(deadline_));
    if (!op.start()) {
      auto pending = [&] { return started_operation(op); };
      co_await async_operation<started_operation>(executor_, std::move(pending), use_awaitable);
      in_a_row_ = 0;
    }
    const write_result r = op.result();
    if (r.error) throw failure(r.error, "write", peer());
    if (moved_much(r.sent)) co_await asio::post(executor_, use_awaitable);
  }

  state read_now(std::span<char> into, std::size_t& count) noexcept override {
    read_operation op(connection_, wish(into), 0.0);
    op.start();  // a limit of zero never waits
    const read_result r = op.result();
    if (r.error == errc::timeout) return state::nothing;
    if (r.error) return state::ended;
    count = take(r, into);
    return state::data;
  }

  void close(std::string_view farewell) noexcept override {
    if (!farewell.empty() && is_open()) {
      write_operation op(connection_, farewell, 0.0);
      op.start();
    }
    connection_->close();
  }

  bool is_open() const noexcept override { return connection_->is_open(); }
  void set_deadline(const deadline& when) noexcept override { deadline_ = when; }
  std::string peer() const override { return to_string(connection_->remote()); }

 private:
  static read_format wish(std::span<char> into) { return {read_format::kind::some, into.size()}; }

  static std::size_t take(const read_result& r, std::span<char> into) noexcept {
    if (!r.data.empty()) std::memcpy(into.data(), r.data.data(), r.data.size());
    return r.data.size();
  }

  bool moved_much(std::size_t count) noexcept {
    in_a_row_ += count;
    if (in_a_row_ < bytes_in_a_row) return false;
    in_a_row_ = 0;
    return true;
  }

  executor executor_;
  ptr<connection> connection_;
  deadline deadline_;
  std::size_t in_a_row_ = 0;
};

}  // namespace

deadline deadline_after(std::optional<double> seconds) {
  if (!seconds || !(*seconds < forever)) return {};
  const std::chrono::duration<double> wait(std::max(*seconds, 0.0));
  return clock::now() + std::chrono::ceil<clock::duration>(wait);
}

deadline earlier(const deadline& a, const deadline& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

std::optional<double> seconds_until(const deadline& d) {
  if (!d) return {};
  return std::max(0.0, std::chrono::duration<double>(*d - clock::now()).count());
}

bool stream::is_quiet() noexcept {
  char byte = 0;
  std::size_t count = 0;
  return is_open() && read_now(std::span(&byte, 1), count) == state::nothing;
}

std::unique_ptr<stream> make_stream(network& owner, ptr<connection> connected) {
  return std::make_unique<tcp_stream>(owner, std::move(connected));
}

}  // namespace plua::net
