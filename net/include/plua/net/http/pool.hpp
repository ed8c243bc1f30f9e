// SPDX-License-Identifier: MIT
// Connections that are kept between requests, and how many there may be at a time.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/executor.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/stream.hpp>

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plua::net::http {

struct pool_limits {
  std::size_t per_host = 100;  ///< connections at a time, idle ones included
  std::size_t total = 512;     ///< below the usual limit of descriptors
  double idle_seconds = 30;    ///< longer, and most servers have closed it
};

/// A place for one connection to a host, and what a request holds while it runs. Whoever finds no place waits
/// in turn. Idle connections are tested when they are wanted, and dropped when their time has passed and
/// anybody uses the pool: no timer keeps a program alive for them.
///
///     http::pool::lease place = co_await pool->acquire("http://example.org:80", deadline);
///     if (!place.connection()) place.set(co_await dial());
///     ...                                    // an exchange
///     place.keep();                          // it ended cleanly
class pool final : public object {
 public:
  explicit pool(executor ex, timer_queue& timers, const pool_limits& limits = {});
  ~pool() override;

  class lease {
   public:
    lease() = default;
    lease(lease&& other) noexcept;
    lease& operator=(lease&& other) noexcept;
    /// Gives the place back; the connection is closed unless it is to be kept.
    ~lease();

    explicit operator bool() const noexcept { return pool_ != nullptr; }
    /// Null until one was set, when the pool had none.
    stream* connection() const noexcept { return stream_.get(); }
    void set(std::unique_ptr<stream> fresh) noexcept { stream_ = std::move(fresh); }
    /// Whether the connection has served before: the peer may be closing it at this moment.
    bool is_reused() const noexcept { return reused_; }
    /// Keeps the connection for the next request.
    void keep() noexcept { keep_ = true; }

   private:
    friend class pool;
    lease(ptr<pool> owner, std::string key, std::unique_ptr<stream> idle) noexcept;

    ptr<pool> pool_;
    std::string key_;
    std::unique_ptr<stream> stream_;
    bool reused_ = false;
    bool keep_ = false;
  };

  /// A place for a connection of that kind, with an idle one unless a `fresh` one is wanted. Messages show
  /// the key up to a newline. Throws failure(errc::timeout, "pool").
  awaitable<lease> acquire(std::string key, deadline until, bool fresh = false);

  void close_idle() noexcept;
  std::size_t idle() const noexcept;
  std::size_t open() const noexcept { return open_; }

 private:
  using clock = timer_queue::clock;
  class wait;

  struct idle_connection {
    std::unique_ptr<stream> connection;
    clock::time_point since;
  };
  struct host {
    std::size_t open = 0;  // idle ones included
    std::vector<idle_connection> idle;
  };
  using host_map = std::unordered_map<std::string, host>;

  std::optional<lease> try_acquire(const std::string& key, bool fresh);
  void release(lease& from) noexcept;
  void drop_expired(clock::time_point now) noexcept;
  bool drop_oldest() noexcept;
  void forget(host_map::iterator at) noexcept;
  void serve() noexcept;

  executor executor_;
  boost::intrusive_ptr<timer_queue> timers_;
  pool_limits limits_;
  host_map hosts_;
  std::size_t open_ = 0;
  clock::time_point next_sweep_{};
  std::unique_ptr<boost::intrusive::list<wait, boost::intrusive::constant_time_size<false>>> waiting_;
};

}  // namespace plua::net::http
