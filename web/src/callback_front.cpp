// SPDX-License-Identifier: MIT
#include <plua/web/callback_front.hpp>

namespace plua::web {
namespace {

constexpr std::size_t kept_messages = 1000;

}  // namespace

callback_front::callback_front(runtime& owner) : runtime_(owner) {}

callback_front::~callback_front() = default;

void callback_front::shut_down() noexcept {
  if (server_) server_->close();
  server_.reset();
  callbacks_.clear();
  messages_.clear();
}

server& callback_front::front() {
  if (!server_) {
    server_.reset(new server(runtime_));
    lua_State* L = runtime_.lua();
    push_callback_handler(L);
    server_->set_fallback(function(ref::pop(L)));
  }
  return *server_;
}

void callback_front::started() {
  const net::address at = server_->local();
  host_ = at.host;
  port_ = at.port;
}

void callback_front::stop() noexcept { server_->close(); }

bool callback_front::remove(lua_State* L, int index) {
  for (auto each = callbacks_.begin(); each != callbacks_.end(); ++each) {
    each->push(L);
    const bool same = lua_rawequal(L, -1, index) != 0;
    lua_pop(L, 1);
    if (!same) continue;
    callbacks_.erase(each);
    return true;
  }
  return false;
}

void callback_front::keep_message(lua_State* L) {
  messages_.push_back(ref::at(L, -1));
  if (messages_.size() > kept_messages) messages_.pop_front();
}

void callback_front::push_message(lua_State* L) {
  if (messages_.empty()) {
    lua_pushnil(L);
    return;
  }
  messages_.front().push(L);
  messages_.pop_front();
}

}  // namespace plua::web
