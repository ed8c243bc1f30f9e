// SPDX-License-Identifier: MIT
// Counts what keeps a program alive: operations in flight, timers, listening servers. When the count reaches
// zero and no task is ready, nothing can happen any more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plua {

/// A kind of user work ("timer", "tcp read"). Make one constant per kind at namespace scope.
class work_kind {
 public:
  explicit work_kind(std::string_view name);
  std::string_view name() const noexcept { return name_; }
  std::size_t index() const noexcept { return index_; }

  static constexpr std::size_t limit = 64;
  /// The kinds made so far, by index.
  static std::size_t count() noexcept;
  static std::string_view name_of(std::size_t index) noexcept;

 private:
  std::string_view name_;
  std::size_t index_;
};

class work_counter {
 public:
  void begin(const work_kind& kind) noexcept {
    ++counts_[kind.index()];
    ++total_;
  }
  void end(const work_kind& kind) noexcept {
    --counts_[kind.index()];
    --total_;
  }
  std::size_t total() const noexcept { return total_; }
  std::size_t of(std::size_t kind_index) const noexcept { return counts_[kind_index]; }

 private:
  std::array<std::uint32_t, work_kind::limit> counts_{};
  std::size_t total_ = 0;
};

/// One unit of work for as long as it is held; for listeners and other things with a lifetime of their own.
class work_hold {
 public:
  work_hold() = default;
  work_hold(work_counter& counter, const work_kind& kind) : counter_(&counter), kind_(&kind) {
    counter.begin(kind);
  }
  work_hold(work_hold&& other) noexcept : counter_(other.counter_), kind_(other.kind_) {
    other.counter_ = nullptr;
  }
  work_hold& operator=(work_hold&& other) noexcept {
    reset();
    counter_ = other.counter_;
    kind_ = other.kind_;
    other.counter_ = nullptr;
    return *this;
  }
  ~work_hold() { reset(); }
  void reset() noexcept {
    if (counter_) counter_->end(*kind_);
    counter_ = nullptr;
  }

 private:
  work_counter* counter_ = nullptr;
  const work_kind* kind_ = nullptr;
};

}  // namespace plua
