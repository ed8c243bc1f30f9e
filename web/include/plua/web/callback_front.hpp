// SPDX-License-Identifier: MIT
// PLua's web server: one server a runtime, which hands every request that no route answers to callbacks, or
// keeps it as a message until a script asks for it.
#pragma once

#include <plua/coro/runtime.hpp>
#include <plua/web/server.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace plua::web {

class callback_front final : public service {
 public:
  explicit callback_front(runtime& owner);
  ~callback_front() override;
  void shut_down() noexcept override;

  /// The server; made, with its routes, when first asked for.
  server& front();
  bool is_running() const noexcept { return server_ && server_->is_listening(); }
  /// Whether it was ever started, and where.
  bool was_started() const noexcept { return !host_.empty(); }
  const std::string& host() const noexcept { return host_; }
  std::int64_t port() const noexcept { return port_; }
  void started();
  void stop() noexcept;

  void add(function callback) { callbacks_.push_back(std::move(callback)); }
  /// Removes the callback at that stack index; false when it is none.
  bool remove(lua_State* L, int index);
  std::size_t callbacks() const noexcept { return processing_ ? callbacks_.size() : 0; }
  const function& callback(std::size_t i) const { return callbacks_[i]; }
  void set_processing(bool on) noexcept { processing_ = on; }

  /// Keeps the message on top of the stack; the oldest of too many is dropped.
  void keep_message(lua_State* L);
  /// Pushes the oldest message, or nil.
  void push_message(lua_State* L);

 private:
  runtime& runtime_;
  ptr<server> server_;
  std::vector<function> callbacks_;
  std::deque<ref> messages_;
  std::string host_;
  std::int64_t port_ = 0;
  bool processing_ = false;
};

/// Pushes what a callback gets: {type, method, path, query, headers, body}. // [-0, +1, m]
void push_message_of(lua_State* L, const request& asked);

/// The handler that calls the callbacks. // [-0, +1, m]
void push_callback_handler(lua_State* L);

// Tables of a request, for its properties and for messages. // [-0, +1, m]
void push_headers(lua_State* L, const request& asked, bool lower_case);
/// With `lists` every value is a list, as PLua has it; else only those of a name that comes more than once.
void push_query(lua_State* L, const request& asked, bool lists);

}  // namespace plua::web
