// SPDX-License-Identifier: MIT
#include "session.hpp"

#include "config.hpp"
#include "exit.hpp"
#include "script.hpp"
#include "usage.hpp"

#include <boost/asio/co_spawn.hpp>

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace plua::cli {
namespace {

const work_kind stdin_work("stdin");

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(text.empty() ? "" : "\n").append(line);
  return text;
}

}  // namespace

session::session(options given)
    : options_(std::move(given)),
      out_(options_.debug),
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),  // only this thread does I/O; others may still post
      runtime_(std::make_unique<runtime>(context_)),
      tracker_(runtime_->use<tracker>()),
      signals_(context_, runtime_->tasks()) {
  tracker_.on_end = [this](ending how) { ended(how); };
  signals_.on_signal = [this](int number, bool interrupted) { signalled(number, interrupted); };
  install_exit(*runtime_, [this](int code) { leave(code); });
}

int session::run() {
  if (options_.what == options::action::api) {
    const bool json = options_.api_format == "json";
    const std::string text =
        json ? to_json(runtime_->extensions()) + "\n" : to_markdown(runtime_->extensions());
    std::fwrite(text.data(), 1, text.size(), stdout);
    return exit_status::success;
  }
  set_globals(*runtime_, options_);
  // The second alarm kills: by then the orderly end has had its time.
  if (options_.timeout) signals_.limit_time(*options_.timeout, tracker::default_limit + 2);
  asio::co_spawn(context_, program(), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  context_.run();
  const int code = status();
  signals_.release();
  reading_.reset();
  runtime_.reset();  // runs the <close> variables that are left, and the finalizers
  return code;
}

// ---------------------------------------------------------------- the program

session::source session::choose_source() const {
  if (options_.script) return *options_.script == "-" ? source::text : source::file;
  if (options_.interactive) return source::shell;
  if (!options_.fragments.empty()) return source::none;
  return ::isatty(STDIN_FILENO) ? source::shell : source::text;
}

asio::awaitable<void> session::program() {
  enter(phase::init);
  co_await load_config(*runtime_, out_);
  if (tracker_.stopping()) co_return;
  if (!co_await run_libraries()) co_return stop(exit_status::failure);

  enter(phase::fragments);
  if (!co_await run_fragments()) co_return stop(exit_status::failure);

  const source from = choose_source();
  if (from == source::shell) {
    enter(phase::interactive);
    co_await run_shell();
    co_return stop(exit_status::success);
  }
  if (from != source::none) {
    enter(phase::main);
    if (!co_await run_script(from)) co_return stop(exit_status::failure);
  }
  enter(phase::tracking);
}

asio::awaitable<bool> session::run_libraries() {
  bool good = true;
  for (const std::string& name : options_.libraries) {
    const bool loaded = co_await run_library(name);
    if (tracker_.stopping()) co_return false;
    good = good && loaded;
  }
  co_return good;
}

// "name", whose last part becomes the global, or "global=name".
asio::awaitable<bool> session::run_library(std::string argument) {
  const std::size_t equals = argument.find('=');
  const std::string module = argument.substr(equals == std::string::npos ? 0 : equals + 1);
  const std::string global =
      equals == std::string::npos ? module.substr(module.find_last_of("./") + 1) : argument.substr(0, equals);
  const std::string prefix = "Error loading library '" + module + "': ";
  out_.debug("library " + module);
  const ptr<task> t = start_library(*runtime_, module);
  const bool loaded = co_await succeeds(t, prefix);
  if (loaded) set_library(*runtime_, *t, global);
  co_return loaded;
}

asio::awaitable<bool> session::run_fragments() {
  if (options_.fragments.empty()) co_return true;
  ptr<task> t;
  try {
    t = start(*runtime_, runtime_->load(joined(options_.fragments), "=(command line)"), {});
  } catch (const script_error& e) {
    out_.error(e);
  }
  if (!t) co_return false;
  co_return co_await succeeds(t, std::string());
}

asio::awaitable<bool> session::run_script(source from) {
  ptr<task> t;
  try {
    if (from == source::text) {
      out_.debug("script from stdin");
      input_.emplace(context_);
      reading_ = work_hold(runtime_->work(), stdin_work);
      const std::string text = co_await input_->read_all();
      reading_.reset();
      t = start_text(*runtime_, options_, text);
    } else {
      out_.debug("script " + *options_.script);
      t = start_file(*runtime_, options_);
    }
  } catch (const script_error& e) {
    out_.error(e);
  } catch (const failure& e) {
    out_.say("cannot " + std::string(e.what()));
  }
  if (!t) co_return false;
  co_return co_await succeeds(t, std::string());
}

asio::awaitable<void> session::run_shell() {
  input_.emplace(context_);
  repl_.emplace(*runtime_, *input_, out_);
  tracker_.on_blocked = [this] { repl_->blocked(); };
  co_await repl_->run();
}

asio::awaitable<bool> session::succeeds(ptr<task> t, std::string prefix) {
  std::optional<script_error> problem;
  try {
    co_await runtime_->join(t);
    co_return true;
  } catch (const script_error& e) {
    problem = e;
  } catch (const failure& e) {
    problem.emplace(e.what(), std::string());
  }
  // Cancelled because the program ends is no error of its own.
  if (!(t->status() == task_status::cancelled && tracker_.stopping())) out_.error(*problem, prefix);
  co_return false;
}

// ---------------------------------------------------------------- its end

void session::enter(phase p) {
  out_.debug("phase " + std::string(to_string(p)));
  tracker_.enter(p);
}

void session::stop(int status) {
  if (!status_) status_ = status;
  tracker_.stop();
}

// os.exit with close: the runtime is destroyed as it stands.
void session::leave(int status) {
  status_ = status;
  runtime_->tasks().halt();
  signals_.forget();
  context_.stop();
}

void session::signalled(int number, bool interrupted) {
  if (number == SIGINT && tracker_.current() == phase::interactive && !tracker_.stopping()) {
    signals_.forget();
    if (interrupted || repl_->interrupt()) return;
    std::printf("\nExiting...\n");
    return stop(exit_status::success);
  }
  if (number == SIGALRM) {
    char limit[32];
    std::snprintf(limit, sizeof(limit), "%g", *options_.timeout);
    out_.say("timeout after " + std::string(limit) + " s; still active:\n" + describe_active(*runtime_));
  }
  tracker_.stop();
}

void session::ended(ending how) {
  out_.debug("no work is left");
  if (how == ending::deadlocked) {
    status_ = exit_status::deadlock;
    out_.say("deadlock, each task waits for another:\n" + describe_active(*runtime_));
  } else if (how == ending::forced) {
    out_.say("forced to end; still active:\n" + describe_active(*runtime_));
  }
  context_.stop();
}

int session::status() const {
  const int signal = signals_.received();
  if (signal == SIGALRM) return exit_status::timeout;
  if (signal) return exit_status::signalled + signal;
  if (status_) return *status_;
  return runtime_->unhandled_errors() ? exit_status::failure : exit_status::success;
}

}  // namespace plua::cli
