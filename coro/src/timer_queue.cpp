// SPDX-License-Identifier: MIT
#include <plua/coro/timer_queue.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cmath>

namespace plua {
namespace {

constexpr std::size_t arity = 4;
// After so many expiries the I/O gets a turn.
constexpr int batch = 1024;

timer_queue::clock::time_point round_up(timer_queue::clock::time_point due) {
  return std::chrono::ceil<std::chrono::milliseconds>(due);
}

}  // namespace

void timer_entry::disarm() noexcept {
  if (armed()) queue_->remove(index_);
}

timer_queue::timer_queue(asio::io_context& context) : timer_(context.get_executor()) {}

timer_queue::~timer_queue() { shut_down(); }

void timer_queue::shut_down() noexcept {
  for (node& n : heap_) n.entry->index_ = timer_entry::idle;
  heap_.clear();
  ++wait_;
  scheduled_ = clock::time_point::max();
  timer_.cancel();
}

void timer_queue::arm(timer_entry& entry, clock::time_point due) {
  entry.disarm();
  entry.queue_ = this;
  heap_.emplace_back();
  sift_up(heap_.size() - 1, {due, next_order_++, &entry});
  if (!firing_ && entry.index_ == 0) schedule();
}

void timer_queue::arm_after(timer_entry& entry, double seconds) {
  // A hundred years: beyond it the clock's nanoseconds would overflow.
  constexpr double never = 100.0 * 365 * 24 * 3600;
  if (!(seconds > 0)) seconds = 0;
  // Rounded up: a timer must not fire earlier than asked.
  const auto delay =
      std::chrono::nanoseconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, never) * 1e9)));
  arm(entry, clock::now() + delay);
}

void timer_queue::place(std::size_t index, const node& n) noexcept {
  heap_[index] = n;
  n.entry->index_ = index;
}

void timer_queue::sift_up(std::size_t index, node n) noexcept {
  while (index > 0) {
    const std::size_t parent = (index - 1) / arity;
    if (!n.before(heap_[parent])) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, n);
}

void timer_queue::sift_down(std::size_t index, node n) noexcept {
  const std::size_t size = heap_.size();
  for (;;) {
    const std::size_t first = index * arity + 1;
    if (first >= size) break;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < std::min(first + arity, size); ++child)
      if (heap_[child].before(heap_[least])) least = child;
    if (!heap_[least].before(n)) break;
    place(index, heap_[least]);
    index = least;
  }
  place(index, n);
}

void timer_queue::remove(std::size_t index) noexcept {
  heap_[index].entry->index_ = timer_entry::idle;
  const node last = heap_.back();
  heap_.pop_back();
  if (index < heap_.size()) {
    if (index > 0 && last.before(heap_[(index - 1) / arity]))
      sift_up(index, last);
    else
      sift_down(index, last);
  }
  if (heap_.empty() && !firing_) {
    // An armed Asio timer would keep the loop alive for nobody. Otherwise a wake-up for a cancelled entry is
    // cheaper than arming anew.
    ++wait_;
    scheduled_ = clock::time_point::max();
    timer_.cancel();
  }
}

void timer_queue::schedule() {
  if (heap_.empty()) return;
  const clock::time_point due = heap_.front().due;
  if (due >= scheduled_) return;
  const std::uint64_t wait = ++wait_;
  boost::intrusive_ptr<timer_queue> self(this);
  if (due <= clock::now()) {  // a timerfd would cost two system calls for nothing
    scheduled_ = due;
    asio::post(timer_.get_executor(), [self, wait] {
      if (wait == self->wait_) self->fire();
    });
    return;
  }
  scheduled_ = round_up(due);
  timer_.expires_at(scheduled_);
  timer_.async_wait([self, wait](const boost::system::error_code&) {
    if (wait == self->wait_) self->fire();
  });
}

void timer_queue::fire() {
  boost::intrusive_ptr<timer_queue> self(this);
  scheduled_ = clock::time_point::max();
  firing_ = true;
  const clock::time_point now = clock::now();
  for (int n = 0; n < batch && !heap_.empty() && heap_.front().due <= now; ++n) {
    timer_entry* entry = heap_.front().entry;
    remove(0);
    entry->expired();
  }
  firing_ = false;
  schedule();
}

}  // namespace plua
