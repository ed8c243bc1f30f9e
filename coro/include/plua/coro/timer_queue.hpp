// SPDX-License-Identifier: MIT
// All timers of a runtime: a heap of ours behind one Asio timer. Arming and cancelling costs a few
// nanoseconds instead of the 200 to 700 of an Asio timer each, and one wake-up serves all that are due.
#pragma once

#include <plua/coro/executor.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace plua {

class timer_queue;

/// Something that wants to be called at a time. Embedded in its owner; leaves its queue when destroyed.
class timer_entry {
 public:
  timer_entry() = default;
  timer_entry(const timer_entry&) = delete;
  timer_entry& operator=(const timer_entry&) = delete;

  bool armed() const noexcept { return index_ != idle; }
  /// Leaves the queue; does nothing when not armed.
  void disarm() noexcept;

 protected:
  ~timer_entry() { disarm(); }
  /// The time has come; the entry is no longer armed and may be armed again or destroyed in here.
  virtual void expired() noexcept = 0;

 private:
  friend class timer_queue;
  static constexpr std::size_t idle = static_cast<std::size_t>(-1);
  timer_queue* queue_ = nullptr;
  std::size_t index_ = idle;
};

/// Calls entries in the order of their due times, first armed first among equals, never early. Wake-ups are
/// rounded up to whole milliseconds so that many timers share one.
class timer_queue : public boost::intrusive_ref_counter<timer_queue, boost::thread_unsafe_counter> {
 public:
  using clock = std::chrono::steady_clock;

  explicit timer_queue(asio::io_context& context);
  ~timer_queue();
  timer_queue(const timer_queue&) = delete;
  timer_queue& operator=(const timer_queue&) = delete;

  /// Arms at an absolute time; re-arms when armed.
  void arm(timer_entry& entry, clock::time_point due);
  /// Arms `seconds` from now; a negative or not-a-number duration counts as zero, a huge one as "never".
  void arm_after(timer_entry& entry, double seconds);

  std::size_t size() const noexcept { return heap_.size(); }

  /// Drops all entries and stops the Asio timer: the runtime is going away.
  void shut_down() noexcept;

 private:
  friend class timer_entry;
  struct node {
    clock::time_point due;
    std::uint64_t order;
    timer_entry* entry;
    bool before(const node& other) const noexcept {
      return due != other.due ? due < other.due : order < other.order;
    }
  };

  void remove(std::size_t index) noexcept;
  void place(std::size_t index, const node& n) noexcept;
  void sift_up(std::size_t index, node n) noexcept;
  void sift_down(std::size_t index, node n) noexcept;
  void schedule();
  void fire();

  asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer_;
  std::vector<node> heap_;
  std::uint64_t next_order_ = 0;
  std::uint64_t wait_ = 0;                                  // numbers the Asio waits; an older one is void
  clock::time_point scheduled_ = clock::time_point::max();  // when the current wait ends
  bool firing_ = false;
};

}  // namespace plua
