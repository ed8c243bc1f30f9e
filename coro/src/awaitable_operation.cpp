// SPDX-License-Identifier: MIT
#include <plua/coro/awaitable_operation.hpp>

namespace plua {

const work_kind awaiting_work("awaitable");

}  // namespace plua
