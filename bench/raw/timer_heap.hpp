// SPDX-License-Identifier: MIT
// A binary heap of timers on one timerfd, due at whole milliseconds: about the least that a queue of
// stoppable timers can do.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <sys/timerfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

class timer_heap {
 public:
  using id = std::size_t;
  using clock = std::chrono::steady_clock;

  timer_heap() : descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {}
  timer_heap(const timer_heap&) = delete;
  timer_heap& operator=(const timer_heap&) = delete;
  ~timer_heap() { ::close(descriptor_); }

  id arm(std::chrono::milliseconds after, std::function<void()> fired) {
    id made = slots_.size();
    if (free_.empty()) {
      slots_.emplace_back();
    } else {
      made = free_.back();
      free_.pop_back();
    }
    slots_[made].fired = std::move(fired);
    heap_.push_back({std::chrono::ceil<std::chrono::milliseconds>(clock::now() + after), made});
    up(heap_.size() - 1);
    return made;
  }

  // The timer must be armed still.
  void stop(id which) { remove(slots_[which].place); }

  // Waits and fires until no timer is left.
  void run() {
    while (!heap_.empty()) {
      const auto now = clock::now();
      while (!heap_.empty() && heap_.front().due <= now) {
        auto fired = std::move(slots_[heap_.front().slot].fired);
        remove(0);
        fired();
      }
      if (!heap_.empty()) wait_until(heap_.front().due);
    }
  }

 private:
  struct entry {
    clock::time_point due;
    id slot;
  };
  struct slot {
    std::function<void()> fired;
    std::size_t place = 0;
  };

  void put(std::size_t place, const entry& what) {
    heap_[place] = what;
    slots_[what.slot].place = place;
  }

  void up(std::size_t place) {
    const entry what = heap_[place];
    for (; place > 0 && what.due < heap_[(place - 1) / 2].due; place = (place - 1) / 2)
      put(place, heap_[(place - 1) / 2]);
    put(place, what);
  }

  void down(std::size_t place) {
    const entry what = heap_[place];
    for (std::size_t child; (child = 2 * place + 1) < heap_.size(); place = child) {
      if (child + 1 < heap_.size() && heap_[child + 1].due < heap_[child].due) ++child;
      if (what.due <= heap_[child].due) break;
      put(place, heap_[child]);
    }
    put(place, what);
  }

  void remove(std::size_t place) {
    free_.push_back(heap_[place].slot);
    const entry last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    put(place, last);
    up(place);
    down(slots_[last.slot].place);
  }

  void wait_until(clock::time_point due) const {
    const auto since = due.time_since_epoch();
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since);
    itimerspec at{};
    at.it_value.tv_sec = whole.count();
    at.it_value.tv_nsec = std::chrono::nanoseconds(since - whole).count();
    ::timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &at, nullptr);
    std::uint64_t expirations = 0;
    if (::read(descriptor_, &expirations, sizeof(expirations)) < 0) return;  // the loop looks again
  }

  int descriptor_;
  std::vector<entry> heap_;
  std::vector<slot> slots_;
  std::vector<id> free_;
};
