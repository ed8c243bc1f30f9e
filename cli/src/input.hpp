// SPDX-License-Identifier: MIT
// Reads stdin without blocking the loop, and takes no byte more than it gives: what follows a line is there
// for the script that the line runs.
#pragma once

#include <plua/coro/executor.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <optional>
#include <string>

namespace plua::cli {

class input {
 public:
  /// The flags of stdin, which it may share with other processes, stay as they are.
  explicit input(asio::io_context& context);

  /// The next line without its end; nothing at the end of the input. Throws failure(cancelled) after
  /// `cancel`.
  asio::awaitable<std::optional<std::string>> read_line();
  asio::awaitable<std::string> read_all();

  /// Withdraws a read that waits; the part of the line that was read is lost.
  void cancel();

 private:
  asio::awaitable<std::size_t> read_some(char* data, std::size_t size);

  asio::posix::basic_stream_descriptor<executor> descriptor_;
};

}  // namespace plua::cli
