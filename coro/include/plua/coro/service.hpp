// SPDX-License-Identifier: MIT
// State that a family of functions keeps per runtime: timers by id, connections by id...
#pragma once

#include <concepts>
#include <cstddef>

namespace plua {

class runtime;

/// One object of each class derived from this lives in a runtime, made by `T(runtime&)` when first used.
class service {
 public:
  service() = default;
  service(const service&) = delete;
  service& operator=(const service&) = delete;
  virtual ~service() = default;

  /// The runtime closes: stop what runs, drop references into Lua. The Lua state is still open.
  virtual void shut_down() noexcept = 0;
};

std::size_t next_service_id() noexcept;

template <std::derived_from<service> T>
std::size_t service_id() noexcept {
  static const std::size_t id = next_service_id();
  return id;
}

}  // namespace plua
