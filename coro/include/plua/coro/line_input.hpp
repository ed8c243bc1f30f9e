// SPDX-License-Identifier: MIT
// Lines of stdin for tasks: read without blocking the loop, and no byte further than the line goes, so that
// other readers of stdin find what follows.
#pragma once

#include <plua/coro/operation.hpp>
#include <plua/coro/runtime.hpp>
#include <plua/coro/service.hpp>

#include <boost/intrusive/list.hpp>

#include <memory>
#include <string>

namespace plua {

class line_operation;

/// Stdin of one runtime. Tasks get lines in the order in which they asked.
class line_input final : public service {
 public:
  explicit line_input(runtime& owner);
  ~line_input() override;
  void shut_down() noexcept override;

 private:
  friend class line_operation;
  class source;
  std::shared_ptr<source> source_;
};

/// Shows a prompt when its turn has come, then reads a line. `result()` throws at the end of the input.
/// Withdrawn, it leaves what was read of a line to the next.
class line_operation final
    : public operation,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  line_operation(line_input& in, std::string prompt);
  ~line_operation() override;

  bool start() override;
  void cancel() noexcept override;
  void run_in_place() noexcept;
  std::string describe() const override { return "a line of stdin"; }
  const work_kind* kind() const noexcept override;
  std::string result();

 private:
  friend class line_input;

  void show_prompt();

  line_input& in_;
  std::string prompt_;
  std::string line_;
  bool prompted_ = false;
  const char* trouble_ = nullptr;  // why there is no line
};

}  // namespace plua
