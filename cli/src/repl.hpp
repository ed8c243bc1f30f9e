// SPDX-License-Identifier: MIT
// The shell: reads a chunk, runs it once as a task, prints its results. The loop goes on all the while.
#pragma once

#include "diagnostics.hpp"
#include "input.hpp"
#include <plua/coro/runtime.hpp>

#include <optional>
#include <string>

namespace plua::cli {

class repl {
 public:
  repl(runtime& r, input& in, const diagnostics& out);

  /// Returns when the user leaves.
  asio::awaitable<void> run();

  /// Ctrl-C: cancels the chunk that runs, or drops the one that is being typed. False at an empty prompt.
  bool interrupt();
  /// The chunk that runs waits for what can never come: it is cancelled.
  void blocked();

 private:
  enum class answer { go_on, leave };

  asio::awaitable<answer> handle(std::string line);
  asio::awaitable<std::optional<ptr<task>>> read_chunk(std::string line);
  asio::awaitable<void> evaluate(ptr<task> chunk);
  bool command(const std::string& line, answer& result);
  ptr<task> start_print(const task& evaluated);

  runtime& runtime_;
  input& input_;
  const diagnostics& out_;
  ptr<task> running_;
  bool continuing_ = false;  // within a chunk of several lines
};

}  // namespace plua::cli
