// SPDX-License-Identifier: MIT
// Options end at the script: what follows belongs to it. Long options may be shortened as far as they stay
// unique and take a value as the next argument or after '='; short ones may be combined.
#include "options.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace plua::cli {
namespace {

using action = options::action;

struct option {
  std::string_view name;
  char letter;        // 0: none
  const char* value;  // how messages call its value; null: it takes none
  void (*set)(options&, const std::string& value);
  const char* missing = nullptr;  // why this program refuses it
};

double seconds(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || !std::isfinite(number) || number <= 0)
    throw usage_error("option '--timeout' needs a positive number of seconds, not '" + text + "'");
  return number;
}

void choose_api(options& o, const std::string& format) {
  if (format != "json" && format != "markdown")
    throw usage_error("option '--api' knows the formats 'json' and 'markdown', not '" + format + "'");
  o.what = action::api;
  o.api_format = format;
}

constexpr const char* later = "is not available yet in this version of plua";
constexpr const char* never = "is not available in this runtime";

const option known[] = {
    {"execute", 'e', "CODE", [](options& o, const std::string& v) { o.fragments.push_back(v); }},
    {"library", 'l', "NAME", [](options& o, const std::string& v) { o.libraries.push_back(v); }},
    {"interactive", 'i', nullptr, [](options& o, const std::string&) { o.interactive = true; }},
    {"debug", 'd', nullptr, [](options& o, const std::string&) { o.debug = true; }},
    {"version", 'v', nullptr, [](options& o, const std::string&) { o.what = action::version; }},
    {"help", 'h', nullptr, [](options& o, const std::string&) { o.what = action::help; }},
    {"task", 0, "TEXT", [](options& o, const std::string& v) { o.task = v; }},
    {"timeout", 0, "SECONDS", [](options& o, const std::string& v) { o.timeout = seconds(v); }},
    {"api", 0, "FORMAT", &choose_api},
    {"debugger", 0, nullptr, nullptr, later},
    {"debugger-host", 0, "HOST", nullptr, later},
    {"debugger-port", 0, "PORT", nullptr, later},
    {"port", 0, "PORT", nullptr, later},
    {"host", 0, "HOST", nullptr, later},
    {"fibaro", 0, nullptr, nullptr, never},
};

const option& find_long(const std::string& name) {
  std::vector<const option*> candidates;
  for (const option& o : known) {
    if (o.name == name) return o;
    if (o.name.starts_with(name)) candidates.push_back(&o);
  }
  if (candidates.empty()) throw usage_error("unknown option '--" + name + "'");
  if (candidates.size() == 1) return *candidates[0];
  std::string text = "option '--" + name + "' may be any of";
  for (const option* o : candidates) text.append(" --").append(o->name);
  throw usage_error(text);
}

const option& find_short(char letter) {
  for (const option& o : known)
    if (o.letter == letter) return o;
  throw usage_error(std::string("unknown option '-") + letter + "'");
}

class parser {
 public:
  explicit parser(options& made) : made_(made) {}

  void run() {
    while (at_ < made_.line.size()) {
      const std::string word = made_.line[at_];
      if (word.size() < 2 || word[0] != '-') break;
      ++at_;
      if (word == "--") break;
      word[1] == '-' ? parse_long(word.substr(2)) : parse_letters(word);
      if (made_.what != action::run) return;
    }
    made_.script_at = at_;
    if (at_ < made_.line.size()) made_.script = made_.line[at_];
  }

 private:
  void parse_long(const std::string& word) {
    const std::size_t equals = word.find('=');
    const option& o = find_long(word.substr(0, equals));
    const std::string shown = "--" + std::string(o.name);
    if (o.missing) throw usage_error("option '" + shown + "' " + o.missing);
    if (equals == std::string::npos) return o.set(made_, o.value ? next(o, shown) : "");
    if (!o.value) throw usage_error("option '" + shown + "' takes no value");
    o.set(made_, word.substr(equals + 1));
  }

  // "-id", "-eprint(1)", "-ie print(1)"
  void parse_letters(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const option& o = find_short(word[i]);
      if (o.value) {
        const bool attached = i + 1 < word.size();
        return o.set(made_, attached ? word.substr(i + 1) : next(o, std::string("-") + o.letter));
      }
      o.set(made_, "");
      if (made_.what != action::run) return;
    }
  }

  std::string next(const option& o, const std::string& shown) {
    if (at_ == made_.line.size()) throw usage_error("option '" + shown + "' needs " + o.value);
    return made_.line[at_++];
  }

  options& made_;
  std::size_t at_ = 1;
};

}  // namespace

std::vector<std::string> options::arguments() const {
  const std::size_t first = std::min(script_at + 1, line.size());
  return {line.begin() + static_cast<std::ptrdiff_t>(first), line.end()};
}

options parse_options(int argc, char** argv) {
  options made;
  made.line.assign(argv, argv + argc);
  parser(made).run();
  return made;
}

}  // namespace plua::cli
