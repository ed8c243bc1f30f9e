// SPDX-License-Identifier: MIT
#include <plua/net/datagram_socket.hpp>
#include <plua/net/receive_operation.hpp>

namespace plua::net {
namespace {

const work_kind receiving_work("udp receive");

}  // namespace

receive_operation::receive_operation(ptr<datagram_socket> source, std::size_t max_bytes,
                                     std::optional<double> timeout)
    : source_(std::move(source)), max_bytes_(max_bytes), timeout_(timeout) {}

receive_operation::~receive_operation() {
  // Only what was retained can have been left: every other result is taken at once.
  if (holds_ && owned_) source_->put_back(std::move(*owned_), from_);
}

bool receive_operation::start() {
  if (!source_) {
    error_ = errc::not_found;
    return true;
  }
  const std::optional<double> limit = timeout_ ? timeout_ : source_->timeout();
  if (source_->begin(*this, limit && *limit <= 0)) return true;
  if (limit) source_->network_.timers().arm_after(*this, *limit);
  return false;
}

void receive_operation::cancel() noexcept {
  disarm();
  source_->leave(*this);
}

void receive_operation::expired() noexcept {
  source_->leave(*this);
  error_ = errc::timeout;
  complete();
}

void receive_operation::finish() noexcept {
  disarm();
  complete();
}

void receive_operation::retain() {
  if (!holds_ || owned_) return;
  owned_ = std::make_unique<std::string>(data_);
  data_ = *owned_;
}

std::string receive_operation::describe() const {
  return "a datagram on " + (source_ ? source_->label() : std::string("nowhere"));
}

const work_kind* receive_operation::kind() const noexcept { return &receiving_work; }

receive_result receive_operation::result() {
  if (error_) return {error_, {}};
  holds_ = false;
  return {{}, data_.substr(0, max_bytes_), plain_address(from_)};
}

outcome<datagram> owned_receive_operation::result() {
  receive_result r = receive_operation::result();
  if (r.error) return failure(r.error, "receive", source() ? source()->label() : std::string());
  return datagram{std::string(r.data), std::move(r.from)};
}

}  // namespace plua::net
