// SPDX-License-Identifier: MIT
#include "signals.hpp"

#include <plua/core/bind.hpp>
#include <plua/core/error.hpp>
#include <plua/coro/link.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <pthread.h>
#include <sys/time.h>
#include <unistd.h>

namespace plua::cli {
namespace {

// How many instructions Lua code may go on after a signal before it is interrupted: some milliseconds.
constexpr int patience = 1000000;

// The handler can reach only what is global.
std::atomic<int> pending = 0;      // the signal that the loop has not dealt with
std::atomic<bool> heard = false;   // the loop knows of it
std::atomic<bool> raised = false;  // Lua code got the error
std::atomic<scheduler*> watched = nullptr;
pthread_t loop_thread;
int bell = -1;

void interrupt(lua_State* L, lua_Debug*) {
  lua_sethook(L, nullptr, 0, 0);
  if (pending == 0 || heard) return;  // the loop came to it in time
  raised = true;
  luaL_where(L, 0);
  lua_pushliteral(L, "interrupted!");
  lua_concat(L, 2);
  raise_top(L);
}

// lua_sethook may be called from a signal handler on the thread that runs Lua. The whole chain gets it: a
// loop may spend its time in coroutines that end before they have used up the count.
void set_hooks(scheduler& tasks) noexcept {
  for (lua_State* L = tasks.running(); L;) {
    lua_sethook(L, &interrupt, LUA_MASKCOUNT, patience);
    L = link::active(L) && !link::is_root(L) ? link::resumer(L) : nullptr;
  }
}

void handle(int number) {
  const int saved = errno;
  if (!pthread_equal(pthread_self(), loop_thread)) {
    pthread_kill(loop_thread, number);
  } else if (pending.exchange(number) != 0) {
    std::signal(number, SIG_DFL);
    std::raise(number);  // arrives when this handler returns
  } else {
    [[maybe_unused]] const auto written = ::write(bell, "", 1);
    if (scheduler* tasks = watched) set_hooks(*tasks);
  }
  errno = saved;
}

timeval interval(double seconds) {
  timeval t{};
  t.tv_sec = static_cast<time_t>(seconds);
  t.tv_usec = static_cast<suseconds_t>((seconds - static_cast<double>(t.tv_sec)) * 1e6);
  if (t.tv_sec == 0 && t.tv_usec == 0) t.tv_usec = 1;  // zero would switch the timer off
  return t;
}

}  // namespace

signals::signals(asio::io_context& context, scheduler& tasks) : bell_(context.get_executor()) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    throw failure(error_code(errno, boost::system::system_category()), "pipe");
  bell_.assign(ends[0]);
  bell = ends[1];
  loop_thread = pthread_self();
  watched = &tasks;
  watch(SIGINT);
  watch(SIGTERM);
  wait();
}

signals::~signals() {
  const itimerval off{};
  ::setitimer(ITIMER_REAL, &off, nullptr);
  release();
}

void signals::release() noexcept {
  for (const int number : {SIGINT, SIGTERM, SIGALRM}) {
    struct sigaction now {};
    ::sigaction(number, nullptr, &now);
    if (now.sa_handler == &handle) std::signal(number, SIG_DFL);
  }
  watched = nullptr;
}

int signals::received() const noexcept { return pending; }

void signals::forget() noexcept {
  pending = 0;
  heard = false;
  raised = false;
}

void signals::limit_time(double seconds, double repeat) {
  watch(SIGALRM);
  itimerval timer{};
  timer.it_value = interval(seconds);
  timer.it_interval = interval(repeat);
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

void signals::watch(int number) {
  struct sigaction before {};
  ::sigaction(number, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = &handle;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

void signals::wait() {
  bell_.async_wait(asio::posix::descriptor_base::wait_read, [this](const error_code& error) {
    if (error) return;
    char drained[16];
    while (::read(bell_.native_handle(), drained, sizeof(drained)) > 0) continue;
    heard = true;
    if (const int number = pending; number && on_signal) on_signal(number, raised);
    wait();
  });
}

}  // namespace plua::cli
