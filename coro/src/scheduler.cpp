// SPDX-License-Identifier: MIT
#include <plua/coro/scheduler.hpp>

#include <plua/coro/link.hpp>
#include <plua/coro/task_main.hpp>
#include <plua/coro/traceback.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>

namespace plua {
namespace {

// A slice of a task that never has to wait: so many operations or bytes, then the others get a turn. Measured: with
// 64 operations of 64 KB one fast reader starved a 1 ms ticker.
constexpr int slice_operations = 16;
constexpr std::ptrdiff_t slice_bytes = 128 * 1024;

// Ready tasks that run behind one post, so that the I/O gets its turn.
constexpr int batch = 256;

}  // namespace

scheduler::scheduler(runtime& owner, asio::io_context& context, lua_State* main_thread, work_counter& work)
    : owner_(owner), executor_(context.get_executor()), main_thread_(main_thread), work_(work), threads_(main_thread) {}

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
  if (!current_ || no_wait_ || !lua_isyieldable(L) || !link::active(L)) {
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

// ---------------------------------------------------------------- ending

bool scheduler::cancel(task& t) {
  if (t.ended() || closing_) return false;
  t.cancel_requested_ = true;
  switch (t.status_) {
    case task_status::waiting:
      t.operation_->cancel();
      end_operation_work(t);
      t.interrupted_ = true;
      enqueue(t);
      break;
    case task_status::parked:
      t.kill_pending_ = true;
      enqueue(t);
      break;
    case task_status::ready:
      if (!t.started_) {
        retire(t, task_status::cancelled);
        if (!current_ && !draining_) post_drain();
        break;
      }
      [[fallthrough]];
    default:
      // Once: not again before the code has seen it.
      if (!t.interrupted_ && !t.kill_pending_) t.cancel_pending_ = true;
  }
  return true;
}

void scheduler::ended(lua_State* L, task& t, int first, bool ok) noexcept {
  const bool wanted = t.handles() > 0 || t.options_.keep_results || !t.observers_.empty();
  if (ok) {
    const int count = lua_gettop(L) - first + 1;
    t.result_count_ = wanted ? count : 0;
    if (t.result_count_ == 1) {
      t.results_ = ref::at(L, first);
    } else if (t.result_count_ > 1) {
      lua_createtable(L, count, 0);
      for (int i = 0; i < count; ++i) {
        lua_pushvalue(L, first + i);
        lua_rawseti(L, -2, i + 1);
      }
      t.results_ = ref::pop(L);
    }
    retire(t, task_status::finished);
  } else if (t.cancel_requested_ && error_symbol(L, first) == "cancelled") {
    retire(t, task_status::cancelled);
  } else {
    if (wanted) t.results_ = ref::at(L, first);
    if (!t.failure_) set_failure(t, error_text(L, first), {});
    retire(t, task_status::failed);
  }
}

// The thread stays until its main function has returned.
void scheduler::retire(task& t, task_status status) noexcept {
  ptr<task> keep(&t);
  const defer_scope defer(*this);
  const bool runs = t.status_ == task_status::running && &t == current_;
  t.status_ = status;
  if (t.live_hook_.is_linked()) {
    live_.erase(live_.iterator_to(t));
    --live_count_;
    intrusive_ptr_release(&t);
  }
  if (!runs && t.thread_) {
    if (t.thread_ref_ != LUA_NOREF) {
      const thread_pool::entry e{t.thread_, t.thread_ref_};
      t.started_ ? threads_.drop(e) : threads_.give_back(e);
    }
    t.thread_ = nullptr;
    t.thread_ref_ = LUA_NOREF;
  }
  while (!t.observers_.empty()) {
    task_observer& observer = t.observers_.front();
    t.observers_.pop_front();
    t.joined_ = true;
    observer.task_ended(t);
  }
  if (status == task_status::failed && !closing_) unjoined_.push_back(keep);
}

void scheduler::root_returned(task& t) noexcept {
  const thread_pool::entry e{t.thread_, t.thread_ref_};
  // An error status means that the main function itself failed, out of C stack for example.
  const bool clean = lua_status(e.thread) == LUA_OK;
  if (!t.ended()) ended(e.thread, t, lua_gettop(e.thread), false);
  t.thread_ = nullptr;
  t.thread_ref_ = LUA_NOREF;
  clean && !t.exposed_ ? threads_.give_back(e) : threads_.drop(e);
}

// A parked root may be part of the chain of another task by now: that one goes on as after coroutine.close.
void scheduler::kill_parked(task& t) noexcept {
  task* driver = t.thread_ ? waiting_task_of(t.thread_) : nullptr;
  if (!driver) return kill(t);
  close_waiting(*driver, t.thread_);
  t.thread_ = nullptr;
  retire(t, task_status::cancelled);
}

void scheduler::kill(task& t) noexcept {
  ptr<task> keep(&t);
  if (t.ended()) return;
  const defer_scope defer(*this);
  if (t.status_ == task_status::waiting) t.operation_->cancel();
  if (t.operation_) end_operation_work(t);
  t.destroy_operation();
  t.status_ = task_status::running;
  no_wait_scope no_wait(*this);
  lua_State* leaf = std::exchange(t.leaf_, nullptr);  // a `__close` below does not find it waiting any more
  for (lua_State* thread = leaf ? leaf : t.thread_; thread;) {
    lua_State* next = link::active(thread) && !link::is_root(thread) ? link::resumer(thread) : nullptr;
    link::clear(thread);
    lua_resetthread(thread);
    thread = next;
  }
  retire(t, task_status::cancelled);
}

task* scheduler::waiting_task_of(lua_State* thread) const noexcept {
  if (!link::active(thread)) return nullptr;
  task* t = link::owner(thread);
  return t && t != current_ && t->leaf_ ? t : nullptr;
}

int scheduler::close_waiting(task& t, lua_State* thread) {
  ptr<task> keep(&t);
  t.cancel_requested_ = true;
  if (t.status_ == task_status::waiting) t.operation_->cancel();
  if (t.operation_) end_operation_work(t);
  t.destroy_operation();
  t.interrupted_ = false;
  lua_State* next = std::exchange(t.leaf_, nullptr);
  t.status_ = task_status::running;  // a cancel from a `__close` below is for later
  int status = LUA_OK;
  no_wait_scope no_wait(*this);
  for (lua_State* closed = nullptr; closed != thread;) {
    closed = next;
    next = link::is_root(closed) ? nullptr : link::resumer(closed);
    link::clear(closed);
    status = lua_resetthread(closed);
    --t.depth_;
  }
  if (!next) {  // the root itself
    retire(t, task_status::cancelled);
    return status;
  }
  lua_pushboolean(next, false);
  push_error(next, failure(make_error_code(errc::cancelled), t.title()));
  t.leaf_ = next;
  t.resume_args_ = 2;
  enqueue(t);
  return status;
}

void scheduler::shut_down() noexcept {
  if (closing_) return;
  report_unjoined();
  closing_ = true;
  while (!live_.empty()) {
    // A parked root that another task has resumed is closed with that task's chain.
    auto next = std::find_if(live_.begin(), live_.end(), [](const task& t) {
      return !link::active(t.thread()) || link::is_root(t.thread());
    });
    if (next == live_.end()) next = live_.begin();
    kill(*next);
  }
  while (ready_head_) {
    ptr<task> t(ready_head_, false);
    ready_head_ = t->next_ready_;
  }
  ready_tail_ = nullptr;
  for (task& t : all_) {
    t.owner_ = nullptr;
    t.results_.reset();
  }
  threads_.forget();
  on_idle = nullptr;
}

void scheduler::handle_collected(task& t) noexcept {
  if (t.ended() && !t.options_.keep_results) t.results_.reset();
}

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
