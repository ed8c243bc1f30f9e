// SPDX-License-Identifier: MIT
#include <plua/net/descriptor.hpp>
#include <plua/net/poller.hpp>

#include <boost/asio/post.hpp>

#include <cerrno>
#include <system_error>

namespace plua::net {
namespace {

int make_epoll() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::system_category(), "epoll");
  return fd;
}

}  // namespace

poller::poller(asio::io_context& context) : epoll_(context.get_executor(), make_epoll()) {}

std::uint64_t poller::key_of(int fd, std::uint32_t generation) noexcept {
  return static_cast<std::uint64_t>(generation) << 32 | static_cast<std::uint32_t>(fd);
}

descriptor* poller::find(std::uint64_t key) const noexcept {
  const std::size_t index = key & 0xffffffff;
  if (index >= slots_.size() || slots_[index].generation != key >> 32) return nullptr;
  return slots_[index].owner;
}

error_code poller::add(descriptor& d, std::uint32_t events) {
  const auto index = static_cast<std::size_t>(d.fd_);
  if (index >= slots_.size()) slots_.resize(index + 1);
  slot& s = slots_[index];
  epoll_event event{};
  event.events = events;
  event.data.u64 = key_of(d.fd_, s.generation + 1);
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, d.fd_, &event) != 0)
    return {errno, boost::system::system_category()};
  s.owner = &d;
  d.generation_ = ++s.generation;
  return {};
}

error_code poller::change(const descriptor& d, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key_of(d.fd_, d.generation_);
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_MOD, d.fd_, &event) != 0)
    return {errno, boost::system::system_category()};
  return {};
}

void poller::move(descriptor& to) noexcept { slots_[static_cast<std::size_t>(to.fd_)].owner = &to; }

// The kernel drops the registration when the descriptor is closed.
void poller::remove(const descriptor& d) noexcept { slots_[static_cast<std::size_t>(d.fd_)].owner = nullptr; }

void poller::begin_wait() {
  ++waits_;
  arm();
}

void poller::end_wait() noexcept {
  if (--waits_ > 0 || !armed_) return;
  error_code ignored;
  epoll_.cancel(ignored);
}

void poller::post(const descriptor& d) {
  asio::post(epoll_.get_executor(),
             [self = boost::intrusive_ptr<poller>(this), key = key_of(d.fd_, d.generation_)] {
               if (descriptor* found = self->find(key)) found->notify(0);
             });
}

void poller::arm() {
  if (armed_ || dispatching_ || waits_ == 0) return;
  armed_ = true;
  epoll_.async_wait(
      asio::posix::descriptor_base::wait_read,
      [self = boost::intrusive_ptr<poller>(this)](const boost::system::error_code& ec) { self->woken(ec); });
}

void poller::woken(const boost::system::error_code& ec) {
  armed_ = false;
  if (ec) return arm();  // given up; somebody may wait again since
  const int ready = ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
  count_ = ready > 0 ? static_cast<std::size_t>(ready) : 0;
  next_ = 0;
  dispatching_ = true;
  dispatch();
}

// An exception of what is called goes to whoever runs the loop; the rest of the batch is called all the same,
// for its events do not come again.
void poller::dispatch() {
  struct ending {
    poller& self;
    ~ending() {
      if (self.next_ < self.count_) {
        asio::post(self.epoll_.get_executor(),
                   [keep = boost::intrusive_ptr<poller>(&self)] { keep->dispatch(); });
      } else {
        self.dispatching_ = false;
        self.arm();
      }
    }
  } at_end{*this};
  while (next_ < count_) {
    const epoll_event& event = events_[next_++];
    if (descriptor* found = find(event.data.u64)) found->notify(event.events);
  }
}

}  // namespace plua::net
