// SPDX-License-Identifier: MIT
#include <plua/net/connection.hpp>
#include <plua/net/read_operation.hpp>

#include <algorithm>
#include <cstring>

namespace plua::net {
namespace {

const work_kind reading_work("tcp read");

}  // namespace

read_operation::read_operation(ptr<connection> source, read_format format, std::optional<double> timeout)
    : source_(std::move(source)), format_(format), timeout_(timeout) {}

read_operation::~read_operation() = default;

bool read_operation::start() {
  if (!source_) {
    result_.error = errc::not_found;
    return true;
  }
  const std::optional<double> limit = timeout_ ? timeout_ : source_->timeout();
  if (source_->begin(*this, limit && *limit <= 0)) return true;
  if (limit) source_->timers_->arm_after(*this, *limit);
  return false;
}

void read_operation::cancel() noexcept {
  disarm();
  source_->leave(*this);
}

void read_operation::expired() noexcept {
  source_->leave(*this);
  result_.error = errc::timeout;
  complete();
}

void read_operation::finish() noexcept {
  disarm();
  complete();
}

void read_operation::retain() {
  if (result_.data.empty()) return;
  owned_ = std::make_unique<std::string>(result_.data);
  result_.data = *owned_;
}

std::string read_operation::describe() const {
  return "data from " + (source_ ? to_string(source_->remote()) : std::string("nowhere"));
}

const work_kind* read_operation::kind() const noexcept { return &reading_work; }

read_operation::match read_operation::look(std::string_view data, bool at_end) noexcept {
  using kind = read_format::kind;
  const auto whole = [&](std::size_t n) { return match{true, n, n}; };
  switch (format_.what) {
    case kind::some:
      if (format_.limit == 0) return whole(0);
      if (!data.empty()) return whole(std::min(data.size(), format_.limit));
      break;
    case kind::exactly:
      if (data.size() >= format_.limit) return whole(format_.limit);
      break;
    case kind::all:
      if (data.size() >= format_.limit) return whole(format_.limit);
      break;
    case kind::line:
    case kind::raw_line: {
      const std::size_t from = std::min(scanned_, data.size());
      const void* newline = std::memchr(data.data() + from, '\n', data.size() - from);
      if (newline) {
        const auto at = static_cast<std::size_t>(static_cast<const char*>(newline) - data.data());
        if (at < format_.limit) {
          if (format_.what == kind::raw_line) return whole(at + 1);
          return {true, at - (at > 0 && data[at - 1] == '\r'), at + 1};
        }
      }
      scanned_ = data.size();
      break;
    }
    case kind::until: {
      const std::size_t overlap = format_.delimiter.size() - 1;
      const std::size_t at = data.find(format_.delimiter, scanned_ > overlap ? scanned_ - overlap : 0);
      if (at != data.npos && at + format_.delimiter.size() <= format_.limit)
        return whole(at + format_.delimiter.size());
      scanned_ = data.size();
      break;
    }
  }
  const bool seeks =
      format_.what == kind::line || format_.what == kind::raw_line || format_.what == kind::until;
  if (seeks && data.size() >= format_.limit) {
    result_.at_limit = true;
    if (format_.cut_at_limit) return whole(format_.limit);
    result_.error = errc::too_long;
    return {true, 0, 0};
  }
  if (at_end && (!data.empty() || format_.what == kind::all)) {
    result_.at_end = true;
    return whole(data.size());
  }
  return {false, 0, 0};
}

outcome<std::string> owned_read_operation::result() {
  const read_result r = read_operation::result();
  if (r.error) return failure(r.error, "read", source() ? to_string(source()->remote()) : std::string());
  return std::string(r.data);
}

}  // namespace plua::net
