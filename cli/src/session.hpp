// SPDX-License-Identifier: MIT
// One run of the command: libraries, fragments, script or shell, and then until nothing is left to do.
#pragma once

#include "diagnostics.hpp"
#include "input.hpp"
#include "options.hpp"
#include "repl.hpp"
#include "signals.hpp"
#include <plua/coro/runtime.hpp>
#include <plua/coro/tracker.hpp>

#include <memory>
#include <optional>

namespace plua::cli {

class session {
 public:
  explicit session(options given);

  /// The exit status.
  int run();

 private:
  enum class source { none, shell, text, file };

  source choose_source() const;
  asio::awaitable<void> program();
  asio::awaitable<bool> run_libraries();
  asio::awaitable<bool> run_library(std::string argument);
  asio::awaitable<bool> run_fragments();
  asio::awaitable<void> run_shell();
  asio::awaitable<bool> run_script(source from);
  /// Waits for a main chunk; false after an error, which is reported.
  asio::awaitable<bool> succeeds(ptr<task> t, std::string prefix);

  void enter(phase p);
  void stop(int status);
  void leave(int status);
  void signalled(int number, bool interrupted);
  void ended(ending how);
  int status() const;

  // The loop outlives the runtime: it holds coroutines that refer to tasks.
  options options_;
  diagnostics out_;
  asio::io_context context_;
  std::unique_ptr<runtime> runtime_;
  tracker& tracker_;
  signals signals_;
  std::optional<input> input_;
  std::optional<repl> repl_;
  work_hold reading_;
  std::optional<int> status_;
};

}  // namespace plua::cli
