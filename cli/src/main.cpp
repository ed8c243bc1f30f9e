// SPDX-License-Identifier: MIT
#include "options.hpp"
#include "session.hpp"
#include "usage.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  using namespace plua::cli;
  try {
    options given = parse_options(argc, argv);
    switch (given.what) {
      case options::action::help:
        std::fputs(help_text().c_str(), stdout);
        return exit_status::success;
      case options::action::version:
        std::puts(version_line().c_str());
        return exit_status::success;
      default:
        return session(std::move(given)).run();
    }
  } catch (const usage_error& e) {
    std::fprintf(stderr, "plua: %s\nTry 'plua --help'.\n", e.what());
    return exit_status::usage;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "plua: %s\n", e.what());
    return exit_status::failure;
  }
}
