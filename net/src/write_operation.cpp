// SPDX-License-Identifier: MIT
#include <plua/net/connection.hpp>
#include <plua/net/write_operation.hpp>

namespace plua::net {
namespace {

const work_kind writing_work("tcp write");

}  // namespace

write_operation::write_operation(ptr<connection> target, std::string_view data, std::optional<double> timeout)
    : target_(std::move(target)), data_(data), timeout_(timeout) {}

write_operation::write_operation(ptr<connection> target, std::string&& data, std::optional<double> timeout)
    : target_(std::move(target)), owned_(std::move(data)), data_(owned_), timeout_(timeout) {}

write_operation::~write_operation() = default;

bool write_operation::start() {
  if (!target_) {
    result_.error = errc::not_found;
    return true;
  }
  const std::optional<double> limit = timeout_ ? timeout_ : target_->timeout();
  if (target_->begin(*this, limit && *limit <= 0)) return true;
  if (limit) target_->timers_->arm_after(*this, *limit);
  return false;
}

void write_operation::cancel() noexcept {
  disarm();
  target_->leave(*this);
}

void write_operation::expired() noexcept {
  target_->leave(*this);
  result_.error = errc::timeout;
  complete();
}

void write_operation::finish(error_code ec) noexcept {
  disarm();
  result_.error = ec;
  complete();
}

std::string write_operation::describe() const {
  return "room to send to " + (target_ ? to_string(target_->remote()) : std::string("nowhere"));
}

const work_kind* write_operation::kind() const noexcept { return &writing_work; }

outcome<std::size_t> counted_write_operation::result() {
  const write_result r = write_operation::result();
  if (r.error) return failure(r.error, "write", target() ? to_string(target()->remote()) : std::string());
  return r.sent;
}

}  // namespace plua::net
