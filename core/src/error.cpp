// SPDX-License-Identifier: MIT
#include <plua/core/error.hpp>
#include <plua/core/symbolic_category.hpp>

#include <cerrno>
#include <cstring>

namespace plua {
namespace {

class category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "plua"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::eof:
        return "end of stream";
      case errc::timeout:
        return "timed out";
      case errc::cancelled:
        return "cancelled";
      case errc::closed:
        return "closed";
      case errc::not_found:
        return "not found";
      case errc::too_long:
        return "limit reached before the delimiter";
    }
    return "unknown error";
  }
};

const char* symbol_of(errc value) {
  switch (value) {
    case errc::eof:
      return "eof";
    case errc::timeout:
      return "timeout";
    case errc::cancelled:
      return "cancelled";
    case errc::closed:
      return "closed";
    case errc::not_found:
      return "not_found";
    case errc::too_long:
      return "too_long";
  }
  return "unknown";
}

std::string compose(const error_code& code, std::string_view operation, std::string_view address) {
  std::string text(operation);
  if (!address.empty()) text.append(text.empty() ? "" : " ").append(address);
  if (!text.empty()) text += ": ";
  return text += code.message();
}

}  // namespace

const boost::system::error_category& plua_category() noexcept {
  static const category instance;
  return instance;
}

std::string symbol(const error_code& code) {
  if (code.category() == plua_category()) return symbol_of(static_cast<errc>(code.value()));
  if (code.category() == boost::system::system_category() ||
      code.category() == boost::system::generic_category())
    if (const char* name = ::strerrorname_np(code.value())) return name;
  if (const auto* named = dynamic_cast<const symbolic_category*>(&code.category()))
    return named->symbol(code.value());
  return std::string(code.category().name()) + ":" + std::to_string(code.value());
}

failure::failure(error_code code, std::string_view operation, std::string_view address)
    : system_error(code),
      operation_(operation),
      address_(address),
      sentence_(compose(code, operation, address)) {}

}  // namespace plua
