// SPDX-License-Identifier: MIT
// The C++ form of an operation: an Asio asynchronous operation that takes any completion token.
#pragma once

#include <plua/core/error.hpp>
#include <plua/coro/executor.hpp>
#include <plua/coro/operation.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/intrusive/list.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace plua {
namespace detail {

/// What a pending operation and its handler are to the io_context, which destroys those that are left when it
/// ends: the coroutine frames behind the handlers would leak otherwise.
class pending
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~pending() = default;
};

class pending_operations final : public asio::execution_context::service {
 public:
  static asio::execution_context::id id;
  explicit pending_operations(asio::execution_context& owner) : service(owner) {}
  void add(pending& p) { list_.push_back(p); }

 private:
  void shutdown() noexcept override;
  boost::intrusive::list<pending, boost::intrusive::constant_time_size<false>> list_;
};

/// Holds an operation and the handler that waits for it; owns itself until the handler is called.
template <class Op, class Handler>
class async_receiver final : public operation::receiver, public pending {
 public:
  using result = decltype(std::declval<Op&>().result());
  using stored = std::conditional_t<std::is_void_v<result>, std::monostate, result>;

  template <class Make>
  async_receiver(executor ex, Handler handler, Make& make)
      : executor_(ex), handler_(std::move(handler)), op_(make()) {
    op_.set_receiver(*this);
  }

  void start() {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    bool complete = false;
    try {
      complete = op_.start();
    } catch (...) {
      return finish(std::current_exception(), true);
    }
    if (complete) {
      op_.retain();
      finish({}, true);
      return;
    }
    asio::use_service<pending_operations>(executor_.context()).add(*this);
    if (slot.is_connected()) slot.assign([this](asio::cancellation_type) { cancelled(); });
  }

  // What a task completes is told from inside its Lua code, where no foreign code may run.
  void operation_completed() noexcept override { finish({}, op_.kind() == nullptr); }

 private:
  void cancelled() {
    op_.cancel();
    finish(std::make_exception_ptr(failure(make_error_code(errc::cancelled), op_.describe())), true);
  }

  void finish(std::exception_ptr error, bool posted) {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) slot.clear();
    std::optional<stored> taken;
    if (!error) {
      try {
        taken.emplace(take());
      } catch (...) {
        error = std::current_exception();
      }
    }
    Handler handler = std::move(handler_);
    const executor ex = executor_;
    delete this;
    auto call = [h = std::move(handler), e = std::move(error), r = std::move(taken)]() mutable {
      if constexpr (std::is_void_v<result>)
        std::move(h)(e);
      else
        std::move(h)(e, r ? std::move(*r) : result());
    };
    // A completion must not run inside the initiation.
    posted ? asio::post(ex, std::move(call)) : asio::dispatch(ex, std::move(call));
  }

  stored take() {
    if constexpr (std::is_void_v<result>) {
      op_.result();
      return {};
    } else {
      return op_.result();
    }
  }

  executor executor_;
  Handler handler_;
  Op op_;
};

template <class Result>
struct completion_signature {
  using type = void(std::exception_ptr, Result);
};
template <>
struct completion_signature<void> {
  using type = void(std::exception_ptr);
};

}  // namespace detail

/// Starts the operation that `make` returns in place and completes with `void(std::exception_ptr, R)`, R
/// being what its `result()` gives; an exception from `start()` or `result()` comes as the pointer.
/// Cancelling it through the token's slot withdraws the operation.
template <class Op, class Make, class Token>
auto async_operation(executor ex, Make make, Token&& token) {
  using result = decltype(std::declval<Op&>().result());
  return asio::async_initiate<Token, typename detail::completion_signature<result>::type>(
      [ex](auto handler, Make m) {
        using receiver = detail::async_receiver<Op, decltype(handler)>;
        (new receiver(ex, std::move(handler), m))->start();
      },
      token, std::move(make));
}

}  // namespace plua
