// SPDX-License-Identifier: MIT
// What can go wrong, as C++ sees it: plua's own error codes, the failure of an operation, a wrong argument.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace plua {

using error_code = boost::system::error_code;

/// Outcomes of operations that the operating system has no number for.
enum class errc {
  eof = 1,    ///< the peer closed its side, all that it sent has been read
  timeout,    ///< the time limit passed first
  cancelled,  ///< the waiting task was cancelled
  closed,     ///< this side closed the handle
  not_found,  ///< no such name or id
  too_long,   ///< more input than the given limit before the delimiter came
};

const boost::system::error_category& plua_category() noexcept;

inline error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), plua_category()}; }

/// The symbol that scripts test: "ECONNREFUSED", "timeout", "eof", "cancelled"... Never empty.
std::string symbol(const error_code& code);

/// An operation that did not succeed: the code, what was tried, and on what.
/// Layers throw it to each other; in Lua it becomes `nil, err` (see error_value.hpp).
class failure : public boost::system::system_error {
 public:
  /// `operation` is one word ("connect"), `address` names the object ("127.0.0.1:80"; may be empty).
  failure(error_code code, std::string_view operation, std::string_view address = {});

  const std::string& operation() const noexcept { return operation_; }
  const std::string& address() const noexcept { return address_; }
  /// One sentence: "connect 127.0.0.1:80: Connection refused".
  const std::string& sentence() const noexcept { return sentence_; }
  const char* what() const noexcept override { return sentence_.c_str(); }

 private:
  std::string operation_;
  std::string address_;
  std::string sentence_;
};

/// Misuse of a function by the script: raised in Lua as "bad argument #1 to 'f' (text)".
class arg_error : public std::invalid_argument {
 public:
  /// `index` counts from 1; 0 means "the argument that is being read".
  arg_error(int index, const std::string& text) : std::invalid_argument(text), index_(index) {}
  explicit arg_error(const std::string& text) : arg_error(0, text) {}
  int index() const noexcept { return index_; }

 private:
  int index_;
};

/// A failure that is raised in Lua (as the error table) instead of returned: for iterators, whose loop would
/// take `nil, err` for the end.
class raised_failure : public failure {
 public:
  explicit raised_failure(failure f) : failure(std::move(f)) {}
};

/// An error that a script raised, seen from C++: the message and where it came from.
class script_error : public std::runtime_error {
 public:
  script_error(const std::string& message, std::string traceback)
      : std::runtime_error(message), traceback_(std::move(traceback)) {}
  /// The joined Lua traceback; may be empty (syntax errors have none).
  const std::string& traceback() const noexcept { return traceback_; }

 private:
  std::string traceback_;
};

}  // namespace plua

template <>
struct boost::system::is_error_code_enum<plua::errc> : std::true_type {};
