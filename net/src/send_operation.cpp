// SPDX-License-Identifier: MIT
#include <plua/net/datagram_socket.hpp>
#include <plua/net/send_operation.hpp>

#include <cerrno>
#include <sys/socket.h>

namespace plua::net {
namespace {

const work_kind sending_work("udp send");

}  // namespace

send_operation::send_operation(ptr<datagram_socket> source, std::string_view data)
    : source_(std::move(source)), data_(data) {}

send_operation::send_operation(ptr<datagram_socket> source, std::string_view data, std::string host,
                               std::uint16_t port)
    : source_(std::move(source)), data_(data), host_(std::move(host)), port_(port) {
  if (source_) lookup_.emplace(source_->network_.names(), host_, port_);
}

send_operation::~send_operation() = default;

bool send_operation::never_waits() const noexcept { return source_->timeout() == 0.0; }

bool send_operation::start() {
  if (!source_ || !source_->is_open()) {
    result_.error = source_ ? errc::closed : errc::not_found;
    return true;
  }
  if (lookup_) {
    lookup_->set_receiver(*this);
    if (!lookup_->start()) {
      source_->lookups_.push_back(*this);
      if (const auto limit = source_->timeout()) source_->network_.timers().arm_after(*this, *limit);
      return false;
    }
    if (!take_address()) return true;
  }
  if (source_->begin(*this, never_waits())) return true;
  if (const auto limit = source_->timeout()) source_->network_.timers().arm_after(*this, *limit);
  return false;
}

void send_operation::operation_completed() noexcept {
  unlink();
  if (!take_address() || source_->begin(*this, never_waits())) finish(result_.error);
}

// False when there is none, which the result then says.
bool send_operation::take_address() {
  const auto found = lookup_->result();
  lookup_.reset();
  if (!found) {
    result_.error = found.error().code();
    return false;
  }
  const auto& peer = source_->peer();
  int trouble = EAFNOSUPPORT;
  for (const socket_address& each : *found) {
    const auto reachable = as_family(each, source_->family_);
    if (!reachable) continue;
    if (!peer) to_ = reachable;
    if (!peer || *reachable == *peer) return true;
    trouble = EISCONN;
  }
  result_.error = error_code(trouble, boost::system::system_category());
  return false;
}

void send_operation::cancel() noexcept {
  disarm();
  lookup_.reset();
  source_->leave(*this);
}

void send_operation::expired() noexcept {
  cancel();
  result_.error = errc::timeout;
  complete();
}

void send_operation::finish(error_code ec) noexcept {
  disarm();
  lookup_.reset();
  result_.error = ec;
  complete();
}

std::string send_operation::describe() const {
  return lookup_ ? lookup_->describe() : "room to send to " + target();
}

const work_kind* send_operation::kind() const noexcept { return &sending_work; }

std::string send_operation::target() const {
  if (!host_.empty()) return to_string(address{host_, port_});
  return source_ && source_->peer() ? to_string(plain_address(*source_->peer())) : std::string();
}

outcome<std::size_t> counted_send_operation::result() {
  const send_result r = send_operation::result();
  if (r.error) return failure(r.error, "send", target());
  return r.sent;
}

}  // namespace plua::net
