// SPDX-License-Identifier: MIT
#include <plua/net/connection.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cerrno>
#include <sys/socket.h>

namespace plua::net {
namespace {

// A fast sender must not keep the loop in one connection.
constexpr std::size_t pump_limit = 256 * 1024;
// How much is read ahead for nobody.
constexpr std::size_t watch_limit = 64 * 1024;
// An emptied buffer larger than this is given back.
constexpr std::size_t keep_buffer = 4096;

}  // namespace

connection::connection(network& owner, int fd, const tcp::endpoint& remote)
    : descriptor(owner.poller()), timers_(&owner.timers()), remote_(remote) {
  if (const error_code ec = open_descriptor(fd, false)) throw boost::system::system_error(ec);
  owner.enlist(*this);
}

connection::connection(network& owner, descriptor&& connected, const tcp::endpoint& remote)
    : descriptor(std::move(connected)), timers_(&owner.timers()), remote_(remote) {
  owner.enlist(*this);
}

connection::~connection() = default;

std::string connection::label() const { return to_string(remote()) + (open_ ? "" : ", closed"); }

// ---------------------------------------------------------------- reading

bool connection::begin(read_operation& r, bool never_waits) {
  if (!open_) {
    r.result_.error = errc::closed;
    return true;
  }
  if (readers_.empty()) {
    if (serve_from_buffer(r)) return true;
    bool try_now = input_ready() || never_waits;
    for (std::size_t moved = 0; try_now && moved < pump_limit; try_now = never_waits) {
      error_code ec;
      const std::size_t n = receive(ec);
      moved += n;
      if (n > 0 && buffered() == 0) {
        const std::string_view data(reactor().buffer().data(), n);
        if (const auto m = r.look(data, false); m.found) {
          r.result_.data = data.substr(0, m.length);
          take_in(data.substr(m.consumed));
          return true;
        }
        take_in(data);
      } else if (n > 0) {
        take_in({reactor().buffer().data(), n});
        if (serve_from_buffer(r)) return true;
      } else {
        if (would_block(ec)) break;
        input_end_ = ec;
        return serve_from_buffer(r);
      }
    }
  }
  if (never_waits) {
    r.result_.error = errc::timeout;
    return true;
  }
  readers_.push_back(r);
  wait_for_input();
  return false;
}

void connection::leave(read_operation& r) noexcept {
  const bool first = !readers_.empty() && &readers_.front() == &r;
  r.unlink();
  if (readers_.empty()) {
    if (!owner_) stop_waiting_for_input();
  } else if (first && buffered() > 0) {
    // What was not enough for this one may be enough for the next.
    asio::post(reactor().get_executor(), [self = ptr<connection>(this)] { self->serve_readers(); });
  }
}

void connection::consume(std::size_t n) noexcept {
  buffer_begin_ += n;
  if (buffer_begin_ < buffer_.size()) return;
  // The bytes stay in place until new ones come: the result that was just taken points to them.
  buffer_begin_ = buffer_.size();
}

// Gives the read its result when the buffer, or the end of the stream, settles it.
bool connection::serve_from_buffer(read_operation& r) {
  const std::string_view data = pending();
  if (data.empty() && !input_end_ && r.format_.limit != 0) return false;
  const bool ended = input_end_ == errc::eof;
  if (const auto m = r.look(data, ended); m.found) {
    r.result_.data = data.substr(0, m.length);
    consume(m.consumed);
    if (input_end_ && buffered() == 0) tell_owner();
    return true;
  }
  if (!input_end_) return false;
  r.result_.error = input_end_;
  return true;
}

std::size_t connection::receive(error_code& ec) noexcept {
  for (;;) {
    const ssize_t n = ::recv(native_handle(), reactor().buffer().data(), reactor().buffer().size(), 0);
    if (n > 0) {
      received_ += static_cast<std::size_t>(n);
      if (static_cast<std::size_t>(n) < reactor().buffer().size()) input_taken();
      return static_cast<std::size_t>(n);
    }
    if (n == 0) {
      ec = errc::eof;
      return 0;
    }
    if (errno == EINTR) continue;
    ec = last_error();
    input_empty();
    return 0;
  }
}

void connection::take_in(std::string_view data) {
  if (buffer_begin_ == buffer_.size()) {
    buffer_.clear();
    buffer_begin_ = 0;
    if (data.empty()) {
      if (buffer_.capacity() > keep_buffer) std::string().swap(buffer_);
      return;
    }
  } else if (buffer_begin_ > buffer_.size() / 2) {
    buffer_.erase(0, buffer_begin_);
    buffer_begin_ = 0;
  }
  buffer_.append(data);
}

void connection::pump_reads() {
  std::size_t moved = 0;
  for (;;) {
    while (!readers_.empty() && serve_from_buffer(readers_.front())) {
      read_operation& done = readers_.front();
      readers_.pop_front();
      done.finish();  // runs the task; anything may have happened after it
      if (!open_) return;
    }
    if (input_end_) {
      if (buffered() == 0) tell_owner();  // otherwise when the rest has been read
      return;
    }
    const bool reading_ahead = readers_.empty();
    if (reading_ahead && (!owner_ || buffered() >= watch_limit)) return;
    if (moved >= pump_limit) return wait_for_input();

    error_code ec;
    const std::size_t n = receive(ec);
    if (ec && would_block(ec)) return wait_for_input();
    if (ec) {
      input_end_ = ec;
      continue;
    }
    moved += n;
    const std::string_view data(reactor().buffer().data(), n);
    if (readers_.empty() || buffered() > 0) {
      take_in(data);
      continue;
    }
    // The usual case: the bytes go from the shared buffer straight to the reader.
    read_operation& front = readers_.front();
    const auto m = front.look(data, false);
    take_in(data.substr(m.found ? m.consumed : 0));
    if (!m.found) continue;
    front.result_.data = data.substr(0, m.length);
    readers_.pop_front();
    front.finish();
    if (!open_) return;
    if (!input_ready()) {
      // All that was there has been read: asking again would only cost a system call.
      while (!readers_.empty() && serve_from_buffer(readers_.front())) {
        read_operation& done = readers_.front();
        readers_.pop_front();
        done.finish();
        if (!open_) return;
      }
      if (!readers_.empty() || (owner_ && buffered() < watch_limit)) wait_for_input();
      return;
    }
  }
}

void connection::on_ready(bool input, bool output) {
  const ptr<connection> keep(this);
  if (output) pump_writes();
  if (input) serve_readers();
}

void connection::serve_readers() {
  if (!open_) return;
  pump_reads();
  // A task that was served asked again, which started a wait, and had its answer in the same turn.
  if (open_ && readers_.empty() && !owner_) stop_waiting_for_input();
}

// ---------------------------------------------------------------- writing

bool connection::begin(write_operation& w, bool never_waits) {
  if (!open_) {
    w.result_.error = errc::closed;
    return true;
  }
  if (writers_.empty() && pump_write(w)) return true;
  if (never_waits) {
    w.result_.error = errc::timeout;
    return true;
  }
  if (const error_code ec = wait_for_output()) {
    w.result_.error = ec;
    return true;
  }
  writers_.push_back(w);
  return false;
}

void connection::leave(write_operation& w) noexcept {
  w.unlink();
  if (writers_.empty()) stop_waiting_for_output();
}

// Sends what the socket takes. True when the write is over.
bool connection::pump_write(write_operation& w) {
  while (w.result_.sent < w.data_.size()) {
    const ssize_t n = ::send(native_handle(), w.data_.data() + w.result_.sent,
                             w.data_.size() - w.result_.sent, MSG_NOSIGNAL);
    if (n >= 0) {
      w.result_.sent += static_cast<std::size_t>(n);
      sent_ += static_cast<std::size_t>(n);
      continue;
    }
    if (errno == EINTR) continue;
    const error_code ec = last_error();
    if (would_block(ec)) return false;
    w.result_.error = ec;
    return true;
  }
  return true;
}

void connection::pump_writes() {
  while (!writers_.empty() && pump_write(writers_.front())) {
    write_operation& done = writers_.front();
    writers_.pop_front();
    done.finish(done.result_.error);
    if (!open_) return;
  }
  // A task that was served may have written on, which started a wait, and had its turn in this loop.
  if (writers_.empty())
    stop_waiting_for_output();
  else
    wait_for_output();
}

// ---------------------------------------------------------------- ending

void connection::shut_down(asio::socket_base::shutdown_type what, error_code& ec) {
  if (!open_) {
    ec = errc::closed;
    return;
  }
  if (::shutdown(native_handle(), what) != 0) ec = last_error();
}

void connection::watch(connection_owner* owner) {
  owner_ = owner;
  wait_for_input();
}

descriptor&& connection::detach() noexcept {
  open_ = false;
  owner_ = nullptr;
  stop_waiting_for_input();
  unlink();
  return std::move(static_cast<descriptor&>(*this));
}

void connection::tell_owner() noexcept {
  if (connection_owner* owner = std::exchange(owner_, nullptr)) owner->connection_ended(*this);
}

void connection::close() noexcept {
  if (!std::exchange(open_, false)) return;
  ptr<connection> keep(this);
  unlink();
  close_descriptor();
  std::string().swap(buffer_);
  buffer_begin_ = 0;
  while (!readers_.empty()) {
    read_operation& r = readers_.front();
    readers_.pop_front();
    r.result_.error = errc::closed;
    r.finish();
  }
  while (!writers_.empty()) {
    write_operation& w = writers_.front();
    writers_.pop_front();
    w.finish(errc::closed);
  }
  tell_owner();
}

}  // namespace plua::net
