// SPDX-License-Identifier: MIT
// A runtime on an io_context, the errors it reports, and a way to run a chunk to its end.
#pragma once

#include "run_coro.hpp"
#include <plua/coro/bind_async.hpp>
#include <plua/coro/runtime.hpp>

#include <memory>
#include <string>
#include <vector>

namespace plua::testing {

struct runtime_fixture {
  asio::io_context io{1};
  std::unique_ptr<plua::runtime> lua = std::make_unique<plua::runtime>(io);
  std::vector<std::string> reports;

  runtime_fixture() {
    lua->on_error = [this](const error_report& r) { reports.push_back(r.message); };
  }

  template <auto Fn>
  void add(std::string_view name, std::vector<parameter> params = {}, std::string_view returns = {}) {
    lua->add(define<Fn>({.name = name,
                         .category = "test",
                         .summary = "For the test.",
                         .params = std::move(params),
                         .returns = returns}));
  }

  /// Runs the chunk as the main chunk to its end; throws what `runtime::run` throws.
  void run(const std::string& source) {
    run_coro(io, lua->run("local task = require 'task' " + source, "=test"));
  }

  /// Runs the chunk, which must assign the global `result`, and gives that as text.
  std::string result_of(const std::string& source) {
    run(source);
    lua_State* L = lua->lua();
    lua_getglobal(L, "result");
    std::string text = luaL_tolstring(L, -1, nullptr);
    lua_settop(L, 0);
    return text;
  }

  /// Starts the chunk and lets everything run that is ready, so that its tasks wait.
  ptr<task> start(const std::string& source) {
    ptr<task> t = lua->spawn(lua->load("local task = require 'task' " + source, "=test"), {.name = "start"});
    turns();
    return t;
  }

  /// Lets run what is ready; counted, because busy tasks never let the loop come to an end.
  void turns() {
    for (int i = 0; i < 100; ++i) {
      io.restart();
      io.poll_one();
    }
  }

  void destroy() { lua.reset(); }
};

}  // namespace plua::testing
