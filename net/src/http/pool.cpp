// SPDX-License-Identifier: MIT
#include <plua/coro/async.hpp>
#include <plua/coro/operation.hpp>
#include <plua/net/http/pool.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace plua::net::http {
namespace {

constexpr std::chrono::seconds between_sweeps(1);

}  // namespace

// ---------------------------------------------------------------- waiting for a place

class pool::wait final
    : public operation,
      private timer_entry,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  wait(ptr<pool> owner, std::string key, const deadline& until, bool fresh)
      : owner_(std::move(owner)), key_(std::move(key)), until_(until), fresh_(fresh) {}

  bool start() override {
    owner_->waiting_->push_back(*this);
    if (until_) owner_->timers_->arm(*this, *until_);
    return false;
  }
  void cancel() noexcept override {
    disarm();
    unlink();
  }
  std::string describe() const override { return "a place among the connections to " + shown(); }
  // Another request completes it: that one is resumed in the middle of its own end, so this one is told
  // later.
  const work_kind* kind() const noexcept override { return nullptr; }
  lease result() {
    if (!granted_) throw failure(make_error_code(plua::errc::timeout), "pool", shown());
    return std::move(*granted_);
  }

 private:
  friend class pool;

  // What lies behind a newline is secret.
  std::string shown() const { return key_.substr(0, key_.find('\n')); }

  // True when there was a place.
  bool serve() {
    granted_ = owner_->try_acquire(key_, fresh_);
    if (!granted_) return false;
    cancel();
    complete();
    return true;
  }
  void expired() noexcept override {
    unlink();
    complete();
  }

  ptr<pool> owner_;
  std::string key_;
  deadline until_;
  bool fresh_;
  std::optional<lease> granted_;
};

// ---------------------------------------------------------------- leases

pool::lease::lease(ptr<pool> owner, std::string key, std::unique_ptr<stream> idle) noexcept
    : pool_(std::move(owner)), key_(std::move(key)), stream_(std::move(idle)), reused_(stream_ != nullptr) {}

pool::lease::lease(lease&& other) noexcept
    : pool_(std::move(other.pool_)),
      key_(std::move(other.key_)),
      stream_(std::move(other.stream_)),
      reused_(other.reused_),
      keep_(other.keep_) {}

pool::lease& pool::lease::operator=(lease&& other) noexcept {
  lease old(std::move(*this));
  pool_ = std::move(other.pool_);
  key_ = std::move(other.key_);
  stream_ = std::move(other.stream_);
  reused_ = other.reused_;
  keep_ = other.keep_;
  return *this;
}

pool::lease::~lease() {
  if (const ptr<pool> owner = std::move(pool_)) owner->release(*this);
}

// ---------------------------------------------------------------- the pool

pool::pool(executor ex, timer_queue& timers, const pool_limits& limits)
    : executor_(ex),
      timers_(&timers),
      limits_(limits),
      waiting_(
          std::make_unique<boost::intrusive::list<wait, boost::intrusive::constant_time_size<false>>>()) {}

pool::~pool() = default;

awaitable<pool::lease> pool::acquire(std::string key, deadline until, bool fresh) {
  if (std::optional<lease> place = try_acquire(key, fresh)) co_return std::move(*place);
  auto make = [&] { return wait(ptr<pool>(this), key, until, fresh); };
  co_return co_await async_operation<wait>(executor_, std::move(make), asio::use_awaitable_t<executor>());
}

std::optional<pool::lease> pool::try_acquire(const std::string& key, bool fresh) {
  const clock::time_point now = clock::now();
  if (now >= next_sweep_) drop_expired(now);

  host& h = hosts_[key];
  while (!h.idle.empty()) {
    std::unique_ptr<stream> candidate = std::move(h.idle.back().connection);
    h.idle.pop_back();
    if (!fresh && candidate->is_quiet()) return lease(ptr<pool>(this), key, std::move(candidate));
    candidate->close();
    --h.open;
    --open_;
    if (fresh) break;  // one place is enough
  }
  if (h.open < limits_.per_host && (open_ < limits_.total || drop_oldest())) {
    ++h.open;
    ++open_;
    return lease(ptr<pool>(this), key, nullptr);
  }
  return std::nullopt;
}

void pool::release(lease& from) noexcept {
  const auto at = hosts_.find(from.key_);
  if (from.keep_ && from.stream_ && from.stream_->is_open()) {
    from.stream_->set_deadline({});
    at->second.idle.push_back({std::move(from.stream_), clock::now()});
  } else {
    if (from.stream_) from.stream_->close();
    --at->second.open;
    --open_;
    forget(at);
  }
  serve();
}

// One place has become free, so one request can go on: the first that may use it.
void pool::serve() noexcept {
  for (wait& next : *waiting_)
    if (next.serve()) return;
}

void pool::forget(host_map::iterator at) noexcept {
  if (at->second.open == 0) hosts_.erase(at);
}

void pool::drop_expired(clock::time_point now) noexcept {
  next_sweep_ = now + between_sweeps;
  const auto oldest =
      now - std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(limits_.idle_seconds));
  for (auto at = hosts_.begin(); at != hosts_.end();) {
    // The longest idle ones are in front.
    auto& idle = at->second.idle;
    const auto kept =
        std::find_if(idle.begin(), idle.end(), [&](const idle_connection& c) { return c.since > oldest; });
    for (auto c = idle.begin(); c != kept; ++c) c->connection->close();
    const auto dropped = static_cast<std::size_t>(kept - idle.begin());
    at->second.open -= dropped;
    open_ -= dropped;
    idle.erase(idle.begin(), kept);
    at = at->second.open == 0 ? hosts_.erase(at) : std::next(at);
  }
}

// Makes room by closing the connection that has been idle for longest, whatever its host.
bool pool::drop_oldest() noexcept {
  auto oldest = hosts_.end();
  for (auto at = hosts_.begin(); at != hosts_.end(); ++at) {
    if (at->second.idle.empty()) continue;
    if (oldest == hosts_.end() || at->second.idle.front().since < oldest->second.idle.front().since)
      oldest = at;
  }
  if (oldest == hosts_.end()) return false;
  oldest->second.idle.front().connection->close();
  oldest->second.idle.erase(oldest->second.idle.begin());
  --oldest->second.open;
  --open_;
  forget(oldest);
  return true;
}

void pool::close_idle() noexcept {
  for (auto at = hosts_.begin(); at != hosts_.end();) {
    for (idle_connection& c : at->second.idle) c.connection->close();
    at->second.open -= at->second.idle.size();
    open_ -= at->second.idle.size();
    at->second.idle.clear();
    at = at->second.open == 0 ? hosts_.erase(at) : std::next(at);
  }
}

std::size_t pool::idle() const noexcept {
  std::size_t count = 0;
  for (const auto& [key, h] : hosts_) count += h.idle.size();
  return count;
}

}  // namespace plua::net::http
