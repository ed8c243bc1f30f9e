// SPDX-License-Identifier: MIT
// One read from a connection: how much, until when.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/operation.hpp>
#include <plua/coro/timer_queue.hpp>

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace plua::net {

class connection;

/// What a read waits for. At the end of the stream what has come is the result, if that is at least one byte
/// (for `all`, also none).
struct read_format {
  enum class kind : unsigned char {
    exactly,   ///< `limit` bytes
    some,      ///< whatever comes first, at most `limit` bytes
    line,      ///< up to a newline, which is dropped, and a carriage return before it
    raw_line,  ///< up to and with a newline
    until,     ///< up to and with `delimiter`
    all,       ///< to the end of the stream
  };
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
  /// A peer that never sends the delimiter must not fill the memory.
  static constexpr std::size_t line_limit = 16 * 1024 * 1024;

  kind what = kind::some;
  std::size_t limit = no_limit;
  /// Must live as long as the operation; for a script it lies on the Lua stack.
  std::string_view delimiter = {};
  /// When the limit comes before the delimiter: give the bytes instead of errc::too_long.
  bool cut_at_limit = false;
};

/// The bytes (valid until the operation is destroyed or other data is read), or why there are none.
struct read_result {
  error_code error;
  std::string_view data;
  bool at_end = false;    ///< the stream ended before the format was satisfied
  bool at_limit = false;  ///< the limit came before the delimiter
};

class read_operation
    : public operation,
      private timer_entry,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// A null connection completes with errc::not_found. `timeout` in seconds; the connection's own when empty.
  read_operation(ptr<connection> source, read_format format, std::optional<double> timeout = {});
  ~read_operation() override;

  bool start() override;
  void cancel() noexcept override;
  std::string describe() const override;
  const work_kind* kind() const noexcept override;
  std::size_t bytes() const noexcept override { return result_.data.size(); }
  void retain() override;
  read_result result() { return result_; }
  const ptr<connection>& source() const noexcept { return source_; }

 private:
  friend class connection;

  struct match {
    bool found;
    std::size_t length;    // of the result
    std::size_t consumed;  // from the stream
  };
  /// Looks for the end of this read in what has come.
  match look(std::string_view data, bool at_end) noexcept;
  bool take(std::string_view data, const match& m) noexcept;
  void expired() noexcept override;
  void finish() noexcept;

  ptr<connection> source_;
  read_format format_;
  std::optional<double> timeout_;
  read_result result_;
  std::size_t scanned_ = 0;             // bytes that were searched for the delimiter already
  std::unique_ptr<std::string> owned_;  // rarely needed: keeps the operation small
};

/// The same for C++, where the bytes must be owned.
class owned_read_operation final : public read_operation {
 public:
  using read_operation::read_operation;
  outcome<std::string> result();
};

}  // namespace plua::net
