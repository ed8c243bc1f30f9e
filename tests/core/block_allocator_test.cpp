// SPDX-License-Identifier: MIT
#include <plua/core/block_allocator.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

BOOST_AUTO_TEST_SUITE(block_allocator)

BOOST_AUTO_TEST_CASE(it_follows_the_contract_of_lua) {
  plua::block_allocator memory;
  BOOST_TEST(memory.reallocate(nullptr, 5, 0) == nullptr);  // the old size is a type tag
  BOOST_TEST(memory.in_use() == 0u);

  void* block = memory.reallocate(nullptr, 5, 100);
  BOOST_REQUIRE(block);
  BOOST_TEST(memory.in_use() == 100u);
  BOOST_TEST(memory.reallocate(block, 100, 0) == nullptr);
  BOOST_TEST(memory.in_use() == 0u);
}

BOOST_AUTO_TEST_CASE(blocks_are_aligned) {
  plua::block_allocator memory;
  for (std::size_t size : {1, 8, 15, 16, 17, 100, 511, 512, 513, 4096}) {
    void* block = memory.reallocate(nullptr, 0, size);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(block) % 16 == 0u);
    memory.reallocate(block, size, 0);
  }
}

BOOST_AUTO_TEST_CASE(contents_survive_growing_and_shrinking_over_all_sizes) {
  plua::block_allocator memory;
  std::size_t size = 1;
  auto* block = static_cast<unsigned char*>(memory.reallocate(nullptr, 0, size));
  block[0] = 7;
  for (std::size_t next = 2; next < 2000; ++next) {
    block = static_cast<unsigned char*>(memory.reallocate(block, size, next));
    block[next - 1] = static_cast<unsigned char>(next);
    size = next;
  }
  for (std::size_t i = 1; i < size; ++i) BOOST_REQUIRE(block[i] == static_cast<unsigned char>(i + 1));
  for (std::size_t next = size; next-- > 1;) {
    block = static_cast<unsigned char*>(memory.reallocate(block, size, next));
    size = next;
  }
  BOOST_TEST(block[0] == 7);
  memory.reallocate(block, size, 0);
  BOOST_TEST(memory.in_use() == 0u);
}

BOOST_AUTO_TEST_CASE(many_blocks_never_overlap) {
  struct piece {
    unsigned char* at;
    std::size_t size;
    unsigned char fill;
  };
  plua::block_allocator memory;
  std::minstd_rand random(1);
  std::vector<piece> pieces;
  std::size_t total = 0;
  for (int i = 0; i < 20000; ++i) {
    if (pieces.empty() || random() % 3) {
      const std::size_t size = 1 + random() % 700;
      auto* at = static_cast<unsigned char*>(memory.reallocate(nullptr, 0, size));
      const auto fill = static_cast<unsigned char>(random());
      std::memset(at, fill, size);
      pieces.push_back({at, size, fill});
      total += size;
    } else {
      std::swap(pieces[random() % pieces.size()], pieces.back());
      const piece p = pieces.back();
      for (std::size_t k = 0; k < p.size; ++k) BOOST_REQUIRE(p.at[k] == p.fill);
      memory.reallocate(p.at, p.size, 0);
      pieces.pop_back();
      total -= p.size;
    }
    BOOST_REQUIRE(memory.in_use() == total);
  }
  for (const piece& p : pieces) memory.reallocate(p.at, p.size, 0);
  BOOST_TEST(memory.in_use() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
