// SPDX-License-Identifier: MIT
#include <plua/coro/call_site.hpp>

#include <cstring>

namespace plua {

std::string call_site::text() const {
  return chunk_ ? std::string(chunk_->text) + ":" + std::to_string(line_) : std::string();
}

call_site::chunk_name::~chunk_name() = default;

call_site call_site_recorder::take(lua_State* L) {
  call_site made;
  lua_Debug ar;
  for (int level = 1; lua_getstack(L, level, &ar); ++level) {
    lua_getinfo(L, "Sl", &ar);
    if (ar.currentline <= 0) continue;
    if (!last_ || std::strcmp(last_->text, ar.short_src) != 0) {
      auto* name = new call_site::chunk_name;
      std::memcpy(name->text, ar.short_src, sizeof(ar.short_src));
      last_ = name;
    }
    made.chunk_ = last_;
    made.line_ = ar.currentline;
    break;
  }
  return made;
}

}  // namespace plua
