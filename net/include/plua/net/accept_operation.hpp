// SPDX-License-Identifier: MIT
// Waiting for one connection to a listener.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/operation.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/connection.hpp>

#include <boost/intrusive/list.hpp>

#include <optional>
#include <string>

namespace plua::net {

class listener;

/// The connection, or why there is none.
struct accept_result {
  error_code error;
  ptr<connection> accepted;
};

class accept_operation
    : public operation,
      private timer_entry,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// A null listener completes with errc::not_found. `timeout` in seconds, none when empty.
  explicit accept_operation(ptr<listener> source, std::optional<double> timeout = {});
  ~accept_operation() override;

  bool start() override;
  void cancel() noexcept override;
  std::string describe() const override;
  const work_kind* kind() const noexcept override;
  accept_result result();
  const ptr<listener>& source() const noexcept { return source_; }

 private:
  friend class listener;

  void expired() noexcept override;
  void finish() noexcept;

  ptr<listener> source_;
  std::optional<double> timeout_;
  accept_result result_;
};

/// The same as an outcome, for C++ and the module `net`.
class accept_connection_operation final : public accept_operation {
 public:
  using accept_operation::accept_operation;
  outcome<ptr<connection>> result();
};

}  // namespace plua::net
