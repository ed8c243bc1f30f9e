// SPDX-License-Identifier: MIT
#include <plua/coro/offload.hpp>

#include <boost/asio/post.hpp>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace plua {
namespace detail {

void offload_job::run() noexcept {
  try {
    call();
  } catch (...) {
    error = std::current_exception();
  }
}

void offload_job::deliver() noexcept {
  if (offload_wait* told = std::exchange(waiter_, nullptr)) told->finish(false);
}

bool offload_wait::start() {
  if (!threads_.submit(job_)) {
    job_->run();
    return true;
  }
  job_->waiter_ = this;
  work_.emplace(threads_.executor_);
  threads_.waiting_.push_back(*this);
  return false;
}

void offload_wait::cancel() noexcept {
  if (!work_) return;
  job_->waiter_ = nullptr;
  job_->unwanted_ = true;
  work_.reset();
  unlink();
}

void offload_wait::finish(bool given_up) noexcept {
  given_up_ = given_up;
  work_.reset();
  unlink();
  complete();
}

offload_job& offload_wait::done() {
  if (given_up_) throw failure(make_error_code(errc::cancelled), what_);
  if (job_->error) std::rethrow_exception(job_->error);
  return *job_;
}

}  // namespace detail

namespace {

// Signals are for the loop's thread: a new thread inherits what is blocked.
class signals_blocked {
 public:
  signals_blocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

// What the threads know. It lives until the last of them has ended; closed, it drops what they bring.
struct offload::pool {
  struct worker {
    std::thread thread;
    bool busy = false;
  };

  mutable std::mutex mutex;  // guards all that follows
  std::condition_variable wake;
  asio::io_context* context;  // null when closed
  std::deque<std::shared_ptr<detail::offload_job>> queue;
  std::list<worker> workers;
  std::size_t idle = 0;

  void work(worker& self);
};

void offload::pool::work(worker& self) {
  std::unique_lock lock(mutex);
  for (;;) {
    ++idle;
    wake.wait(lock, [this] { return !context || !queue.empty(); });
    --idle;
    if (!context) return;
    std::shared_ptr<detail::offload_job> job = std::move(queue.front());
    queue.pop_front();
    self.busy = true;
    lock.unlock();
    if (!job->unwanted_) job->run();
    lock.lock();
    self.busy = false;
    if (context) asio::post(*context, [job = std::move(job)] { job->deliver(); });
  }
}

offload::offload(runtime& owner) : executor_(owner.get_executor()), pool_(std::make_shared<pool>()) {
  pool_->context = &owner.context();
}

offload::~offload() {
  runtime_gone();
  waiting_.clear();
}

bool offload::submit(const std::shared_ptr<detail::offload_job>& job) {
  pool& p = *pool_;
  const std::lock_guard lock(p.mutex);
  if (!p.context) return false;
  p.queue.push_back(job);
  if (p.idle < p.queue.size() && p.workers.size() < thread_limit) {
    const signals_blocked quiet;
    pool::worker& made = p.workers.emplace_back();
    try {
      made.thread = std::thread([box = pool_, &made] { box->work(made); });
    } catch (const std::system_error&) {
      p.workers.pop_back();
      if (p.workers.empty()) {
        p.queue.pop_back();
        return false;
      }
    }
  }
  p.wake.notify_one();
  return true;
}

std::size_t offload::threads() const {
  const std::lock_guard lock(pool_->mutex);
  return pool_->workers.size();
}

// Tasks have withdrawn their calls by now; C++ coroutines that wait go on with an error in a later turn.
void offload::shut_down() noexcept {
  for (detail::offload_wait& op : waiting_) {
    op.job_->unwanted_ = true;
    asio::post(executor_, [job = op.job_] {
      if (detail::offload_wait* told = std::exchange(job->waiter_, nullptr)) told->finish(true);
    });
  }
}

// A thread that is in a call ends when that returns, whenever that may be; the others end now.
void offload::runtime_gone() noexcept {
  shut_down();
  std::vector<std::thread> leaving;
  {
    const std::lock_guard lock(pool_->mutex);
    if (!pool_->context) return;
    pool_->context = nullptr;
    pool_->queue.clear();
    for (pool::worker& w : pool_->workers)
      if (w.busy)
        w.thread.detach();
      else
        leaving.push_back(std::move(w.thread));
  }
  pool_->wake.notify_all();
  for (std::thread& t : leaving) t.join();
}

}  // namespace plua
