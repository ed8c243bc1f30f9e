// SPDX-License-Identifier: MIT
// How tasks end: by return, error or cancellation, by coroutine.close, with the runtime.
#include <plua/coro/link.hpp>
#include <plua/coro/scheduler.hpp>
#include <plua/coro/traceback.hpp>

#include <algorithm>
#include <utility>

namespace plua {

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

}  // namespace plua
