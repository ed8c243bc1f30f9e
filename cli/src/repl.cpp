// SPDX-License-Identifier: MIT
#include "repl.hpp"

#include "script.hpp"

#include <algorithm>
#include <cstdio>

namespace plua::cli {
namespace {

constexpr const char* chunk_name = "=stdin";

constexpr const char* greeting =
    "PLua Interactive Shell (" LUA_VERSION
    ")\n"
    "Type 'exit' or 'quit' to leave, 'help' for help, '_PY' for all functions.\n";

constexpr const char* help =
    "Available commands:\n"
    "  help          this list\n"
    "  _PY           all functions of the runtime, by category\n"
    "  exit, quit    leave (also Ctrl-D, and Ctrl-C at an empty prompt)\n"
    "Everything else is Lua: an expression is printed with all its values, a statement is run; an\n"
    "incomplete one goes on in the next line. A line may wait, require(\"task\").sleep(1): timers,\n"
    "servers and other tasks run on, also while you type. Ctrl-C cancels the line that runs.\n";

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\f\v");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\f\v") - first + 1);
}

bool is_incomplete(const script_error& e) { return std::string_view(e.what()).ends_with("<eof>"); }

// A task for the source as an expression or, when it is none, as a statement. Throws script_error.
ptr<task> start_chunk(runtime& r, const std::string& source) {
  function code;
  try {
    code = r.load("return " + source, chunk_name);
  } catch (const script_error&) {
    code = r.load(source, chunk_name);
  }
  return start(r, code, {});
}

}  // namespace

repl::repl(runtime& r, input& in, const diagnostics& out) : runtime_(r), input_(in), out_(out) {
  // What io.read takes ahead would be missing here.
  std::setvbuf(stdin, nullptr, _IONBF, 0);
}

asio::awaitable<void> repl::run() {
  print(greeting);
  for (;;) {
    print("plua> ");
    std::optional<std::string> line = co_await input_.read_line();
    if (!line) {
      print("\nExiting...\n");
      co_return;
    }
    if (co_await handle(*line) == answer::leave) co_return;
  }
}

asio::awaitable<repl::answer> repl::handle(std::string line) {
  line = trimmed(line);
  answer result = answer::go_on;
  if (line.empty() || command(line, result)) co_return result;
  if (line[0] == '=') line.erase(0, 1);  // as in older versions of Lua
  std::optional<ptr<task>> chunk = co_await read_chunk(std::move(line));
  if (chunk) co_await evaluate(*chunk);
  co_return answer::go_on;
}

bool repl::command(const std::string& line, answer& result) {
  std::string lower = line;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "exit" || lower == "quit")
    result = answer::leave;
  else if (lower == "help")
    print(help);
  else if (line == "_PY")
    print(to_listing(runtime_.extensions()));
  else
    return false;
  return true;
}

// Reads on until the chunk is complete; nothing when it is wrong or was dropped.
asio::awaitable<std::optional<ptr<task>>> repl::read_chunk(std::string source) {
  for (;;) {
    std::optional<script_error> problem;
    try {
      co_return start_chunk(runtime_, source);
    } catch (const script_error& e) {
      problem = e;
    }
    std::optional<std::string> more;
    bool dropped = false;
    if (is_incomplete(*problem)) {
      print(">> ");
      continuing_ = true;
      try {
        more = co_await input_.read_line();
      } catch (const failure&) {
        dropped = true;
      }
      continuing_ = false;
    }
    if (dropped) co_return std::nullopt;
    if (!more) {
      out_.error(*problem);
      co_return std::nullopt;
    }
    source += "\n" + *more;
  }
}

asio::awaitable<void> repl::evaluate(ptr<task> chunk) {
  std::optional<script_error> problem;
  try {
    running_ = chunk;
    co_await runtime_.join(chunk);
    const ptr<task> printing = start_print(*chunk);
    if (printing) {
      running_ = printing;
      co_await runtime_.join(printing);
    }
  } catch (const script_error& e) {
    problem = e;
  } catch (const failure&) {
    problem.emplace("cancelled", std::string());
  }
  running_.reset();
  if (problem) out_.error(*problem);
}

// A task that calls the global `print` with the results of the chunk; null when there are none.
ptr<task> repl::start_print(const task& evaluated) {
  lua_State* L = runtime_.lua();
  const int top = lua_gettop(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushliteral(L, "print");
  lua_rawget(L, -2);
  if (!lua_isfunction(L, -1)) {
    lua_settop(L, top);
    throw script_error("the global 'print' is not a function", {});
  }
  const int count = evaluated.push_results(L);
  ptr<task> made;
  if (count > 0) {
    made = runtime_.tasks().create({.name = "print", .main = true, .keep_results = true});
    if (!lua_checkstack(made->thread(), count + 1)) throw script_error("too many results to print", {});
    lua_xmove(L, made->thread(), count + 1);
    runtime_.tasks().start(*made, count);
  }
  lua_settop(L, top);
  return made;
}

bool repl::interrupt() {
  if (!running_ && !continuing_) return false;
  print("\n");
  if (running_)
    running_->cancel();
  else
    input_.cancel();
  return true;
}

void repl::blocked() {
  if (!running_ || running_->status() != task_status::waiting) return;
  out_.say("the line waits for " + running_->waits_for() + ", which nothing can end: it is cancelled");
  running_->cancel();
}

}  // namespace plua::cli
