// SPDX-License-Identifier: MIT
#include <plua/coro/runtime.hpp>
#include <plua/web/handler_call.hpp>
#include <plua/web/response.hpp>
#include <plua/web/server.hpp>
#include <plua/web/session.hpp>

#include <cerrno>
#include <sys/socket.h>

namespace plua::web {
namespace {

// Pipelined responses beyond this go out before more requests are taken.
constexpr std::size_t out_limit = 256 * 1024;
// A buffer that is empty again and larger than this is given back.
constexpr std::size_t kept_buffer = 4 * 1024;

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

void shrink(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kept_buffer) std::string().swap(buffer);
}

response_frame frame_for(server& owner, const request* asked, bool keep) {
  return {owner.date(), keep, asked && asked->version() < 11, asked && asked->method() == "HEAD"};
}

}  // namespace

session::session(server& owner, net::descriptor&& connected, const net::tcp::endpoint& peer)
    : descriptor(std::move(connected)), owner_(&owner), peer_(peer) {}

session::~session() = default;

void session::start() { wait_for_input(); }

void session::close() noexcept {
  if (native_handle() < 0) return;
  const ptr<session> keep(this);
  close_descriptor();
  if (session_hook::is_linked()) session_hook::unlink();
  owner_->closed(*this);
  if (parser_) owner_->give_back(std::move(parser_));
  request_.reset();
}

void session::finish() noexcept {
  if (phase_ == phase::idle || phase_ == phase::reading) return close();
  last_ = true;
}

void session::check(clock::time_point now) {
  const server_limits& limits = owner_->limits();
  const std::chrono::duration<double> waited = now - since_;
  const bool sending = out_at_ < out_.size();
  if (phase_ == phase::answering && !sending) return;
  const double allowed = sending                    ? limits.send_timeout
                         : phase_ == phase::idle    ? limits.idle_timeout
                         : phase_ == phase::reading ? limits.request_timeout
                                                    : limits.linger;
  if (waited.count() <= allowed) return;
  if (phase_ == phase::reading && !sending) {
    const ptr<session> keep(this);
    refuse(408);
    return settle();
  }
  close();
}

// ---------------------------------------------------------------- reading

void session::on_ready(bool input, bool output) {
  const ptr<session> keep(this);
  if (output) {
    touch();
    flush();
  }
  if (input && native_handle() >= 0 && phase_ != phase::answering) receive();
  settle();
}

void session::receive() {
  auto& buffer = reactor().buffer();
  const ssize_t n = ::recv(native_handle(), buffer.data(), buffer.size(), 0);
  if (n > 0) {
    if (static_cast<std::size_t>(n) < buffer.size()) input_taken();
    if (phase_ == phase::leaving) return;
    return take({buffer.data(), static_cast<std::size_t>(n)});
  }
  if (n < 0 && errno == EINTR) return;
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return input_empty();
  // A peer that ends its side in the middle of a request gets no answer; one that waits for the last
  // response is still being written to.
  if (n == 0 && out_at_ < out_.size()) {
    input_empty();
    last_ = true;
    return;
  }
  close();
}

// Takes the requests out of what has come. `fresh` may lie in the buffer that all share.
void session::take(std::string_view fresh) {
  taking_ = true;
  const bool joined = in_at_ < in_.size();
  if (joined) in_.append(fresh);
  std::string_view bytes = joined ? std::string_view(in_).substr(in_at_) : fresh;
  bool own = joined;
  while (!bytes.empty() && !last_ && native_handle() >= 0 && out_.size() < out_limit) {
    if (!take_request(bytes)) break;
    // The handler may receive from other sockets, into the buffer where these bytes lie.
    if (!own && !bytes.empty()) {
      in_.assign(bytes);
      in_at_ = 0;
      own = true;
    } else if (own) {
      in_at_ = in_.size() - bytes.size();
    }
    dispatch();
    if (phase_ == phase::answering) {
      taking_ = false;
      return;
    }
    bytes = own ? std::string_view(in_).substr(in_at_) : std::string_view();
  }
  taking_ = false;
  more_ = out_.size() >= out_limit;
  if (bytes.empty()) {
    in_at_ = 0;
    shrink(in_);
  } else if (own) {
    in_.erase(0, in_.size() - bytes.size());
    in_at_ = 0;
  } else {
    in_.assign(bytes);
    in_at_ = 0;
  }
}

