// SPDX-License-Identifier: MIT
// Timers in C++: timers QUEUE NAME N [MORE], the workloads of lua/tasks.lua that have the same names. The
// queue is "heap", one heap on a timerfd, or "steady", an Asio steady_timer each. "timer" prints its CPU
// seconds.
#include "timer_heap.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

using std::chrono::milliseconds;

class steady_timers {
 public:
  using id = std::uint64_t;

  id arm(milliseconds after, std::function<void()> fired) {
    const id made = ++last_;
    auto& timer = timers_.try_emplace(made, context_, after).first->second;
    timer.async_wait([this, made, fired = std::move(fired)](boost::system::error_code ec) {
      if (ec) return;
      timers_.erase(made);
      fired();
    });
    return made;
  }

  void stop(id which) { timers_.erase(which); }

  void run() {
    context_.restart();
    context_.run();
  }

 private:
  boost::asio::io_context context_{1};
  std::unordered_map<id, boost::asio::steady_timer> timers_;
  id last_ = 0;
};

template <class Queue>
void arm_and_stop(Queue& queue, long count, long within) {
  std::vector<typename Queue::id> ids;
  for (long i = 1; i <= count; ++i) ids.push_back(queue.arm(milliseconds(i % within), [] {}));
  for (std::size_t i = 0; i < ids.size(); i += 2) queue.stop(ids[i]);
}

template <class Queue>
int work(std::string_view name, long n, long more) {
  Queue queue;
  if (name == "timers") {
    arm_and_stop(queue, n, 100);
    queue.run();
  } else if (name == "rounds") {
    for (long i = 0; i < more; ++i) {
      arm_and_stop(queue, n, 10);
      queue.run();
    }
  } else if (name == "timer") {
    std::vector<typename Queue::id> others;
    for (long i = 1; i <= more; ++i) others.push_back(queue.arm(milliseconds(1'000'000 + i), [] {}));
    const std::clock_t begin = std::clock();
    for (long i = 1; i <= n; ++i) queue.stop(queue.arm(milliseconds(100'000 + i % 1000), [] {}));
    std::printf("%f\n", static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    for (const auto id : others) queue.stop(id);
  } else {
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const long n = std::atol(argv[3]), more = argc > 4 ? std::atol(argv[4]) : 0;
  return argv[1] == std::string_view("heap") ? work<timer_heap>(argv[2], n, more)
                                             : work<steady_timers>(argv[2], n, more);
}
