// SPDX-License-Identifier: MIT
#include <plua/core/block_allocator.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace plua {
namespace {

constexpr std::size_t chunk_size = 32 * 1024;

// Under AddressSanitizer every block goes to malloc, so that a use after free inside Lua is seen.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool pooled = false;
#else
constexpr bool pooled = true;
#endif

}  // namespace

block_allocator::~block_allocator() {
  while (chunks_) std::free(std::exchange(chunks_, chunks_->next));
}

bool block_allocator::refill(std::size_t size_class) noexcept {
  auto* chunk = static_cast<std::byte*>(std::malloc(chunk_size));
  if (!chunk) return false;
  auto* header = reinterpret_cast<free_block*>(chunk);
  header->next = chunks_;
  chunks_ = header;

  const std::size_t size = (size_class + 1) * step;
  for (std::size_t at = step; at + size <= chunk_size; at += size) {
    auto* block = reinterpret_cast<free_block*>(chunk + at);
    block->next = free_[size_class];
    free_[size_class] = block;
  }
  return true;
}

void* block_allocator::take(std::size_t size) noexcept {
  if (!pooled || size > largest) return std::malloc(size);
  const std::size_t size_class = class_of(size);
  if (!free_[size_class] && !refill(size_class)) return nullptr;
  return std::exchange(free_[size_class], free_[size_class]->next);
}

void block_allocator::give(void* block, std::size_t size) noexcept {
  if (!pooled || size > largest) return std::free(block);
  auto* freed = static_cast<free_block*>(block);
  freed->next = free_[class_of(size)];
  free_[class_of(size)] = freed;
}

void* block_allocator::reallocate(void* block, std::size_t old_size, std::size_t new_size) noexcept {
  if (!block) {  // Lua then passes a type tag as the old size
    if (new_size == 0) return nullptr;
    void* made = take(new_size);
    if (made) in_use_ += new_size;
    return made;
  }
  if (new_size == 0) {
    if (old_size) give(block, old_size);
    in_use_ -= old_size;
    return nullptr;
  }
  void* made = nullptr;
  if (!pooled || (old_size > largest && new_size > largest)) {
    made = std::realloc(block, new_size);
  } else if (old_size && class_of(old_size) == class_of(new_size)) {
    made = block;
  } else if ((made = take(new_size))) {
    std::memcpy(made, block, std::min(old_size, new_size));
    if (old_size) give(block, old_size);
  }
  if (made) in_use_ += new_size - old_size;
  return made;
}

}  // namespace plua
