// SPDX-License-Identifier: MIT
// One write to a connection: all of it, or an error and how much went out.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/operation.hpp>
#include <plua/coro/timer_queue.hpp>

#include <boost/intrusive/list.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace plua::net {

class connection;

struct write_result {
  error_code error;
  std::size_t sent = 0;  ///< bytes handed to the system
};

class write_operation
    : public operation,
      private timer_entry,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// `data` must live as long as the operation. A null connection completes with errc::not_found.
  write_operation(ptr<connection> target, std::string_view data, std::optional<double> timeout = {});
  /// Owns the data.
  write_operation(ptr<connection> target, std::string&& data, std::optional<double> timeout = {});
  ~write_operation() override;

  bool start() override;
  void cancel() noexcept override;
  std::string describe() const override;
  const work_kind* kind() const noexcept override;
  std::size_t bytes() const noexcept override { return result_.sent; }
  write_result result() { return result_; }
  const ptr<connection>& target() const noexcept { return target_; }

 private:
  friend class connection;

  void expired() noexcept override;
  void finish(error_code ec) noexcept;

  ptr<connection> target_;
  std::string owned_;
  std::string_view data_;
  std::optional<double> timeout_;
  write_result result_;
};

/// The same for C++: the count of bytes, or the failure.
class counted_write_operation final : public write_operation {
 public:
  using write_operation::write_operation;
  outcome<std::size_t> result();
};

}  // namespace plua::net
