// SPDX-License-Identifier: MIT
#include <plua/coro/script_timers.hpp>

namespace plua {

namespace {

const work_kind timer_work("timer");

// A repeating timer of zero would leave no time for anything else.
constexpr double shortest_interval = 1;

}  // namespace

class script_timers::timer final : public timer_entry {
 public:
  timer(script_timers& owner, std::int64_t id, function callback, double milliseconds, bool repeat,
        call_site site)
      : owner_(owner),
        id_(id),
        callback_(std::move(callback)),
        seconds_(milliseconds / 1000),
        repeat_(repeat),
        site_(std::move(site)),
        work_(owner.runtime_.work(), timer_work) {
    arm();
    owner_.intervals_ += repeat_;
  }
  ~timer() { owner_.intervals_ -= repeat_; }

  void mark_cleared() noexcept { cleared_ = true; }

 private:
  void arm() { owner_.runtime_.timers().arm_after(*this, seconds_); }

  void expired() noexcept override {
    scheduler& tasks = owner_.runtime_.tasks();
    owner_.firing_ = this;
    ptr<task> t = tasks.create({.origin = "Timer callback"});
    owner_.firing_ = nullptr;
    callback_.push(t->thread());
    t->set_spawn_site(site_);
    if (repeat_ && !cleared_)
      arm();
    else
      owner_.timers_.erase(id_);  // destroys this
    // At once, so that callbacks and ended sleeps keep the order of their times and none comes after its
    // clear.
    tasks.start_now(*t, 0);
  }

  script_timers& owner_;
  std::int64_t id_;
  function callback_;
  double seconds_;
  bool repeat_;
  bool cleared_ = false;
  call_site site_;
  work_hold work_;
};

script_timers::script_timers(runtime& owner) : runtime_(owner) {}

script_timers::~script_timers() = default;

void script_timers::shut_down() noexcept { timers_.clear(); }

std::int64_t script_timers::start(function callback, double milliseconds, bool repeat, call_site site) {
  if (runtime_.tasks().closing()) throw failure(make_error_code(errc::cancelled), "start a timer");
  if (repeat && milliseconds < shortest_interval) milliseconds = shortest_interval;
  const std::int64_t id = next_id_++;
  timers_.emplace(
      id, std::make_unique<timer>(*this, id, std::move(callback), milliseconds, repeat, std::move(site)));
  return id;
}

bool script_timers::clear(std::int64_t id) {
  const auto found = timers_.find(id);
  if (found == timers_.end()) return false;
  if (found->second.get() == firing_)
    firing_->mark_cleared();  // a finalizer, while the task for its call was made
  else
    timers_.erase(found);
  return true;
}

}  // namespace plua
