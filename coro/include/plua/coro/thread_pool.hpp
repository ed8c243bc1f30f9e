// SPDX-License-Identifier: MIT
// Lua threads for the roots of tasks, reused: a fresh thread costs about ten times as much as starting on an
// old one.
#pragma once

#include <lua.hpp>

#include <vector>

namespace plua {

class thread_pool {
 public:
  struct entry {
    lua_State* thread;
    int reference;  ///< in the registry; keeps the thread alive
  };

  explicit thread_pool(lua_State* main_thread) : main_thread_(main_thread) {}

  entry take();
  /// Takes back a thread whose function has returned.
  void give_back(entry e);
  /// Lets go of a thread that must not be reused: a script may hold it, or it was closed in the middle.
  void drop(entry e);
  /// The state is about to close: nothing is given back any more.
  void forget() noexcept { idle_.clear(); }

 private:
  // Idle threads beyond this number are left to the garbage collector (about 1 KB each).
  static constexpr std::size_t keep = 4096;

  lua_State* main_thread_;
  std::vector<entry> idle_;
};

}  // namespace plua
