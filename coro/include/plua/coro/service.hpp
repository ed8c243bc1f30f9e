// SPDX-License-Identifier: MIT
// State that a family of functions keeps per runtime: timers by id, connections by id...
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <vector>

namespace plua {

class runtime;

/// One object of each class derived from this lives in a runtime, made by `T(runtime&)` when first used.
class service {
 public:
  service() = default;
  service(const service&) = delete;
  service& operator=(const service&) = delete;
  virtual ~service() = default;

  /// Stop what runs and drop references into Lua, whose state is still open: the runtime is about to close,
  /// or all its tasks are being cancelled. The service may be used again afterwards.
  virtual void shut_down() noexcept = 0;

  /// The runtime is gone for good. The service itself lives on until the last C++ coroutine that uses it has
  /// ended, and must touch neither Lua nor the runtime any more.
  virtual void runtime_gone() noexcept {}
};

/// The services of one runtime, by id. Coroutines that Lua has called share it.
using service_store = std::vector<std::unique_ptr<service>>;

std::size_t next_service_id() noexcept;

template <std::derived_from<service> T>
std::size_t service_id() noexcept {
  static const std::size_t id = next_service_id();
  return id;
}

}  // namespace plua
