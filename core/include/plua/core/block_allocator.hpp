// SPDX-License-Identifier: MIT
// The memory of one Lua state: free lists of small blocks, malloc for the rest. Not thread-safe, like the
// state.
#pragma once

#include <array>
#include <cstddef>

namespace plua {

/// Serves blocks up to 512 bytes from size classes of 16 bytes, last freed first. A Lua state allocates and
/// frees such blocks all the time; general-purpose malloc costs about twice as much for them.
class block_allocator {
 public:
  block_allocator() = default;
  block_allocator(const block_allocator&) = delete;
  block_allocator& operator=(const block_allocator&) = delete;
  ~block_allocator();

  /// lua_Alloc's contract; null only when the system has no memory left.
  void* reallocate(void* block, std::size_t old_size, std::size_t new_size) noexcept;

  /// Bytes that Lua holds now.
  std::size_t in_use() const noexcept { return in_use_; }

 private:
  struct free_block {
    free_block* next;
  };
  static constexpr std::size_t step = 16;
  static constexpr std::size_t largest = 512;
  static constexpr std::size_t class_of(std::size_t size) noexcept { return (size - 1) / step; }

  void* take(std::size_t size) noexcept;
  void give(void* block, std::size_t size) noexcept;
  bool refill(std::size_t size_class) noexcept;

  std::array<free_block*, largest / step> free_{};
  free_block* chunks_ = nullptr;
  std::size_t in_use_ = 0;
};

}  // namespace plua
