// SPDX-License-Identifier: MIT
#include <plua/net/http/error.hpp>
#include <plua/net/http/redirect.hpp>

namespace plua::net::http {
namespace {

bool becomes_get(int status, const std::string& method) {
  if (status == 303) return method != "HEAD";
  return (status == 301 || status == 302) && method == "POST";
}

}  // namespace

std::optional<url> redirected(request& r, const url& from, const response& answer) {
  switch (answer.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      break;
    default:
      return std::nullopt;
  }
  const std::string* location = find(answer.headers, "Location");
  if (!location || location->empty()) return std::nullopt;

  url next;
  try {
    next = resolve_url(from, *location);
  } catch (const failure& f) {
    throw failure(f.code(), "redirect", f.address());
  }
  if (becomes_get(answer.status, r.method)) {
    r.method = "GET";
    r.body.reset();
    for (const char* name : {"Content-Type", "Content-Length", "Content-Encoding", "Content-Language",
                             "Content-Location", "Digest", "Content-MD5"})
      remove_all(r.headers, name);
  }
  if (!next.same_origin(from)) {
    for (const char* name : {"Authorization", "Cookie", "Proxy-Authorization", "Host"})
      remove_all(r.headers, name);
  } else if (!next.has_user) {
    next.has_user = from.has_user;
    next.user = from.user;
    next.password = from.password;
  }
  return next;
}

}  // namespace plua::net::http
