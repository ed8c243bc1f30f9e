// SPDX-License-Identifier: MIT
#include <plua/core/symbolic_category.hpp>
#include <plua/net/http/error.hpp>

#include <string>

namespace plua::net::http {
namespace {

struct entry {
  const char* symbol;
  const char* message;
};

entry entry_of(int value) noexcept {
  switch (static_cast<errc>(value)) {
    case errc::bad_url:
      return {"bad_url", "an absolute http or https URL expected"};
    case errc::bad_header:
      return {"bad_header", "a character that is not allowed there"};
    case errc::no_response:
      return {"no_response", "the connection ended before the response"};
    case errc::bad_response:
      return {"bad_response", "the response is not valid HTTP"};
    case errc::truncated:
      return {"truncated", "the connection ended within the response"};
    case errc::header_too_long:
      return {"header_too_long", "the header is longer than allowed"};
    case errc::body_too_long:
      return {"body_too_long", "the body is longer than allowed"};
    case errc::bad_encoding:
      return {"bad_encoding", "the compressed body is damaged"};
    case errc::too_many_redirects:
      return {"too_many_redirects", "too many redirects"};
    case errc::proxy_refused:
      return {"proxy_refused", "the proxy did not open the tunnel"};
  }
  return {"unknown", "unknown error"};
}

class category final : public symbolic_category {
 public:
  const char* name() const noexcept override { return "http"; }
  std::string message(int value) const override { return entry_of(value).message; }
  const char* symbol(int value) const noexcept override { return entry_of(value).symbol; }
};

}  // namespace

const boost::system::error_category& error_category() noexcept {
  static const category instance;
  return instance;
}

}  // namespace plua::net::http
