// SPDX-License-Identifier: MIT
#include "diagnostics.hpp"

#include <cstdio>

namespace plua::cli {
namespace {

void write(const std::string& text) {
  std::fflush(stdout);  // so that both appear in order where they are one terminal
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

void diagnostics::say(const std::string& text) const {
  write("plua: " + text + (text.ends_with('\n') ? "" : "\n"));
}

void diagnostics::debug(const std::string& text) const {
  if (verbose_) write("DEBUG: " + text + "\n");
}

void diagnostics::warn(const std::string& text) const { write("Warning: " + text + "\n"); }

void diagnostics::error(const script_error& e, const std::string& prefix) const {
  std::string text = prefix + e.what() + "\n";
  if (!e.traceback().empty()) text += e.traceback() + "\n";
  write(text);
}

}  // namespace plua::cli
