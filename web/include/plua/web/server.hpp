// SPDX-License-Identifier: MIT
// An HTTP/1.1 server: listens, routes, and bounds what its peers may do.
#pragma once

#include <plua/core/object.hpp>
#include <plua/coro/runtime.hpp>
#include <plua/coro/timer_queue.hpp>
#include <plua/net/accept_operation.hpp>
#include <plua/net/listener.hpp>
#include <plua/web/request_parser.hpp>
#include <plua/web/response.hpp>
#include <plua/web/router.hpp>

#include <boost/intrusive/list.hpp>

#include <memory>
#include <string>
#include <vector>

namespace plua::web {

class session;

/// Times in seconds.
struct server_limits {
  request_limits request;
  double idle_timeout = 75;     ///< between requests
  double request_timeout = 30;  ///< from the first byte to the end of the head; in the body between two parts
  double send_timeout = 60;     ///< for a peer that does not read
  double linger = 2;            ///< for the peer to close after the last response
  std::size_t connections = 65536;  ///< at once; more wait to be accepted
};

using server_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<class server_list>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// The routes and the limits of a server, and its connections.
class server final : public object, public server_hook, private operation::receiver, private timer_entry {
 public:
  explicit server(runtime& owner);
  ~server() override;

  runtime& owner() noexcept { return runtime_; }
  router& routes() noexcept { return router_; }
  server_limits& limits() noexcept { return limits_; }
  /// Answers what no route does; null for 404 and 405.
  const function* fallback() const noexcept { return fallback_ ? &fallback_ : nullptr; }
  void set_fallback(function f) { fallback_ = std::move(f); }

  /// Throws failure("listen"). May be called again after `close`.
  void listen(const net::tcp::endpoint& at);
  bool is_listening() const noexcept { return listener_ != nullptr; }
  net::address local() const { return listener_ ? listener_->local() : net::address(); }
  std::size_t connections() const noexcept { return count_; }

  /// Stops listening and closes all connections.
  void close() noexcept;
  /// Stops listening; connections close when what they answer has been sent.
  void drain() noexcept;
  bool draining() const noexcept { return draining_; }

  std::string label() const override;
  void on_close() noexcept override { close(); }

  // For its sessions.
  std::string_view date() { return date_.now(); }
  std::unique_ptr<request_parser> take_parser();
  void give_back(std::unique_ptr<request_parser> parser);
  void closed(session& s) noexcept;
  /// A handler failed: tells of it as the runtime tells of errors that nobody handled.
  void report(const task& failed);
  void complain(const std::string& message);

 private:
  void accept();
  void operation_completed() noexcept override;
  bool take_accepted();
  void expired() noexcept override;
  void stop_listening() noexcept;

  runtime& runtime_;
  router router_;
  server_limits limits_;
  function fallback_;
  ptr<net::listener> listener_;
  std::unique_ptr<net::accept_operation> accepting_;
  struct sessions;
  std::unique_ptr<sessions> sessions_;
  std::size_t count_ = 0;
  std::vector<std::unique_ptr<request_parser>> parsers_;
  date_text date_;
  work_hold work_;
  ptr<server> self_;  // while it listens
  bool draining_ = false;
};

/// Closes the servers of a runtime with it.
class server_list final : public service {
 public:
  explicit server_list(runtime&) {}
  void shut_down() noexcept override;
  void add(server& s) { list_.push_back(s); }

 private:
  boost::intrusive::list<server, boost::intrusive::base_hook<server_hook>,
                         boost::intrusive::constant_time_size<false>>
      list_;
};

}  // namespace plua::web

template <>
inline constexpr const char* plua::object_class<plua::web::server> = "web.server";
