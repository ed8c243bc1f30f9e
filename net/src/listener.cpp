// SPDX-License-Identifier: MIT
#include <plua/net/connection.hpp>
#include <plua/net/listener.hpp>

#include <cerrno>
#include <sys/socket.h>

namespace plua::net {
namespace {

const work_kind accepting_work("tcp accept");

// Out of descriptors or buffers: the pending connection stays pending and would wake us at once again.
constexpr double retry_after = 0.05;

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// Errors of the connection that was taken, not of the listener.
bool is_transient(int error) {
  return error == EINTR || error == ECONNABORTED || error == EPROTO || error == EPERM || error == ENETDOWN ||
         error == EHOSTUNREACH || error == ENETUNREACH;
}

}  // namespace

listener::listener(network& owner, const tcp::endpoint& endpoint, int backlog)
    : descriptor(owner.poller()), network_(owner) {
  const auto step = [&](const error_code& ec) {
    if (ec) throw failure(ec, "listen", to_string(to_address(endpoint)));
  };
  const int fd = ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) step(last_error());
  step(open_descriptor(fd, false));
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(fd, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) step(last_error());
  if (::listen(fd, backlog) != 0) step(last_error());
  local_ = local_address(fd);
  owner.enlist(*this);
}

listener::~listener() = default;

std::string listener::label() const { return to_string(local_) + (open_ ? "" : ", closed"); }

bool listener::begin(accept_operation& a, bool never_waits) {
  if (!open_) {
    a.result_.error = errc::closed;
    return true;
  }
  if (waiting_.empty() && (input_ready() || never_waits) && accept_one(a)) return true;
  if (never_waits) {
    a.result_.error = errc::timeout;
    return true;
  }
  waiting_.push_back(a);
  wait();
  return false;
}

void listener::leave(accept_operation& a) noexcept {
  if (a.is_linked()) a.unlink();
  if (waiting_.empty()) stop_waiting();
}

void listener::stop_waiting() noexcept {
  timer_entry::disarm();
  stop_waiting_for_input();
}

// True when the operation is over.
bool listener::accept_one(accept_operation& a) {
  for (;;) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int fd = ::accept4(native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      peer.resize(size);
      shortage_ = false;
      set_no_delay(fd);
      try {
        a.result_.accepted.reset(new connection(network_, fd, peer));
      } catch (const boost::system::system_error& e) {
        a.result_.error = e.code();
      }
      return true;
    }
    if (is_transient(errno)) continue;
    shortage_ = is_shortage(errno);
    if (shortage_) return false;
    a.result_.error = last_error();
    if (!would_block(a.result_.error)) return true;
    a.result_.error.clear();
    input_empty();
    return false;
  }
}

void listener::wait() {
  if (!timer_entry::armed()) wait_for_input();
}

void listener::on_ready(bool, bool) {
  const ptr<listener> keep(this);
  serve();
}

void listener::serve() {
  while (!waiting_.empty() && accept_one(waiting_.front())) {
    accept_operation& done = waiting_.front();
    waiting_.pop_front();
    done.finish();  // runs the task, which usually asks for the next connection
    if (!open_) return;
  }
  if (!waiting_.empty() && shortage_) {
    stop_waiting();
    return network_.timers().arm_after(*this, retry_after);
  }
  if (!waiting_.empty())
    wait();
  else
    stop_waiting();  // started for a task that was served in the same turn
}

void listener::expired() noexcept { serve(); }

void listener::close() noexcept {
  if (!std::exchange(open_, false)) return;
  ptr<listener> keep(this);
  unlink();
  timer_entry::disarm();
  close_descriptor();
  while (!waiting_.empty()) {
    accept_operation& a = waiting_.front();
    waiting_.pop_front();
    a.result_.error = errc::closed;
    a.finish();
  }
}

accept_operation::accept_operation(ptr<listener> source, std::optional<double> timeout)
    : source_(std::move(source)), timeout_(timeout) {}

accept_operation::~accept_operation() = default;

bool accept_operation::start() {
  if (!source_) {
    result_.error = errc::not_found;
    return true;
  }
  if (source_->begin(*this, timeout_ && *timeout_ <= 0)) return true;
  if (timeout_) source_->network_.timers().arm_after(*this, *timeout_);
  return false;
}

void accept_operation::cancel() noexcept {
  disarm();
  source_->leave(*this);
}

void accept_operation::expired() noexcept {
  source_->leave(*this);
  result_.error = errc::timeout;
  complete();
}

void accept_operation::finish() noexcept {
  disarm();
  complete();
}

std::string accept_operation::describe() const {
  return "a connection to " + (source_ ? to_string(source_->local()) : std::string("nowhere"));
}

const work_kind* accept_operation::kind() const noexcept { return &accepting_work; }

accept_result accept_operation::result() { return std::move(result_); }

outcome<ptr<connection>> accept_connection_operation::result() {
  accept_result r = accept_operation::result();
  if (r.error) return failure(r.error, "accept", source() ? to_string(source()->local()) : std::string());
  return std::move(r.accepted);
}

}  // namespace plua::net
