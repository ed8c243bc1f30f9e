// SPDX-License-Identifier: MIT
// Where a task or a timer was started: a chunk and a line. Taken at every spawn, so it must cost little.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <lua.hpp>

#include <string>

namespace plua {

class call_site {
 public:
  call_site() = default;
  /// "file:line"; empty when C++ was the caller.
  std::string text() const;
  explicit operator bool() const noexcept { return chunk_ != nullptr; }

 private:
  friend class call_site_recorder;
  struct chunk_name : boost::intrusive_ref_counter<chunk_name, boost::thread_unsafe_counter> {
    char text[LUA_IDSIZE];
    // Not inline: where g++ 12 sees the object end on the way of an exception it drops the decrement of the
    // count.
    ~chunk_name();
  };
  boost::intrusive_ptr<const chunk_name> chunk_;
  int line_ = 0;
};

/// Takes call sites; those from one chunk share its name.
class call_site_recorder {
 public:
  /// The innermost Lua function that called the running C function.
  call_site take(lua_State* L);

 private:
  boost::intrusive_ptr<const call_site::chunk_name> last_;
};

}  // namespace plua
