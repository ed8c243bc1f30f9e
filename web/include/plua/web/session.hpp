// SPDX-License-Identifier: MIT
// One connection of a web server: requests in, responses out, in their order.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/task.hpp>
#include <plua/net/connection.hpp>
#include <plua/net/descriptor.hpp>
#include <plua/web/request.hpp>
#include <plua/web/request_parser.hpp>
#include <plua/web/server.hpp>

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace plua::web {

using session_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<class session_list>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// Reads a request, runs its handler in a task, writes what the handler returned, and so on. While a handler
/// waits nothing is read. Between requests it holds neither a buffer nor a Lua thread.
class session final : public object, private net::descriptor, private task_observer, public session_hook {
 public:
  session(server& owner, net::descriptor&& connected, const net::tcp::endpoint& peer);
  ~session() override;

  void start();
  void close() noexcept;
  /// Answers what is being answered, then closes.
  void finish() noexcept;

  using clock = std::chrono::steady_clock;
  /// Closes a session that has waited for its peer for too long.
  void check(clock::time_point now);

  /// The handler has returned; the value is on top of its stack.
  void answered(lua_State* L) noexcept;

 private:
  enum class phase : unsigned char {
    idle,       // nothing of a request has come
    reading,    // a part of one
    answering,  // its handler runs
    leaving,    // the last response is out: waits for the peer to end
  };

  void on_ready(bool input, bool output) override;
  void task_ended(task& ended) noexcept override;
  void receive();
  void take(std::string_view fresh);
  bool take_request(std::string_view& bytes);
  void dispatch();
  void run_handler(const function& handler);
  void refuse(int status);
  void answer_plainly(int status, std::string_view allowed = {});
  void fail(int status, const std::string& message);
  void go_on();
  void flush();
  void settle();
  void touch() noexcept { since_ = clock::now(); }

  ptr<server> owner_;
  net::tcp::endpoint peer_;
  ptr<session> self_;  // while a handler runs
  std::unique_ptr<request_parser> parser_;
  ptr<request> request_;
  std::string in_;  // what came behind the request that is being answered, or a part of one
  std::size_t in_at_ = 0;
  std::string out_;
  std::size_t out_at_ = 0;
  clock::time_point since_ = clock::now();
  phase phase_ = phase::idle;
  bool taking_ = false;
  bool last_ = false;  // close when `out_` is gone
  bool continued_ = false;
  bool more_ = false;  // requests were left because `out_` was full
};

}  // namespace plua::web
