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
    : network_(owner), acceptor_(owner.get_executor()) {
  const auto step = [&](const error_code& ec) {
    if (ec) throw failure(ec, "listen", to_string(to_address(endpoint)));
  };
  error_code ec;
  acceptor_.open(endpoint.protocol(), ec);
  step(ec);
  acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
  step(ec);
  acceptor_.bind(endpoint, ec);
  step(ec);
  acceptor_.listen(backlog, ec);
  step(ec);
  acceptor_.native_non_blocking(true, ec);
  step(ec);
  local_ = to_address(acceptor_.local_endpoint(ec));
  step(ec);
  owner.enlist(*this);
}

listener::~listener() = default;

std::string listener::label() const { return to_string(local_) + (open_ ? "" : ", closed"); }

bool listener::begin(accept_operation& a, bool never_waits) {
  if (!open_) {
    a.result_.error = errc::closed;
    return true;
  }
  if (waiting_.empty() && (more_likely_ || never_waits) && accept_one(a)) return true;
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
  if (!waiting_ready_) return;
  error_code ignored;
  acceptor_.cancel(ignored);
}

// True when the operation is over.
bool listener::accept_one(accept_operation& a) {
  for (;;) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int fd = ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      peer.resize(size);
      more_likely_ = true;
      shortage_ = false;
      tcp_socket socket(network_.get_executor());
      error_code ec;
      socket.assign(peer.protocol(), fd, ec);
      if (ec) {
        ::close(fd);
        continue;
      }
      // Small messages go out at once: every reply would wait for the peer's delayed acknowledgement
      // otherwise.
      socket.set_option(tcp::no_delay(true), ec);
      const tcp::endpoint own = socket.local_endpoint(ec);
      a.result_.accepted.reset(
          new connection(network_, std::move(socket), to_address(own), to_address(peer)));
      return true;
    }
    more_likely_ = false;
    if (is_transient(errno)) continue;
    shortage_ = is_shortage(errno);
    if (errno == EAGAIN || errno == EWOULDBLOCK || shortage_) return false;
    a.result_.error = error_code(errno, boost::system::system_category());
    return true;
  }
}

void listener::wait() {
  if (waiting_ready_ || timer_entry::armed() || !open_) return;
  waiting_ready_ = true;
  acceptor_.async_wait(asio::socket_base::wait_read,
                       [self = ptr<listener>(this)](const error_code& ec) { self->on_ready(ec); });
}

void listener::on_ready(const error_code& ec) {
  waiting_ready_ = false;
  if (!open_) return;
  if (!is_aborted(ec)) {
    while (!waiting_.empty() && accept_one(waiting_.front())) {
      accept_operation& done = waiting_.front();
      waiting_.pop_front();
      done.finish();  // runs the task, which usually asks for the next connection
      if (!open_) return;
    }
    if (!waiting_.empty() && shortage_) return network_.timers().arm_after(*this, retry_after);
  }
  if (!waiting_.empty())
    wait();
  else
    stop_waiting();  // started for a task that was served in the same turn
}

void listener::expired() noexcept { on_ready({}); }

void listener::close() noexcept {
  if (!std::exchange(open_, false)) return;
  ptr<listener> keep(this);
  unlink();
  timer_entry::disarm();
  error_code ignored;
  acceptor_.close(ignored);
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
