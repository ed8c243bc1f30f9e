// SPDX-License-Identifier: MIT
// Teaches the binder functions that wait: those that return an operation, and those that return an awaitable.
// Of one body it makes the waiting form (suspends the calling coroutine) and the callback form (a function as
// last argument: the same body runs in a task of its own, which then calls the function).
#pragma once

#include <plua/core/bind.hpp>
#include <plua/coro/awaitable_operation.hpp>
#include <plua/coro/operation.hpp>
#include <plua/coro/runtime.hpp>
#include <plua/coro/scheduler.hpp>

#include <type_traits>

namespace plua {
namespace detail {

/// What a waiting body tells its entry beside a count of results and `raise`.
inline constexpr int suspend_task = -2;

/// Starts the callback form: the running function, with its arguments but the last, in a task that then calls
/// the last. `check` reads the arguments, without the callback, and throws for a wrong one: misuse is raised
/// in the caller. Returns the count of results (none), or `raise`. // [-0, +0|1, m]
int start_callback(lua_State* L, void (*check)(lua_State*)) noexcept;

/// Pushes the cancel error for the continuation. Returns `raise`.
int push_cancelled(lua_State* L, task& t) noexcept;

template <class Op>
int push_operation_result(lua_State* L, Op& op) {
  using result = decltype(op.result());
  if constexpr (std::is_void_v<result>) {
    op.result();
    return 0;
  } else {
    return results<std::remove_cvref_t<result>>::push(L, op.result());
  }
}

template <class Op>
int continue_body(lua_State* L) noexcept {
  scheduler& tasks = scheduler::of(L);
  task& t = *tasks.current();
  if (tasks.take_interrupt(t)) {
    t.destroy_operation();
    return push_cancelled(L, t);
  }
  int count = 0;
  try {
    count = push_operation_result(L, static_cast<Op&>(*t.current_operation()));
  } catch (...) {
    count = translate_exception(L, 0);
  }
  t.destroy_operation();
  return count;
}

template <class Op>
int continue_wait(lua_State* L, int, lua_KContext) {
  const int count = continue_body<Op>(L);
  return count == raise ? raise_top(L) : count;
}

/// The operation of a function's result type, and how to make it from the arguments on the stack.
template <class R>
struct waiting;

template <waitable Op>
struct waiting<Op> {
  using operation_type = Op;
  template <auto Fn>
  static Op make(lua_State* L) {
    return signature<Fn>::invoke(L, Fn);
  }
};

template <class T, class Ex>
struct waiting<asio::awaitable<T, Ex>> {
  using operation_type = awaitable_operation<T, Ex>;
  template <auto Fn>
  static operation_type make(lua_State* L) {
    static_assert(!signature<Fn>::borrows,
                  "an awaitable outlives the Lua stack: take std::string, ptr<T> by value");
    runtime& r = runtime::of(L);
    return operation_type(r.context(), r.keep_services(), signature<Fn>::invoke(L, Fn));
  }
};

template <auto Fn>
int start_wait(lua_State* L) {
  using form = waiting<typename signature<Fn>::result>;
  using Op = typename form::operation_type;
  scheduler& tasks = scheduler::of(L);
  if constexpr (blockable<Op>) {
    if (!tasks.can_wait(L)) {
      Op op = form::template make<Fn>(L);
      op.run_in_place();
      return push_operation_result(L, op);
    }
  }
  task* t = tasks.begin_wait(L);
  if (!t) return raise;
  Op& op = t->emplace_operation<Op>([L] { return form::template make<Fn>(L); });
  bool complete = false;
  try {
    complete = op.Op::start();  // of that very class: no virtual call
  } catch (...) {
    t->destroy_operation();
    throw;
  }
  if (!complete) {
    tasks.suspend(*t, L);
    return suspend_task;
  }
  if (!tasks.within_budget(op.Op::bytes())) {
    tasks.postpone(*t, L);
    return suspend_task;
  }
  return continue_body<Op>(L);
}

template <auto Fn>
int wait_body(lua_State* L) noexcept {
  using form = waiting<typename signature<Fn>::result>;
  using Op = typename form::operation_type;
  try {
    if (lua_gettop(L) > 0 && lua_type(L, -1) == LUA_TFUNCTION)
      return start_callback(L, &signature<Fn>::check);
    if constexpr (requires { Op::never_waits; }) {
      Op op = form::template make<Fn>(L);
      return push_operation_result(L, op);
    } else {
      return start_wait<Fn>(L);
    }
  } catch (...) {
    return translate_exception(L, 1);
  }
}

template <auto Fn>
int wait_entry(lua_State* L) {
  const int count = wait_body<Fn>(L);
  if (count == suspend_task)
    return lua_yieldk(L, 0, 0,
                      &continue_wait<typename waiting<typename signature<Fn>::result>::operation_type>);
  return count == raise ? raise_top(L) : count;
}

template <class R>
struct awaited {
  using type = decltype(std::declval<R&>().result());
};
template <class T, class Ex>
struct awaited<asio::awaitable<T, Ex>> {
  using type = T;
};

}  // namespace detail

template <class R>
requires requires { typename detail::waiting<R>::operation_type; }
struct binding<R> {
  static constexpr call_form form = call_form::waits;
  static std::string names() {
    return results<std::remove_cvref_t<typename detail::awaited<R>::type>>::names();
  }
  template <auto Fn>
  static constexpr lua_CFunction entry = &detail::wait_entry<Fn>;
};

}  // namespace plua
