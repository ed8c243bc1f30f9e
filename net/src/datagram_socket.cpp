// SPDX-License-Identifier: MIT
#include <plua/net/datagram_socket.hpp>

#include <boost/asio/post.hpp>

#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>

namespace plua::net {
namespace {

// A fast sender must not keep the loop with one socket.
constexpr int serve_limit = 64;

}  // namespace

// ---------------------------------------------------------------- opening

datagram_socket::datagram_socket(network& owner, const datagram_setup& setup)
    : descriptor(owner.poller()), network_(owner) {
  const bool binds = setup.local.has_value();
  const socket_address& place = binds ? *setup.local : *setup.peer;
  const auto step = [](const error_code& ec, const char* what, const socket_address& where) {
    if (ec) throw failure(ec, what, to_string(to_address(where)));
  };
  family_ = place.protocol().family();
  const int fd = ::socket(family_, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) step(last_error(), binds ? "bind" : "connect", place);
  step(open_descriptor(fd, false), "bind", place);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue_bytes, sizeof(queue_bytes));
  const int on = 1, off = 0;
  if (family_ == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  if (setup.broadcast) ::setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
  if (binds && ::bind(fd, place.data(), static_cast<socklen_t>(place.size())) != 0)
    step(last_error(), "bind", place);
  if (setup.peer) {
    peer_ = as_family(*setup.peer, family_);
    if (!peer_) step({EAFNOSUPPORT, boost::system::system_category()}, "connect", *setup.peer);
    if (::connect(fd, peer_->data(), static_cast<socklen_t>(peer_->size())) != 0)
      step(last_error(), "connect", *setup.peer);
  }
  owner.enlist(*this);
}

datagram_socket::datagram_socket(network& owner, int fd) : descriptor(owner.poller()), network_(owner) {
  socket_address bound;
  auto size = static_cast<socklen_t>(bound.capacity());
  if (::getsockname(fd, bound.data(), &size) == 0) family_ = bound.data()->sa_family;
  if (const error_code ec = open_descriptor(fd, false)) throw boost::system::system_error(ec);
  owner.enlist(*this);
}

datagram_socket::~datagram_socket() = default;

address datagram_socket::local() const {
  if (!open_) return {};
  socket_address bound;
  auto size = static_cast<socklen_t>(bound.capacity());
  if (::getsockname(native_handle(), bound.data(), &size) != 0 || bound.data()->sa_family != family_)
    return {};
  return plain_address(bound);
}

std::string datagram_socket::label() const {
  if (!open_) return "closed";
  return to_string(local()) + (peer_ ? " to " + to_string(plain_address(*peer_)) : std::string());
}

// ---------------------------------------------------------------- receiving

bool datagram_socket::begin(receive_operation& r, bool never_waits) {
  if (!open_) {
    r.error_ = errc::closed;
    return true;
  }
  const bool try_now = !returned_.empty() || input_ready() || never_waits;
  if (receivers_.empty() && try_now && receive_one(r)) return true;
  if (never_waits) {
    r.error_ = errc::timeout;
    return true;
  }
  receivers_.push_back(r);
  wait_for_input();
  return false;
}

void datagram_socket::leave(receive_operation& r) noexcept {
  if (r.is_linked()) r.unlink();
  if (receivers_.empty()) stop_waiting_for_input();
}

void datagram_socket::put_back(std::string data, const socket_address& from) {
  if (!open_) return;
  returned_.push_front({std::move(data), from});
  if (!receivers_.empty())
    asio::post(reactor().get_executor(), [self = ptr<datagram_socket>(this)] { self->serve_receivers(); });
}

// True when the operation is over.
bool datagram_socket::receive_one(receive_operation& r) {
  if (!returned_.empty()) {
    r.owned_ = std::make_unique<std::string>(std::move(returned_.front().data));
    r.data_ = *r.owned_;
    r.from_ = returned_.front().from;
    r.holds_ = true;
    returned_.pop_front();
    return true;
  }
  for (;;) {
    auto& buffer = reactor().buffer();
    auto size = static_cast<socklen_t>(r.from_.capacity());
    const ssize_t n = ::recvfrom(native_handle(), buffer.data(), buffer.size(), 0, r.from_.data(), &size);
    if (n >= 0) {
      r.data_ = {buffer.data(), static_cast<std::size_t>(n)};
      r.from_.resize(size);
      r.holds_ = true;
      return true;
    }
    if (errno == EINTR) continue;
    const error_code ec = last_error();
    if (would_block(ec)) {
      input_empty();
      return false;
    }
    r.error_ = ec;  // about a datagram that was sent before
    return true;
  }
}

void datagram_socket::serve_receivers() {
  if (!open_) return;
  for (int served = 0; !receivers_.empty() && served < serve_limit; ++served) {
    receive_operation& first = receivers_.front();
    if (!receive_one(first)) break;
    receivers_.pop_front();
    first.finish();  // runs the task; anything may have happened after it
    if (!open_) return;
  }
  if (receivers_.empty())
    stop_waiting_for_input();  // started for a task that was served in the same turn
  else
    wait_for_input();
}

// ---------------------------------------------------------------- sending

bool datagram_socket::begin(send_operation& s, bool never_waits) {
  if (!open_) {
    s.result_.error = errc::closed;
    return true;
  }
  if (senders_.empty() && send_one(s)) return true;
  if (never_waits) {
    s.result_.error = errc::timeout;
    return true;
  }
  if (const error_code ec = wait_for_output()) {
    s.result_.error = ec;
    return true;
  }
  senders_.push_back(s);
  return false;
}

void datagram_socket::leave(send_operation& s) noexcept {
  if (s.is_linked()) s.unlink();
  if (senders_.empty()) stop_waiting_for_output();
}

// True when the operation is over.
bool datagram_socket::send_one(send_operation& s) {
  for (;;) {
    const ssize_t n = s.to_ ? ::sendto(native_handle(), s.data_.data(), s.data_.size(), MSG_NOSIGNAL,
                                       s.to_->data(), static_cast<socklen_t>(s.to_->size()))
                            : ::send(native_handle(), s.data_.data(), s.data_.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      s.result_.sent = static_cast<std::size_t>(n);
      return true;
    }
    if (errno == EINTR) continue;
    const error_code ec = last_error();
    if (would_block(ec)) return false;
    s.result_.error = ec;
    return true;
  }
}

void datagram_socket::serve_senders() {
  while (!senders_.empty() && send_one(senders_.front())) {
    send_operation& first = senders_.front();
    senders_.pop_front();
    first.finish(first.result_.error);
    if (!open_) return;
  }
  if (senders_.empty())
    stop_waiting_for_output();
  else
    wait_for_output();
}

// ---------------------------------------------------------------- ending

void datagram_socket::on_ready(bool input, bool output) {
  const ptr<datagram_socket> keep(this);
  if (output) serve_senders();
  if (input) serve_receivers();
}

void datagram_socket::close() noexcept {
  if (!std::exchange(open_, false)) return;
  const ptr<datagram_socket> keep(this);
  unlink();
  close_descriptor();
  returned_.clear();
  while (!receivers_.empty()) {
    receive_operation& r = receivers_.front();
    receivers_.pop_front();
    r.error_ = errc::closed;
    r.finish();
  }
  for (auto* list : {&senders_, &lookups_})
    while (!list->empty()) {
      send_operation& s = list->front();
      list->pop_front();
      s.finish(errc::closed);
    }
}

}  // namespace plua::net
