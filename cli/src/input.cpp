// SPDX-License-Identifier: MIT
#include "input.hpp"

#include <plua/core/error.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace plua::cli {
namespace {

// True for a regular file too, which epoll would refuse: it never has to be waited for.
bool readable(int descriptor) {
  pollfd ask{descriptor, POLLIN, 0};
  return ::poll(&ask, 1, 0) != 0;
}

}  // namespace

input::input(asio::io_context& context) : descriptor_(context.get_executor()) {
  const int flags = ::fcntl(STDIN_FILENO, F_GETFL);
  const int copy = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
  if (flags < 0 || copy < 0) return;  // there is no stdin: reads find its end
  error_code ignored;
  descriptor_.assign(copy, ignored);
  // Asio makes the descriptor non-blocking before its first wait unless it believes that it has.
  descriptor_.native_non_blocking(true, ignored);
  ::fcntl(STDIN_FILENO, F_SETFL, flags);
}

asio::awaitable<std::size_t> input::read_some(char* data, std::size_t size) {
  for (;;) {
    if (!descriptor_.is_open()) co_return 0;
    if (readable(descriptor_.native_handle())) {
      const ssize_t n = ::read(descriptor_.native_handle(), data, size);
      if (n >= 0) co_return static_cast<std::size_t>(n);
      if (errno == EINTR) continue;
      if (errno != EAGAIN) co_return 0;  // a terminal that is gone
    }
    error_code error;
    co_await descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                                    asio::redirect_error(asio::use_awaitable, error));
    if (error) throw failure(make_error_code(errc::cancelled), "read", "stdin");
  }
}

asio::awaitable<std::optional<std::string>> input::read_line() {
  std::string line;
  for (char byte;;) {
    if (co_await read_some(&byte, 1) == 0) {
      if (line.empty()) co_return std::nullopt;
      co_return line;
    }
    if (byte == '\n') co_return line;
    line += byte;
  }
}

asio::awaitable<std::string> input::read_all() {
  std::string text;
  std::string block(16384, '\0');
  while (const std::size_t n = co_await read_some(block.data(), block.size())) text.append(block, 0, n);
  co_return text;
}

void input::cancel() {
  error_code ignored;
  if (descriptor_.is_open()) descriptor_.cancel(ignored);
}

}  // namespace plua::cli
