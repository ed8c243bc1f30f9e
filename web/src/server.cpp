// SPDX-License-Identifier: MIT
#include <plua/net/network.hpp>
#include <plua/web/server.hpp>
#include <plua/web/session.hpp>

#include <boost/asio/post.hpp>

#include <cstdio>
#include <utility>

namespace plua::web {
namespace {

const work_kind serving_work("web server");

// How often sessions are looked through for those that have waited for too long.
constexpr double sweep_interval = 1;
constexpr std::size_t kept_parsers = 64;

}  // namespace

struct server::sessions {
  boost::intrusive::list<session, boost::intrusive::base_hook<session_hook>,
                         boost::intrusive::constant_time_size<false>>
      list;
};

server::server(runtime& owner) : runtime_(owner), sessions_(std::make_unique<sessions>()) {}

server::~server() { close(); }

std::string server::label() const { return listener_ ? net::to_string(local()) : "closed"; }

void server::listen(const net::tcp::endpoint& at) {
  auto& net = runtime_.use<net::network>();
  listener_.reset(new net::listener(net, at));
  if (!server_hook::is_linked()) runtime_.use<server_list>().add(*this);
  draining_ = false;
  work_ = work_hold(runtime_.work(), serving_work);
  self_.reset(this);
  if (!timer_entry::armed()) runtime_.timers().arm_after(*this, sweep_interval);
  accept();
}

void server::accept() {
  while (listener_ && count_ < limits_.connections) {
    accepting_ = std::make_unique<net::accept_operation>(listener_);
    accepting_->set_receiver(*this);
    if (!accepting_->start()) return;
    if (!take_accepted()) return;
  }
}

void server::operation_completed() noexcept {
  const ptr<server> keep(this);
  if (take_accepted()) accept();
}

// False when it must not go on at once: an error that stays would keep the loop busy; the next sweep tries
// again.
bool server::take_accepted() {
  const std::unique_ptr<net::accept_operation> done = std::move(accepting_);
  net::accept_result result = done->result();
  if (result.error) {
    if (result.error != errc::closed) complain("accept: " + result.error.message());
    return false;
  }
  const net::tcp::endpoint peer = result.accepted->peer();
  const ptr<session> made(new session(*this, result.accepted->detach(), peer));
  intrusive_ptr_add_ref(made.get());  // the list's
  sessions_->list.push_back(*made);
  ++count_;
  made->start();
  return true;
}

void server::closed(session& s) noexcept {
  --count_;
  intrusive_ptr_release(&s);
  if (draining_ && count_ == 0) {
    work_.reset();
    runtime_.tasks().check_idle();
  }
  if (listener_ && !accepting_ && count_ + 1 == limits_.connections)
    asio::post(runtime_.get_executor(), [self = ptr<server>(this)] {
      if (!self->accepting_) self->accept();
    });
}

void server::expired() noexcept {
  const ptr<server> keep(this);
  const auto now = session::clock::now();
  for (auto next = sessions_->list.begin(); next != sessions_->list.end();) {
    session& each = *next++;
    each.check(now);
  }
  if (listener_ && !accepting_) accept();
  if (listener_ || count_ > 0) runtime_.timers().arm_after(*this, sweep_interval);
}

void server::stop_listening() noexcept {
  if (accepting_) accepting_->cancel();
  accepting_.reset();
  if (listener_) std::exchange(listener_, nullptr)->close();
}

void server::drain() noexcept {
  const ptr<server> keep = std::move(self_);
  stop_listening();
  draining_ = true;
  for (auto next = sessions_->list.begin(); next != sessions_->list.end();) {
    session& each = *next++;
    each.finish();
  }
  if (count_ > 0) return;  // the last to close ends the work
  work_.reset();
  runtime_.tasks().check_idle();
}

void server::close() noexcept {
  const ptr<server> keep = std::move(self_);
  stop_listening();
  while (!sessions_->list.empty()) sessions_->list.front().close();
  timer_entry::disarm();
  work_.reset();
  runtime_.tasks().check_idle();
}

std::unique_ptr<request_parser> server::take_parser() {
  if (parsers_.empty()) return std::make_unique<request_parser>();
  auto taken = std::move(parsers_.back());
  parsers_.pop_back();
  return taken;
}

void server::give_back(std::unique_ptr<request_parser> parser) {
  if (parsers_.size() < kept_parsers) parsers_.push_back(std::move(parser));
}

void server::report(const task& failed) {
  if (runtime_.on_error) runtime_.on_error({failed, failed.error_message(), failed.traceback()});
}

void server::complain(const std::string& message) {
  std::fprintf(stderr, "[ERROR] Web server: %s\n", message.c_str());
}

// The list is emptied first: closing may destroy a server, or another one.
void server_list::shut_down() noexcept {
  while (!list_.empty()) {
    const ptr<server> first(&list_.front());
    list_.pop_front();
    first->close();
  }
}

}  // namespace plua::web
