// SPDX-License-Identifier: MIT
#include <plua/net/http/error.hpp>
#include <plua/net/http/url.hpp>
#include <plua/net/socket.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cctype>

namespace plua::net::http {
namespace {

namespace urls = boost::urls;

[[noreturn]] void refuse(std::string_view text) {
  throw failure(errc::bad_url, "url", text.empty() ? "\"\"" : text);
}

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return made;
}

// Decoded, a host may hold anything; these would reach the request, or the name lookup.
bool is_host(std::string_view host, bool is_address) {
  if (!is_address && host.find(':') != host.npos) return false;
  return !host.empty() && std::none_of(host.begin(), host.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte >= 0x7f || std::string_view("/?#@[]\\%<>\"").find(c) != std::string_view::npos;
  });
}

// Boost.URL 1.81 takes what follows an authority for a path, also without a slash: "http://host:x/".
bool has_sound_path(const urls::url_view& u) {
  const std::string_view path(u.encoded_path().data(), u.encoded_path().size());
  return !u.has_authority() || path.empty() || path.front() == '/';
}

std::uint16_t port_of(const urls::url_view& u, bool secure, std::string_view text) {
  const std::string_view digits(u.port().data(), u.port().size());
  if (digits.empty()) return secure ? 443 : 80;
  unsigned number = 0;
  for (const char c : digits) {
    number = number * 10 + static_cast<unsigned>(c - '0');
    if (number > 65535) refuse(text);
  }
  if (number == 0) refuse(text);
  return static_cast<std::uint16_t>(number);
}

url take_apart(const urls::url_view& u, std::string_view text) {
  url made;
  made.scheme = lower({u.scheme().data(), u.scheme().size()});
  if ((made.scheme != "http" && made.scheme != "https") || !u.has_authority()) refuse(text);
  made.has_user = u.has_userinfo();
  made.user = u.user();
  made.password = u.password();
  const bool is_ipv6 = u.host_type() == urls::host_type::ipv6;
  made.host = lower(is_ipv6 ? std::string(u.host_address()) : u.host());
  if (!is_host(made.host, is_ipv6)) refuse(text);
  made.port = port_of(u, made.is_secure(), text);
  made.target.assign(u.encoded_path().data(), u.encoded_path().size());
  if (made.target.empty()) made.target = "/";
  if (u.has_query()) made.target.append("?").append(u.encoded_query().data(), u.encoded_query().size());
  if (u.has_fragment())
    made.fragment.append("#").append(u.encoded_fragment().data(), u.encoded_fragment().size());
  return made;
}

// Boost.URL 1.81 leaves those that would lead above the root (RFC 3986, 5.2.4, drops them).
void drop_leading_dots(std::string& target) {
  while (target.starts_with("/../")) target.erase(0, 3);
  if (target == "/.." || target.starts_with("/..?")) target.erase(1, 2);
}

std::string encode_strays(std::string_view reference) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string made;
  for (const char c : reference) {
    const auto byte = static_cast<unsigned char>(c);
    const bool stray =
        byte <= ' ' || byte >= 0x7f || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos;
    if (stray)
      made.append({'%', digits[byte >> 4], digits[byte & 15]});
    else
      made.push_back(c);
  }
  return made;
}

}  // namespace

std::string url::host_and_port() const { return to_string(address{host, port}); }

std::string url::authority() const {
  const std::string whole = host_and_port();
  return port == (is_secure() ? 443 : 80) ? whole.substr(0, whole.rfind(':')) : whole;
}

std::string url::absolute_form() const { return scheme + "://" + authority() + target; }

bool url::same_origin(const url& other) const noexcept {
  return scheme == other.scheme && host == other.host && port == other.port;
}

url parse_url(std::string_view text) {
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed || !has_sound_path(*parsed)) refuse(text);
  return take_apart(*parsed, text);
}

url resolve_url(const url& base, std::string_view reference) {
  const std::string clean = encode_strays(reference);
  const auto relative = urls::parse_uri_reference(clean);
  if (!relative || !has_sound_path(*relative)) refuse(reference);
  const std::string from = base.absolute_form();
  const auto absolute = urls::parse_uri(from);
  if (!absolute) refuse(from);
  urls::url whole;
  if (!urls::resolve(*absolute, *relative, whole)) refuse(reference);
  url made = take_apart(whole, reference);
  drop_leading_dots(made.target);
  if (made.fragment.empty()) made.fragment = base.fragment;  // RFC 9110, 10.2.2
  return made;
}

}  // namespace plua::net::http
