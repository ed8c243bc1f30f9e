// SPDX-License-Identifier: MIT
#include <plua/net/descriptor.hpp>

#include <unistd.h>
#include <utility>

namespace plua::net {
namespace {

constexpr std::uint32_t input_events = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr std::uint32_t end_events = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

}  // namespace

descriptor::descriptor(descriptor&& other) noexcept
    : poller_(other.poller_),
      fd_(std::exchange(other.fd_, -1)),
      generation_(other.generation_),
      waits_for_input_(false),
      waits_for_output_(false),
      watches_output_(other.watches_output_),
      input_ready_(other.input_ready_),
      hung_up_(other.hung_up_) {
  if (fd_ >= 0) poller_->move(*this);
}

error_code descriptor::open_descriptor(int fd, bool for_output) {
  fd_ = fd;
  watches_output_ = for_output;
  const error_code ec = poller_->add(*this, for_output ? input_events | EPOLLOUT : input_events);
  if (ec) {
    ::close(fd);
    fd_ = -1;
  }
  return ec;
}

void descriptor::close_descriptor() noexcept {
  if (fd_ < 0) return;
  stop_waiting_for_input();
  stop_waiting_for_output();
  poller_->remove(*this);
  ::close(fd_);
  fd_ = -1;
}

void descriptor::notify(std::uint32_t events) {
  if (events & (EPOLLIN | end_events)) input_ready_ = true;
  if (events & end_events) hung_up_ = true;
  const bool input = waits_for_input_ && input_ready_;
  const bool output = waits_for_output_ && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR));
  if (input) stop_waiting_for_input();
  if (output) stop_waiting_for_output();
  if (input || output) on_ready(input, output);
}

void descriptor::wait_for_input() {
  if (waits_for_input_) return;
  waits_for_input_ = true;
  poller_->begin_wait();
  if (input_ready_) poller_->post(*this);
}

error_code descriptor::wait_for_output() {
  if (waits_for_output_) return {};
  if (!watches_output_) {
    if (const error_code ec = poller_->change(*this, input_events | EPOLLOUT)) return ec;
    watches_output_ = true;
  }
  waits_for_output_ = true;
  poller_->begin_wait();
  return {};
}

void descriptor::stop_waiting_for_input() noexcept {
  if (!waits_for_input_) return;
  waits_for_input_ = false;
  poller_->end_wait();
}

void descriptor::stop_waiting_for_output() noexcept {
  if (!waits_for_output_) return;
  waits_for_output_ = false;
  poller_->end_wait();
}

}  // namespace plua::net
