// SPDX-License-Identifier: MIT
// print: Lua's own, and colours.
#include <plua/core/bind.hpp>
#include <plua/core/console_markup.hpp>
#include <plua/core/tostring.hpp>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace plua {
namespace {

/// Whether all went well; else the error to raise is on top.
struct printed {
  bool good;
};

}  // namespace

template <>
struct results<printed> {
  static std::string names() { return ""; }
  static int push(lua_State*, printed p) { return p.good ? 0 : raise; }
};

namespace {

// Asked once.
bool shows_colours() {
  static const bool answer = [] {
    const char* refused = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) == 1 && (!refused || !*refused);
  }();
  return answer;
}

void write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// When a __tostring fails nothing is written, and its error is raised as it is.
printed print(lua_State* L, arguments values) {
  std::string line;
  for (int i = 1, last = values.count(); i <= last; ++i) {
    if (i > 1) line += '\t';
    if (!lua_checkstack(L, 4)) throw std::length_error("too many values to print");
    if (!push_tostring(L, i)) return {false};
    std::size_t size = 0;
    const char* text = lua_tolstring(L, -1, &size);
    line.append(text, size);
    lua_pop(L, 1);
  }
  if (console::has_markup(line)) line = console::render(line, shows_colours());
  line += '\n';
  write(line);
  std::fflush(stdout);
  return {true};
}

}  // namespace

extern const extension_set print_extensions([] {
  return std::vector{
      define<&print>(
          {.name = "print",
           .module = "_G",
           .category = "io",
           .summary =
               "Writes its arguments as one line with TABs between, as in stock Lua. A line that has a "
               "<font color='...'> tag is shown as html2console does; where stdout is no terminal, or "
               "NO_COLOR is set, it loses its tags instead.",
           .params = {{"...", "any values, shown as tostring does"}},
           .example = "print('the answer is', \"<font color='green'>42</font>\")",
           .standard = "Lua, PLua"}),
  };
});

}  // namespace plua
