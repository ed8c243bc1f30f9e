// SPDX-License-Identifier: MIT
#include <plua/core/base64.hpp>
#include <plua/core/version.hpp>
#include <plua/net/http/error.hpp>
#include <plua/net/http/request_writer.hpp>

#include <algorithm>

namespace plua::net::http {
namespace {

bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != marks.npos;
  });
}

bool is_value(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < ' ' && c != '\t') || byte == 0x7f;
  });
}

// The control characters that made it wrong must not reach a log or a terminal either.
std::string shown(std::string_view text) {
  std::string made(text.substr(0, 60));
  for (char& c : made)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  return made;
}

[[noreturn]] void refuse(std::string_view what, std::string_view text) {
  throw failure(errc::bad_header, "request", std::string(what) + " '" + shown(text) + "'");
}

bool expects_body(std::string_view method) noexcept {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

void check_request(const request& r) {
  if (!is_token(r.method) || r.method == "CONNECT") refuse("method", r.method);
  for (const header& h : r.headers) {
    if (!is_token(h.name)) refuse("header name", h.name);
    if (!is_value(h.value)) refuse("value of header", h.name);
    // The body is sent as it is, with its length: another framing would let the next request begin inside it.
    if (same_name(h.name, "Transfer-Encoding")) refuse("header", h.name);
    if (same_name(h.name, "Content-Length") && h.value != std::to_string(r.body ? r.body->size() : 0))
      refuse("value of header", h.name);
  }
}

bool decodes(const request& r) noexcept { return r.decompress && !find(r.headers, "Accept-Encoding"); }

std::string basic_authorization(std::string_view user, std::string_view password) {
  return "Basic " + base64::encode(std::string(user) + ":" + std::string(password));
}

std::string write_head(const request& r, const url& target, const proxy_form& proxy) {
  std::string head =
      r.method + " " + (proxy.absolute ? target.absolute_form() : target.target) + " HTTP/1.1\r\n";
  const auto missing = [&](std::string_view name) { return !find(r.headers, name); };
  if (missing("Host")) add(head, "Host", target.authority());
  if (missing("User-Agent")) add(head, "User-Agent", "plua/" + std::string(version()));
  if (missing("Accept")) add(head, "Accept", "*/*");
  if (decodes(r)) add(head, "Accept-Encoding", "gzip, deflate");
  if (target.has_user && missing("Authorization"))
    add(head, "Authorization", basic_authorization(target.user, target.password));
  if (!proxy.authorization.empty() && missing("Proxy-Authorization"))
    add(head, "Proxy-Authorization", proxy.authorization);
  for (const header& h : r.headers)
    if (!same_name(h.name, "Content-Length")) add(head, h.name, h.value);
  if (r.body || expects_body(r.method))
    add(head, "Content-Length", std::to_string(r.body ? r.body->size() : 0));
  return head.append("\r\n");
}

std::string write_connect(const url& target, std::string_view authorization) {
  std::string head = "CONNECT " + target.host_and_port() + " HTTP/1.1\r\n";
  add(head, "Host", target.host_and_port());
  add(head, "User-Agent", "plua/" + std::string(version()));
  if (!authorization.empty()) add(head, "Proxy-Authorization", authorization);
  return head.append("\r\n");
}

}  // namespace plua::net::http
