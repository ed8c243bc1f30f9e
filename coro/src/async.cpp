// SPDX-License-Identifier: MIT
#include <plua/coro/async.hpp>

namespace plua::detail {

asio::execution_context::id pending_operations::id;

void pending_operations::shutdown() noexcept {
  while (!list_.empty()) delete &list_.front();
}

}  // namespace plua::detail
