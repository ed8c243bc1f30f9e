// SPDX-License-Identifier: MIT
#include <plua/coro/report.hpp>
#include <plua/coro/tracker.hpp>

namespace plua {

std::string_view to_string(phase p) noexcept {
  switch (p) {
    case phase::init:
      return "init";
    case phase::fragments:
      return "fragments";
    case phase::main:
      return "main";
    case phase::tracking:
      return "tracking";
    case phase::interactive:
      return "interactive";
  }
  return "unknown";
}

tracker::tracker(runtime& owner) : runtime_(owner), limit_(*this) {
  runtime_.on_idle = [this](idle_reason why) { idle(why); };
}

void tracker::enter(phase p) {
  phase_ = p;
  if (p == phase::tracking) runtime_.tasks().check_idle();
}

void tracker::stop(double seconds) {
  if (stopping_ || ended_) return;
  stopping_ = true;
  runtime_.timers().arm_after(limit_, seconds);
  runtime_.cancel_all();
}

void tracker::idle(idle_reason why) {
  if (ended_) return;
  const bool blocked = why == idle_reason::deadlocked;
  if (stopping_) return end(blocked ? ending::forced : ending::stopped);
  if (phase_ == phase::interactive) {
    if (blocked && on_blocked) on_blocked();
    return;
  }
  if (blocked) return end(ending::deadlocked);
  if (phase_ == phase::tracking) end(ending::finished);
}

void tracker::end(ending how) {
  if (ended_) return;
  ended_ = true;
  limit_.disarm();
  if (on_end) on_end(how);
}

std::string describe_active(runtime& r) {
  std::string text = describe_tasks(r);
  std::string counts;
  for (std::size_t i = 0; i < work_kind::count(); ++i)
    if (const std::size_t n = r.work().of(i))
      counts.append(counts.empty() ? "" : ", ")
          .append(work_kind::name_of(i))
          .append(" ")
          .append(std::to_string(n));
  if (!counts.empty()) text += "  in flight: " + counts + "\n";
  return text;
}

}  // namespace plua
