// SPDX-License-Identifier: MIT
#include <plua/web/router.hpp>

#include <algorithm>

namespace plua::web {
namespace {

template <class Text>
std::vector<Text> split(std::string_view path) {
  std::vector<Text> parts;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    parts.emplace_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return parts;
}

}  // namespace

void router::add(std::string method, std::string_view pattern, function handler) {
  if (!pattern.starts_with('/')) throw arg_error("a path that begins with '/' expected");
  route made{std::move(method), std::string(pattern), split<std::string>(pattern), true, std::move(handler)};
  for (std::size_t i = 0; i < made.segments.size(); ++i) {
    const std::string& s = made.segments[i];
    made.plain = made.plain && !s.starts_with(':') && !s.starts_with('*');
    if (s == ":") throw arg_error("a parameter of the path has no name");
    if (s.starts_with('*') && i + 1 < made.segments.size())
      throw arg_error("'*' may only begin the last part of a path");
  }
  remove(made.method, made.pattern);
  routes_.push_back(std::move(made));
  index();
}

bool router::remove(std::string_view method, std::string_view pattern) {
  const auto same = [&](const route& r) { return r.method == method && r.pattern == pattern; };
  const bool removed = std::erase_if(routes_, same) > 0;
  if (removed) index();
  return removed;
}

void router::index() {
  plain_.clear();
  for (std::size_t i = 0; i < routes_.size(); ++i)
    if (routes_[i].plain) plain_[routes_[i].pattern].push_back(i);
}

bool router::accepts(const route& r, std::string_view method) noexcept {
  return r.method == method || r.method == "*" || (method == "HEAD" && r.method == "GET");
}

// Takes the route, or notes its method for 405.
void router::note(const route& r, std::string_view method, match& found) const {
  if (accepts(r, method)) {
    found.handler = &r.handler;
    return;
  }
  if (!found.allowed.empty()) found.allowed += ", ";
  found.allowed += r.method;
  if (r.method == "GET") found.allowed += ", HEAD";
}

bool router::fits(const route& r, const std::vector<std::string_view>& segments,
                  request::parameters& params) {
  params.clear();
  for (std::size_t i = 0; i < r.segments.size(); ++i) {
    const std::string& s = r.segments[i];
    if (s.starts_with('*')) {
      std::string rest;
      for (std::size_t k = i; k < segments.size(); ++k) {
        if (k > i) rest += '/';
        rest += percent_decode(segments[k], false);
      }
      params.emplace_back(s.size() > 1 ? s.substr(1) : "*", std::move(rest));
      return true;
    }
    if (i >= segments.size()) return false;
    if (s.starts_with(':')) {
      if (segments[i].empty()) return false;
      params.emplace_back(s.substr(1), percent_decode(segments[i], false));
    } else if (s != segments[i] && s != percent_decode(segments[i], false)) {
      return false;
    }
  }
  return segments.size() == r.segments.size();
}

router::match router::find(std::string_view method, std::string_view raw_path) const {
  match found;
  if (const auto plain = plain_.find(raw_path); plain != plain_.end())
    for (const std::size_t i : plain->second)
      if (note(routes_[i], method, found); found.handler) return found;
  const bool escaped = raw_path.find('%') != raw_path.npos;
  if (plain_.size() == routes_.size() && !escaped) return found;
  const auto segments = split<std::string_view>(raw_path);
  for (const route& r : routes_) {
    if ((r.plain && !escaped) || !fits(r, segments, found.params)) continue;
    if (note(r, method, found); found.handler) return found;
  }
  found.params.clear();
  return found;
}

}  // namespace plua::web
