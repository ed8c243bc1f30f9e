// SPDX-License-Identifier: MIT
// Calls that block (files, slow computations) run in a thread of a small pool while the task waits. They work
// on plain values only: never on Lua, never on anything of the loop.
#pragma once

#include <plua/coro/operation.hpp>
#include <plua/coro/runtime.hpp>
#include <plua/coro/service.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/intrusive/list.hpp>

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace plua {

class offload;

namespace detail {

class offload_wait;

/// One call with its outcome, shared by the loop and the thread that runs it: whoever is last frees it.
class offload_job {
 public:
  virtual ~offload_job() = default;

  void run() noexcept;
  std::exception_ptr error;  ///< belongs to the running thread until the job is delivered

 protected:
  virtual void call() = 0;

 private:
  friend class offload_wait;
  friend class plua::offload;

  void deliver() noexcept;

  offload_wait* waiter_ = nullptr;      // the loop's; null once it was answered or withdrawn
  std::atomic<bool> unwanted_ = false;  // a thread that has not begun leaves it
};

template <class T>
struct offload_outcome : offload_job {
  std::optional<T> value;
};

/// What of an offload_operation does not depend on its result.
class offload_wait
    : public operation,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  ~offload_wait() override { cancel(); }

  bool start() override;
  void cancel() noexcept override;
  std::string describe() const override { return what_; }
  const work_kind* kind() const noexcept override { return &kind_; }
  void run_in_place() noexcept { job_->run(); }

 protected:
  offload_wait(offload& threads, const work_kind& kind, std::string what, std::shared_ptr<offload_job> job)
      : threads_(threads), kind_(kind), what_(std::move(what)), job_(std::move(job)) {}

  /// The job, when it is done; throws what it threw.
  offload_job& done();

 private:
  friend class offload_job;
  friend class plua::offload;

  void finish(bool given_up) noexcept;

  offload& threads_;
  const work_kind& kind_;
  std::string what_;
  std::shared_ptr<offload_job> job_;
  std::optional<asio::executor_work_guard<executor>> work_;
  bool given_up_ = false;
};

}  // namespace detail

/// The threads of one runtime, started when there is work for them.
class offload final : public service {
 public:
  explicit offload(runtime& owner);
  ~offload() override;
  void shut_down() noexcept override;
  void runtime_gone() noexcept override;

  /// More calls at once wait for their turn.
  static constexpr std::size_t thread_limit = 8;
  std::size_t threads() const;

 private:
  friend class detail::offload_wait;
  struct pool;

  /// False when there is no thread to be had.
  bool submit(const std::shared_ptr<detail::offload_job>& job);

  executor executor_;
  std::shared_ptr<pool> pool_;
  boost::intrusive::list<detail::offload_wait, boost::intrusive::constant_time_size<false>> waiting_;
};

/// Completes with what the call returned, or throws what it threw. Withdrawn, it lets go of the call: one
/// that has not begun never does, one that runs ends for nobody. Blocks where the caller cannot be suspended.
///
///     const work_kind hashing_work("hash");
///     offload_operation<std::string> hash(offload& threads, std::string path) {
///       return {threads, hashing_work, "the hash of " + path, [path] { return hash_of(path); }};
///     }
template <class T>
class offload_operation : public detail::offload_wait {
 public:
  template <class Call>
  offload_operation(offload& threads, const work_kind& kind, std::string what, Call call)
      : offload_wait(threads, kind, std::move(what), std::make_shared<job<Call>>(std::move(call))) {}

  T result() { return std::move(*static_cast<detail::offload_outcome<T>&>(done()).value); }

 private:
  template <class Call>
  struct job final : detail::offload_outcome<T> {
    explicit job(Call c) : body(std::move(c)) {}
    void call() override { this->value.emplace(body()); }
    Call body;
  };
};

}  // namespace plua
