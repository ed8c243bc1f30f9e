// SPDX-License-Identifier: MIT
#include <plua/coro/join_operation.hpp>

namespace plua {

bool join_operation::start() {
  target_->mark_joined();
  if (target_->ended()) return true;
  target_->observe(*this);
  return false;
}

}  // namespace plua
