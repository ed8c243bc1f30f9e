// SPDX-License-Identifier: MIT
#include <plua/coro/runtime.hpp>
#include <plua/net/resolver.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

namespace plua::net {
namespace {

// Threads at once; more lookups wait for their turn.
constexpr std::size_t thread_limit = 64;

class category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "resolve"; }
  std::string message(int value) const override {
    switch (value) {
      case EAI_NONAME:
        return "host not found";
      case EAI_AGAIN:
        return "temporary failure in name resolution";
      default:
        return ::gai_strerror(value);
    }
  }
};

struct answer {
  error_code error;
  std::vector<tcp::endpoint> endpoints;
};

// Blocks; runs in a thread of its own.
answer look_up(const std::string& host, std::uint16_t port, bool passive) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | (passive ? AI_PASSIVE : 0);
  addrinfo* found = nullptr;
  int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (status == EAI_NONAME || status == EAI_ADDRFAMILY) {
    // AI_ADDRCONFIG hides addresses when only the loopback interface is up.
    hints.ai_flags &= ~AI_ADDRCONFIG;
    status = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  }
  answer a;
  if (status == EAI_SYSTEM) {
    a.error = error_code(errno, boost::system::system_category());
    return a;
  }
  if (status != 0) {
    a.error = error_code(status, resolver_category());
    return a;
  }
  for (const addrinfo* item = found; item; item = item->ai_next) {
    tcp::endpoint endpoint;
    if (item->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), item->ai_addr, item->ai_addrlen);
    endpoint.resize(item->ai_addrlen);
    endpoint.port(port);
    a.endpoints.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  if (a.endpoints.empty()) a.error = error_code(EAI_NONAME, resolver_category());
  return a;
}

}  // namespace

const boost::system::error_category& resolver_category() noexcept {
  static const category instance;
  return instance;
}

// Lives on the loop's thread; a worker thread only knows its number.
class resolver::lookup {
 public:
  lookup(std::string host_name, std::uint16_t port_number, bool is_passive)
      : host(std::move(host_name)), port(port_number), passive(is_passive) {}
  virtual ~lookup() = default;
  /// Completes the waiting coroutine; does nothing when it was completed before, by cancellation.
  virtual void finish(error_code ec, std::vector<tcp::endpoint> endpoints) = 0;
  virtual bool is_waiting() const noexcept = 0;

  const std::string host;
  const std::uint16_t port;
  const bool passive;
};

// The way back from the threads. It outlives the resolver; closed, it drops what comes.
struct resolver::mailbox {
  std::mutex mutex;
  asio::io_context* context;  // null when closed; guarded by the mutex
  // The rest belongs to the loop's thread.
  resolver* owner;
  std::deque<std::shared_ptr<lookup>> queue;
  std::unordered_map<std::uint64_t, std::shared_ptr<lookup>> running;  // one thread each, also when cancelled
  std::uint64_t next_number = 0;

  void deliver(std::uint64_t number, answer& found);
};

resolver::resolver(runtime& owner) : executor_(owner.get_executor()), mailbox_(std::make_shared<mailbox>()) {
  mailbox_->context = &owner.context();
  mailbox_->owner = this;
}

resolver::~resolver() {
  runtime_gone();
  mailbox_->owner = nullptr;
}

void resolver::runtime_gone() noexcept {
  abandon();
  mailbox_->running.clear();
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->context = nullptr;
}

void resolver::shut_down() noexcept { abandon(); }

// Whoever waits continues with an error in a later turn; the threads run on for nobody.
void resolver::abandon() noexcept {
  const auto give_up = [this](std::shared_ptr<lookup> item) {
    if (!item->is_waiting()) return;
    asio::post(executor_, [item = std::move(item)] { item->finish(asio::error::operation_aborted, {}); });
  };
  for (auto& item : std::exchange(mailbox_->queue, {})) give_up(std::move(item));
  for (auto& [number, item] : mailbox_->running) give_up(item);
}

void resolver::start_next() {
  while (!mailbox_->queue.empty() && mailbox_->running.size() < thread_limit) {
    std::shared_ptr<lookup> next = std::move(mailbox_->queue.front());
    mailbox_->queue.pop_front();
    if (!next->is_waiting()) continue;
    const std::uint64_t number = mailbox_->next_number++;
    auto work = [box = mailbox_, number, host = next->host, port = next->port, passive = next->passive] {
      auto found = std::make_shared<answer>(look_up(host, port, passive));
      const std::lock_guard lock(box->mutex);
      if (box->context) asio::post(*box->context, [box, number, found] { box->deliver(number, *found); });
    };
    try {
      std::thread(std::move(work)).detach();
      mailbox_->running.emplace(number, std::move(next));
    } catch (const std::system_error& e) {  // no thread to be had
      const error_code ec(e.code().value(), boost::system::system_category());
      asio::post(executor_, [next, ec] { next->finish(ec, {}); });
    }
  }
}

void resolver::mailbox::deliver(std::uint64_t number, answer& found) {
  const auto at = running.find(number);
  if (at == running.end()) return;
  const std::shared_ptr<lookup> item = std::move(at->second);
  running.erase(at);
  item->finish(found.error, std::move(found.endpoints));
  if (owner) owner->start_next();
}

template <class Handler>
class resolver::waiting_lookup final : public lookup {
 public:
  waiting_lookup(executor ex, Handler handler, std::string host_name, std::uint16_t port_number,
                 bool is_passive)
      : lookup(std::move(host_name), port_number, is_passive), work_(ex), handler_(std::move(handler)) {}

  bool is_waiting() const noexcept override { return handler_.has_value(); }
  void finish(error_code ec, std::vector<tcp::endpoint> endpoints) override {
    if (!handler_) return;
    if (auto slot = asio::get_associated_cancellation_slot(*handler_); slot.is_connected()) slot.clear();
    Handler called = std::move(*handler_);
    handler_.reset();
    work_.reset();
    std::move(called)(ec, std::move(endpoints));
  }

 private:
  asio::executor_work_guard<executor> work_;
  std::optional<Handler> handler_;
};

awaitable<std::vector<tcp::endpoint>> resolver::resolve(std::string host, std::uint16_t port, bool passive) {
  if (passive && (host.empty() || host == "*")) host = "0.0.0.0";
  error_code ec;
  // What lies behind a zero byte would be ignored.
  if (host.find('\0') != host.npos)
    throw failure(error_code(EAI_NONAME, resolver_category()), "resolve", host);
  const asio::ip::address numeric = asio::ip::make_address(host, ec);
  if (!ec) co_return std::vector<tcp::endpoint>{tcp::endpoint(numeric, port)};

  auto start = [this, &host, port, passive](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto item = std::make_shared<waiting_lookup<decltype(handler)>>(executor_, std::move(handler), host, port,
                                                                    passive);
    if (slot.is_connected()) {
      slot.assign([weak = std::weak_ptr(item), ex = executor_](asio::cancellation_type) {
        asio::post(ex, [weak] {
          if (auto cancelled = weak.lock()) cancelled->finish(asio::error::operation_aborted, {});
        });
      });
    }
    mailbox_->queue.push_back(std::move(item));
    start_next();
  };
  constexpr auto token = asio::as_tuple(asio::use_awaitable_t<executor>());
  auto [error, endpoints] =
      co_await asio::async_initiate<decltype(token), void(error_code, std::vector<tcp::endpoint>)>(start,
                                                                                                   token);
  if (error) throw failure(is_aborted(error) ? make_error_code(errc::cancelled) : error, "resolve", host);
  co_return std::move(endpoints);
}

}  // namespace plua::net
