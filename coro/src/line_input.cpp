// SPDX-License-Identifier: MIT
#include <plua/coro/line_input.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace plua {
namespace {

const work_kind input_work("input");

// What io.read has taken ahead comes first. Only the C library knows how much that is.
bool buffered_ahead() {
#if defined(__GLIBC__)
  return stdin->_IO_read_ptr < stdin->_IO_read_end;
#else
  return false;
#endif
}

constexpr const char* at_end = "EOF when reading a line";

// A regular file counts as readable, too.
bool readable(int descriptor, int milliseconds) {
  pollfd ask{descriptor, POLLIN, 0};
  return ::poll(&ask, 1, milliseconds) > 0;
}

}  // namespace

/// The bytes and those who wait for them. Lives as long as a handler of it that could still be called.
class line_input::source : public std::enable_shared_from_this<source> {
 public:
  explicit source(asio::io_context& context) : descriptor_(context.get_executor()) {}
  ~source() { waiting.clear(); }
  source(const source&) = delete;
  source& operator=(const source&) = delete;

  boost::intrusive::list<line_operation, boost::intrusive::constant_time_size<false>> waiting;

  enum class state { line, end, nothing_yet };
  /// Takes a line, or as much as is there; `block` waits for it.
  state take(std::string& line, bool block);
  void wait();
  void stop_waiting() noexcept;

 private:
  void serve();

  asio::posix::basic_stream_descriptor<executor> descriptor_;
  std::string partial_;
  bool waiting_for_input_ = false;
};

line_input::source::state line_input::source::take(std::string& line, bool block) {
  constexpr int for_ever = -1;
  for (;;) {
    char byte = 0;
    if (buffered_ahead()) {
      byte = static_cast<char>(std::getc(stdin));
    } else {
      if (!readable(STDIN_FILENO, block ? for_ever : 0)) {
        return state::nothing_yet;  // or a signal came, whose handler may want to interrupt the script
      }
      const ssize_t n = ::read(STDIN_FILENO, &byte, 1);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) {
        if (block) continue;
        return state::nothing_yet;
      }
      if (n <= 0) {  // the end, or a terminal that is gone
        line = std::exchange(partial_, {});
        return line.empty() ? state::end : state::line;
      }
    }
    if (byte == '\n') {
      line = std::exchange(partial_, {});
      return state::line;
    }
    partial_ += byte;
  }
}

// Asio registers a copy of the descriptor, whose flags stdin may share with other processes: they stay.
void line_input::source::wait() {
  if (std::exchange(waiting_for_input_, true)) return;
  if (!descriptor_.is_open()) {
    const int flags = ::fcntl(STDIN_FILENO, F_GETFL);
    const int copy = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    error_code ignored;
    if (copy >= 0) descriptor_.assign(copy, ignored);
    // Asio makes the descriptor non-blocking before its first wait unless it believes that it has.
    descriptor_.native_non_blocking(true, ignored);
    if (flags >= 0) ::fcntl(STDIN_FILENO, F_SETFL, flags);
  }
  descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                         [weak = weak_from_this()](const error_code& error) {
                           const std::shared_ptr<source> self = weak.lock();
                           if (!self) return;
                           self->waiting_for_input_ = false;
                           if (!error) self->serve();
                           if (!self->waiting.empty()) self->wait();
                         });
}

void line_input::source::stop_waiting() noexcept {
  error_code ignored;
  if (waiting_for_input_) descriptor_.cancel(ignored);
}

void line_input::source::serve() {
  while (!waiting.empty()) {
    line_operation& first = waiting.front();
    first.show_prompt();
    const state now = take(first.line_, false);
    if (now == state::nothing_yet) return;
    if (now == state::end) first.trouble_ = at_end;
    first.unlink();
    first.complete();
  }
}

line_input::line_input(runtime& owner) : source_(std::make_shared<source>(owner.context())) {}
line_input::~line_input() = default;

void line_input::shut_down() noexcept { source_->stop_waiting(); }

line_operation::line_operation(line_input& in, std::string prompt) : in_(in), prompt_(std::move(prompt)) {}
line_operation::~line_operation() { cancel(); }

void line_operation::show_prompt() {
  if (std::exchange(prompted_, true)) return;
  std::fwrite(prompt_.data(), 1, prompt_.size(), stdout);
  std::fflush(stdout);
}

bool line_operation::start() {
  line_input::source& from = *in_.source_;
  if (from.waiting.empty()) {
    show_prompt();
    const auto now = from.take(line_, false);
    if (now == line_input::source::state::end) trouble_ = at_end;
    if (now != line_input::source::state::nothing_yet) return true;
  }
  from.waiting.push_back(*this);
  from.wait();
  return false;
}

void line_operation::cancel() noexcept {
  if (!is_linked()) return;
  unlink();
  if (in_.source_->waiting.empty()) in_.source_->stop_waiting();
}

void line_operation::run_in_place() noexcept {
  show_prompt();
  const auto now = in_.source_->take(line_, true);
  if (now == line_input::source::state::end) trouble_ = at_end;
  if (now == line_input::source::state::nothing_yet) trouble_ = "interrupted by a signal";
}

const work_kind* line_operation::kind() const noexcept { return &input_work; }

std::string line_operation::result() {
  if (trouble_) throw std::runtime_error(trouble_);
  return std::move(line_);
}

}  // namespace plua