// True when `request_` is complete, or was refused.
bool session::take_request(std::string_view& bytes) {
  if (!parser_) {
    parser_ = owner_->take_parser();
    request_.reset(new request(peer_));
    parser_->begin(request_->text(), owner_->limits().request);
    continued_ = false;
  }
  if (phase_ == phase::idle) {
    phase_ = phase::reading;
    touch();
  }
  switch (parser_->feed(bytes)) {
    case request_parser::state::complete:
      owner_->give_back(std::move(parser_));
      return true;
    case request_parser::state::failed:
      refuse(parser_->status());
      bytes = {};
      return false;
    case request_parser::state::more:
      if (parser_->waits_for_body()) touch();  // slow is allowed there, as long as something comes
      if (parser_->waits_for_body() && request_->text().expects_continue && !std::exchange(continued_, true))
        out_ += "HTTP/1.1 100 Continue\r\n\r\n";
      return false;
  }
  return false;
}

// ---------------------------------------------------------------- answering

void session::dispatch() {
  phase_ = phase::answering;
  last_ = last_ || !request_->keeps_alive() || owner_->draining();
  router::match found = owner_->routes().find(request_->method(), request_->raw_path());
  if (!found.handler) {
    if (owner_->fallback()) return run_handler(*owner_->fallback());
    return answer_plainly(found.allowed.empty() ? 404 : 405, found.allowed);
  }
  request_->set_params(std::move(found.params));
  run_handler(*found.handler);
}

void session::run_handler(const function& handler) {
  try {
    ptr<task> t = owner_->owner().tasks().create({.origin = "Web callback"});
    self_.reset(this);
    t->observe(*this);
    push_handler_call(t->thread(), handler, request_, *this);
    owner_->owner().tasks().start_now(*t, handler_call_arguments);
  } catch (const failure&) {  // the runtime is closing
    self_.reset();
    close();
  }
}

void session::answered(lua_State* L) noexcept {
  if (task_observer::is_linked()) task_observer::unlink();
  const ptr<session> keep = std::move(self_);
  if (native_handle() < 0) return;
  try {
    write_returned(L, -1, frame_for(*owner_, request_.get(), !last_), out_);
  } catch (const std::exception& e) {
    fail(500, e.what());
  }
  go_on();
}

// Only for a handler that has not returned: it failed, was cancelled, or the runtime closes.
void session::task_ended(task& ended) noexcept {
  const ptr<session> keep = std::move(self_);
  if (ended.status() == task_status::failed) owner_->report(ended);
  if (native_handle() < 0 || owner_->owner().tasks().closing()) return;
  fail(ended.status() == task_status::failed ? 500 : 503, {});
  go_on();
}

void session::fail(int status, const std::string& message) {
  if (!message.empty()) owner_->complain(message);
  write_response(out_, frame_for(*owner_, request_.get(), !last_), status, plain_text, reason_of(status));
}

void session::answer_plainly(int status, std::string_view allowed) {
  const response_frame frame = frame_for(*owner_, request_.get(), !last_);
  if (allowed.empty())
    write_response(out_, frame, status, plain_text, reason_of(status));
  else
    write_not_allowed(out_, frame, allowed);
  go_on();
}

// For what is no request: nothing that follows can be made sense of.
void session::refuse(int status) {
  last_ = true;
  write_response(out_, frame_for(*owner_, nullptr, false), status, plain_text, reason_of(status));
  if (parser_) owner_->give_back(std::move(parser_));
  request_.reset();
  phase_ = phase::idle;
}

// A response is in `out_`.
void session::go_on() {
  request_.reset();
  phase_ = phase::idle;
  touch();
  if (taking_) return;  // the loop in `take` goes on
  take({});
  settle();
}

// ---------------------------------------------------------------- sending

void session::flush() {
  while (out_at_ < out_.size()) {
    const ssize_t n = ::send(native_handle(), out_.data() + out_at_, out_.size() - out_at_, MSG_NOSIGNAL);
    if (n >= 0) {
      out_at_ += static_cast<std::size_t>(n);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return close();
    if (wait_for_output()) close();
    return;
  }
  out_at_ = 0;
  shrink(out_);
}

// Sends what is there, then waits for what comes next.
void session::settle() {
  if (native_handle() < 0) return;
  flush();
  while (native_handle() >= 0 && std::exchange(more_, false) && out_.empty() && phase_ != phase::answering) {
    take({});
    flush();
  }
  if (native_handle() < 0 || !out_.empty() || phase_ == phase::answering) return;
  if (last_ && phase_ != phase::leaving) {
    // Closing at once could lose the response: unread bytes make the system send a reset.
    phase_ = phase::leaving;
    touch();
    ::shutdown(native_handle(), SHUT_WR);
  }
  wait_for_input();
}

}  // namespace plua::web
