// SPDX-License-Identifier: MIT
// Waiting in a C++ coroutine for an operation that is in its frame.
#pragma once

#include <plua/coro/operation.hpp>

#include <string>

namespace plua::net {

/// An operation that was started and is not complete, as an operation. A coroutine that starts the inner one
/// itself saves a turn of the loop whenever that is complete at once.
///
///     read_operation op(connection, format);
///     if (!op.start()) {
///       auto pending = [&] { return started_operation(op); };
///       co_await async_operation<started_operation>(executor, std::move(pending), token);
///     }
///     read_result r = op.result();
class started_operation final : public operation, private operation::receiver {
 public:
  explicit started_operation(operation& started) noexcept : started_(started) {}

  bool start() override {
    started_.set_receiver(*this);
    return false;
  }
  void cancel() noexcept override { started_.cancel(); }
  std::string describe() const override { return started_.describe(); }
  const work_kind* kind() const noexcept override { return started_.kind(); }
  void result() {}

 private:
  void operation_completed() noexcept override { complete(); }

  operation& started_;
};

}  // namespace plua::net
