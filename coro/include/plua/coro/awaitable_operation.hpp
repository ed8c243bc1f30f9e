// SPDX-License-Identifier: MIT
// An asio::awaitable as an operation: the bridge by which Lua calls any C++ coroutine as a plain function.
#pragma once

#include <plua/core/error.hpp>
#include <plua/coro/executor.hpp>
#include <plua/coro/operation.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace plua {

extern const work_kind awaiting_work;

/// Starts the awaitable with co_spawn. Cancelling emits cancellation into it and lets go: the coroutine
/// unwinds by itself, so it must own what it uses.
template <class T, class Ex>
class awaitable_operation final : public operation {
 public:
  /// `keep` lives until the coroutine has ended, also when it was let go.
  awaitable_operation(asio::io_context& context, std::shared_ptr<const void> keep,
                      asio::awaitable<T, Ex> body)
      : executor_(context.get_executor()), keep_(std::move(keep)), body_(std::move(body)) {}
  ~awaitable_operation() override { abandon(); }

  bool start() override {
    shared_ = new shared;
    shared_->owner = this;
    shared_->keep = std::move(keep_);
    boost::intrusive_ptr<shared> s = shared_;
    asio::cancellation_slot slot = s->cancel.slot();
    if constexpr (std::is_void_v<T>) {
      auto done = [s](std::exception_ptr e) { s->finish(e); };
      asio::co_spawn(executor_, std::move(body_), asio::bind_cancellation_slot(slot, std::move(done)));
    } else {
      auto done = [s](std::exception_ptr e, T value) {
        if (!e) s->value.emplace(std::move(value));
        s->finish(e);
      };
      asio::co_spawn(executor_, std::move(body_), asio::bind_cancellation_slot(slot, std::move(done)));
    }
    return false;
  }

  void cancel() noexcept override {
    if (!shared_) return;
    boost::intrusive_ptr<shared> s = std::move(shared_);
    s->owner = nullptr;
    s->cancel.emit(asio::cancellation_type::terminal);
    // Outside the loop co_spawn (1.81) posts the emission with a plain pointer into `cancel`: that must live
    // so long.
    asio::post(executor_, [s] {});
  }

  std::string describe() const override { return "a C++ coroutine"; }
  const work_kind* kind() const noexcept override { return &awaiting_work; }

  T result() {
    if (shared_->error) std::rethrow_exception(shared_->error);
    if constexpr (!std::is_void_v<T>) return std::move(*shared_->value);
  }

 private:
  struct nothing {};
  struct shared : boost::intrusive_ref_counter<shared, boost::thread_unsafe_counter> {
    awaitable_operation* owner = nullptr;
    std::shared_ptr<const void> keep;
    asio::cancellation_signal cancel;
    std::exception_ptr error;
    std::optional<std::conditional_t<std::is_void_v<T>, nothing, T>> value;

    void finish(std::exception_ptr e) {
      error = std::move(e);
      if (owner) owner->complete();
    }
  };

  void abandon() noexcept {
    if (shared_) shared_->owner = nullptr;
  }

  Ex executor_;
  std::shared_ptr<const void> keep_;
  asio::awaitable<T, Ex> body_;
  boost::intrusive_ptr<shared> shared_;
};

}  // namespace plua
