// SPDX-License-Identifier: MIT
#include <plua/coro/async.hpp>
#include <plua/coro/runtime.hpp>
#include <plua/net/resolver.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

namespace plua::net {
namespace {

const work_kind resolving_work("name lookup");

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
struct resolver::lookup {
  std::string host;
  std::uint16_t port;
  bool passive;
  asio::executor_work_guard<executor> work;
  resolve_operation* waiting;  // null once it was answered or withdrawn

  void finish(error_code ec, std::vector<tcp::endpoint> endpoints) {
    work.reset();
    if (resolve_operation* told = std::exchange(waiting, nullptr)) told->answered(ec, std::move(endpoints));
  }
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
    if (!item->waiting) return;
    asio::post(executor_, [item = std::move(item)] { item->finish(make_error_code(errc::cancelled), {}); });
  };
  for (auto& item : std::exchange(mailbox_->queue, {})) give_up(std::move(item));
  for (auto& [number, item] : mailbox_->running) give_up(item);
}

void resolver::start_next() {
  while (!mailbox_->queue.empty() && mailbox_->running.size() < thread_limit) {
    std::shared_ptr<lookup> next = std::move(mailbox_->queue.front());
    mailbox_->queue.pop_front();
    if (!next->waiting) continue;
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

void resolver::begin(std::shared_ptr<lookup> item) {
  mailbox_->queue.push_back(std::move(item));
  start_next();
}

awaitable<std::vector<tcp::endpoint>> resolver::resolve(std::string host, std::uint16_t port, bool passive) {
  auto make = [&] { return resolve_operation(*this, std::move(host), port, passive); };
  auto found = co_await async_operation<resolve_operation>(executor_, std::move(make),
                                                           asio::use_awaitable_t<executor>());
  if (!found) throw found.error();
  co_return std::move(*found);
}

resolve_operation::resolve_operation(resolver& names, std::string host, std::uint16_t port, bool passive)
    : names_(names), host_(std::move(host)), port_(port), passive_(passive) {}

resolve_operation::~resolve_operation() { cancel(); }

bool resolve_operation::start() {
  if (passive_ && (host_.empty() || host_ == "*")) host_ = "0.0.0.0";
  // What lies behind a zero byte would be ignored.
  if (host_.find('\0') != host_.npos) {
    error_ = error_code(EAI_NONAME, resolver_category());
    return true;
  }
  error_code not_numeric;
  const asio::ip::address numeric = asio::ip::make_address(host_, not_numeric);
  if (!not_numeric) {
    endpoints_.emplace_back(numeric, port_);
    return true;
  }
  lookup_.reset(new resolver::lookup{host_, port_, passive_, asio::make_work_guard(names_.executor_), this});
  names_.begin(lookup_);
  return false;
}

void resolve_operation::cancel() noexcept {
  if (!lookup_) return;
  lookup_->waiting = nullptr;
  lookup_->work.reset();
  lookup_.reset();
}

void resolve_operation::answered(error_code ec, std::vector<tcp::endpoint> endpoints) noexcept {
  error_ = ec;
  endpoints_ = std::move(endpoints);
  lookup_.reset();
  complete();
}

std::string resolve_operation::describe() const { return "the address of " + host_; }

const work_kind* resolve_operation::kind() const noexcept { return &resolving_work; }

outcome<std::vector<tcp::endpoint>> resolve_operation::result() {
  if (error_) return failure(error_, "resolve", host_);
  return std::move(endpoints_);
}

}  // namespace plua::net
