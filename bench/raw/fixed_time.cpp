// SPDX-License-Identifier: MIT
// A clock that stands still. Lua seeds its string hashes with the time, and the length of a hash chain shows
// in a count of instructions: preloaded, every run has the same seed.
#include <ctime>

extern "C" __attribute__((visibility("default"))) std::time_t time(std::time_t* out) noexcept {
  if (out) *out = 1;
  return 1;
}
