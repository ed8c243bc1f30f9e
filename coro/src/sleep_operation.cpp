// SPDX-License-Identifier: MIT
#include <plua/coro/sleep_operation.hpp>

namespace plua {

const work_kind sleeping_work("sleep");

}  // namespace plua
