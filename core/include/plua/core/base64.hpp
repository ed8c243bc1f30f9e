// SPDX-License-Identifier: MIT
// Base64 (RFC 4648) of bytes, with padding.
#pragma once

#include <string>
#include <string_view>

namespace plua::base64 {

std::string encode(std::string_view bytes);

/// What is not in the alphabet is passed over, and the padding ends the text. False when bits are left that
/// make no byte; `why` says so.
bool decode(std::string_view text, std::string& bytes, std::string& why);

}  // namespace plua::base64
