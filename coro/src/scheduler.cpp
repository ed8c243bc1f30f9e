// SPDX-License-Identifier: MIT
#include <plua/coro/link.hpp>
#include <plua/coro/scheduler.hpp>
#include <plua/coro/task_main.hpp>
#include <plua/coro/traceback.hpp>

#include <boost/asio/post.hpp>

#include <utility>

namespace plua {
namespace {

// A slice of a task that never has to wait: so many operations or bytes, then the others get a turn.
// Measured: with 64 operations of 64 KB one fast reader starved a 1 ms ticker.
constexpr int slice_operations = 16;
constexpr std::ptrdiff_t slice_bytes = 128 * 1024;

// Ready tasks that run behind one post, so that the I/O gets its turn.
constexpr int batch = 256;

}  // namespace

scheduler::scheduler(runtime& owner, asio::io_context& context, lua_State* main_thread, work_counter& work)
    : owner_(owner),
      executor_(context.get_executor()),
      main_thread_(main_thread),
      work_(work),
      threads_(main_thread) {}

scheduler::~scheduler() = default;

// ---------------------------------------------------------------- starting

ptr<task> scheduler::create(task_options options) {
  if (closing_) throw failure(make_error_code(errc::cancelled), "spawn");
  const defer_scope defer(*this);
  ptr<task> made(new task(*this, next_id_++, std::move(options)));
  const thread_pool::entry e = threads_.take();
  made->thread_ = e.thread;
  made->thread_ref_ = e.reference;
  link::set_root(e.thread, made.get());
  lua_pushcfunction(e.thread, &task_main);
  live_.push_back(*made);
  all_.push_back(*made);
  ++live_count_;
  intrusive_ptr_add_ref(made.get());  // the live list's
  return made;
}

void scheduler::start(task& t, int argument_count) {
  t.leaf_ = t.thread_;
  t.resume_args_ = argument_count + 1;  // and the function
  enqueue(t);
}

void scheduler::start_now(task& t, int argument_count) {
  if (must_queue()) return start(t, argument_count);
  t.leaf_ = t.thread_;
  t.resume_args_ = argument_count + 1;
  run(t);
}

void scheduler::enqueue(task& t) noexcept {
  t.status_ = task_status::ready;
  if (std::exchange(t.queued_, true)) return;
  t.next_ready_ = nullptr;
  intrusive_ptr_add_ref(&t);
  (ready_tail_ ? ready_tail_->next_ready_ : ready_head_) = &t;
  ready_tail_ = &t;
  if (!current_ && !draining_) post_drain();
}

void scheduler::post_drain() {
  if (drain_posted_ || closing_) return;
  drain_posted_ = true;
  boost::intrusive_ptr<scheduler> self(this);
  asio::post(executor_, [self] { self->drain(); });
}

void scheduler::drain() {
  drain_posted_ = false;
  draining_ = true;
  for (int n = 0; n < batch && ready_head_ && !closing_ && !halted_; ++n) {
    ptr<task> t(ready_head_, false);
    ready_head_ = t->next_ready_;
    if (!ready_head_) ready_tail_ = nullptr;
    t->queued_ = false;
    if (!t->ended()) run(*t);
  }
  draining_ = false;
  after_slice();
}

// ---------------------------------------------------------------- running

void scheduler::run(task& t) {
  ptr<task> keep(&t);
  if (t.kill_pending_) return kill_parked(t);
  lua_State* L = std::exchange(t.leaf_, nullptr);
  int arguments = std::exchange(t.resume_args_, 0);
  t.status_ = task_status::running;
  t.started_ = true;
  current_ = &t;
  depth_ = t.depth_;
  operation_budget_ = slice_operations;
  byte_budget_ = slice_bytes;

  for (;;) {
    suspending_ = false;
    int count = 0;
    set_running(L);
    const int status = lua_resume(L, nullptr, arguments, &count);
    if (status == LUA_YIELD && suspending_) break;  // waits in an operation; the links stay
    if (link::is_root(L)) {
      if (status == LUA_YIELD)
        park(t, count);
      else
        root_returned(t);
      break;
    }
    // The coroutine yielded plainly, returned or failed: its resumer goes on.
    lua_State* resumer = link::resumer(L);
    link::clear(L);
    --depth_;
    const bool ok = status == LUA_OK || status == LUA_YIELD;
    const int moved = ok ? count : 1;
    if (lua_checkstack(resumer, moved + 1)) {
      lua_pushboolean(resumer, ok);
      lua_xmove(L, resumer, moved);
      arguments = moved + 1;
    } else {
      lua_pop(L, moved);
      lua_pushboolean(resumer, false);
      lua_pushliteral(resumer, "too many results to resume");
      arguments = 2;
    }
    L = resumer;
  }
  set_running(nullptr);
  suspending_ = false;
  current_ = nullptr;
  depth_ = 0;
  if (!draining_) after_slice();
}

void scheduler::after_slice() {
  if (closing_ || halted_) return;
  if (ready_head_) return post_drain();
  if (!unjoined_.empty()) report_unjoined();
  check_idle();
}

void scheduler::check_idle() {
  if (!closing_ && !current_ && !draining_ && !ready_head_ && work_.total() == 0 && on_idle) on_idle();
}

void scheduler::complete(task& t) noexcept {
  if (closing_) return;
  end_operation_work(t);
  if (must_queue()) {
    t.operation_->retain();
    enqueue(t);
  } else {
    run(t);
  }
}

// ---------------------------------------------------------------- waiting

task* scheduler::begin_wait(lua_State* L) {
  if (!can_wait(L)) {
    luaL_where(L, 1);
    const std::string frame = unsuspendable_frame(L);
    lua_pushfstring(L, "cannot wait inside %s: it cannot be suspended", frame.c_str());
    lua_concat(L, 2);
    return nullptr;
  }
  task& t = *current_;
  if (t.cancel_pending_) {
    t.cancel_pending_ = false;
    push_error(L, failure(make_error_code(errc::cancelled), t.title()));
    return nullptr;
  }
  return &t;
}

void scheduler::suspend(task& t, lua_State* L) noexcept {
  t.leaf_ = L;
  t.depth_ = depth_;
  t.status_ = task_status::waiting;
  if (const work_kind* kind = t.operation_->kind(); kind && !t.is_daemon()) {
    work_.begin(*kind);
    t.operation_counted_ = true;
  }
  suspending_ = true;
}

void scheduler::postpone(task& t, lua_State* L) noexcept {
  t.operation_->retain();
  t.leaf_ = L;
  t.depth_ = depth_;
  enqueue(t);
  suspending_ = true;
}

void scheduler::end_operation_work(task& t) noexcept {
  if (std::exchange(t.operation_counted_, false)) work_.end(*t.operation_->kind());
}

int scheduler::enter_coroutine() { return ++depth_; }

// ---------------------------------------------------------------- errors

void scheduler::set_failure(task& t, std::string message, std::string traceback) {
  if (t.spawn_site_) traceback += "\n\t[spawned at] " + t.spawn_site_.text();
  t.failure_.reset(new task::failure_text{std::move(message), std::move(traceback)});
}

void scheduler::report_unjoined() {
  std::vector<ptr<task>> failed;
  failed.swap(unjoined_);
  for (const ptr<task>& t : failed) {
    if (t->joined_ || std::exchange(t->reported_, true)) continue;
    if (t->origin() == task_options().origin && !t->is_main()) ++unhandled_errors_;  // not those of callbacks
    if (on_error) on_error({*t, t->error_message(), t->traceback()});
  }
}

void scheduler::keep_trace(std::string trace) {
  traced_error_ = nullptr;
  trace_ = std::move(trace);
}

std::string scheduler::take_trace(const void* error_value) {
  if (!error_value || error_value != traced_error_) return {};
  traced_error_ = nullptr;
  return std::move(trace_);
}

}  // namespace plua
