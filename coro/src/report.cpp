// SPDX-License-Identifier: MIT
#include <plua/coro/report.hpp>
#include <plua/coro/runtime.hpp>

#include <cstdio>

namespace plua {
namespace {

// "file:line" of the innermost Lua function of a suspended thread.
std::string where(lua_State* thread) {
  lua_Debug ar;
  for (int level = 0; thread && lua_getstack(thread, level, &ar); ++level) {
    lua_getinfo(thread, "Sl", &ar);
    if (ar.currentline > 0) return std::string(ar.short_src) + ":" + std::to_string(ar.currentline);
  }
  return {};
}

}  // namespace

std::string format_report(const error_report& report) {
  std::string text;
  if (!report.where.is_main()) {
    text.append("[ERROR] ").append(report.where.origin());
    if (!report.where.name().empty()) text += " '" + report.where.name() + "'";
    text += " failed: ";
  }
  text += report.message;
  if (!report.traceback.empty()) text += "\n" + report.traceback;
  return text + "\n";
}

void write_report(const error_report& report) {
  const std::string text = format_report(report);
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

std::string describe_tasks(runtime& r) {
  std::string text;
  r.tasks().for_each_task([&](const task& t) {
    text += "  " + t.title();
    const std::string waits = t.waits_for();
    text += waits.empty() ? ": " + std::string(to_string(t.status())) : ": waits for " + waits;
    const std::string at = where(t.leaf() ? t.leaf() : t.thread());
    if (!at.empty()) text += " at " + at;
    if (t.spawn_site()) text += " [spawned at " + t.spawn_site().text() + "]";
    text += "\n";
  });
  return text;
}

}  // namespace plua
