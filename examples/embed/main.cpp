// A C++ program with its own io_context that runs Lua in it: it registers an asynchronous function, runs a
// script, calls a Lua function, cancels another, and destroys the runtime while tasks still wait.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/runtime.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>

namespace asio = boost::asio;

namespace {

// Lua calls it as a plain function; it suspends the calling coroutine only. Arguments come by value: they
// live as long as the coroutine does.
asio::awaitable<std::string> lookup(std::string user) {
  asio::steady_timer database(co_await asio::this_coro::executor, std::chrono::milliseconds(10));
  co_await database.async_wait(asio::use_awaitable);
  if (user.empty()) throw plua::arg_error(1, "a name expected");
  if (user == "nobody") throw plua::failure(plua::errc::not_found, "lookup", user);
  co_return "user:" + user;
}

constexpr const char* script = R"lua(
  local task = require "task"

  function greet(name)
    local found, err = lookup(name)
    if not found then return "no greeting: " .. tostring(err) end
    return "hello " .. found
  end

  function wait_for_ever()
    local guard <close> = setmetatable({}, {__close = function() print("unwound") end})
    while true do task.sleep(3600) end
  end

  print("from the script: " .. greet("ada"))
)lua";

asio::awaitable<void> program(plua::runtime& lua) {
  co_await lua.run(script, "=script");

  std::cout << "from C++: " << co_await lua.call<std::string>("greet", std::string("grace")) << '\n';
  std::cout << "from C++: " << co_await lua.call<std::string>("greet", std::string("nobody")) << '\n';

  try {
    co_await lua.call("nosuch");
  } catch (const plua::script_error& e) {
    std::cout << "an error: " << e.what() << '\n';
  }

  // A task that is cancelled unwinds in Lua: its <close> variable runs.
  const plua::ptr<plua::task> waiting =
      lua.spawn(lua.load("wait_for_ever()", "=waiting"), {.name = "waiting"});
  asio::steady_timer moment(co_await asio::this_coro::executor, std::chrono::milliseconds(20));
  co_await moment.async_wait(asio::use_awaitable);
  waiting->cancel();
  moment.expires_after(std::chrono::milliseconds(20));
  co_await moment.async_wait(asio::use_awaitable);
  std::cout << "the waiting task was " << plua::to_string(waiting->status()) << '\n';

  lua.spawn(lua.load("wait_for_ever()", "=left"), {.name = "left behind"});
  moment.expires_after(std::chrono::milliseconds(20));
  co_await moment.async_wait(asio::use_awaitable);
}

}  // namespace

int main() {
  asio::io_context io;
  auto lua = std::make_unique<plua::runtime>(io);
  lua->add(plua::define<&lookup>({.name = "lookup",
                                  .category = "embed",
                                  .summary = "Finds a user.",
                                  .params = {{"user", "the name"}},
                                  .returns = "the record",
                                  .errors = "not_found as nil, err",
                                  .global = true}));

  int status = 0;
  asio::co_spawn(io, program(*lua), [&](std::exception_ptr error) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& e) {
      std::cerr << "failed: " << e.what() << '\n';
      status = 1;
    }
    lua.reset();  // one task still sleeps: it unwinds, and io.run() has nothing left to do
  });
  io.run();
  std::cout << "the loop has ended\n";
  return status;
}
