// SPDX-License-Identifier: MIT
// PLua's HTML for the terminal.
#include <plua/core/bind.hpp>
#include <plua/core/console_markup.hpp>
#include <plua/core/tostring.hpp>

namespace plua {
namespace {

std::string html2console(as_text html) { return console::render(html.text, true); }

std::vector<std::string> get_available_colors() {
  std::vector<std::string> names;
  for (const console::named_colour& c : console::named_colours()) names.emplace_back(c.name);
  return names;
}

std::string test_html_conversion() {
  return console::render(
      "<font color='red'>red</font>, <font color='#00ff00'>#00ff00</font>, "
      "<font color='rgb(128, 128, 255)'>rgb(128, 128, 255)</font><br>"
      "<font color='blue'>blue with <font color='yellow'>yellow</font> inside</font> &lt;&amp;&gt;",
      true);
}

}  // namespace

extern const extension_set html_extensions([] {
  return std::vector{
      define<&html2console>(
          {.name = "html2console",
           .category = "html",
           .summary = "Turns HTML into text for a terminal: <font color='...'> into colours, <br> into line "
                      "ends, &nbsp; &amp; &lt; &gt; &quot; &#39; into their characters. Other tags stay.",
           .params = {{"html",
                       "text; a colour is a name, #rrggbb or rgb(r, g, b), in quotes. Another value is "
                       "taken as tostring shows it"}},
           .returns = "the text with escape sequences for 256 colours",
           .example = "io.write(_PY.html2console(\"<font color='red'>hot</font><br>\"))",
           .standard = "PLua"}),
      define<&get_available_colors>({.name = "get_available_colors",
                                     .category = "html",
                                     .summary = "The names of colours that html2console and print know.",
                                     .returns = "an array",
                                     .example = "print(#_PY.get_available_colors()) --> 237",
                                     .standard = "PLua"}),
      define<&test_html_conversion>({.name = "test_html_conversion",
                                     .category = "html",
                                     .summary = "A sample of what html2console makes.",
                                     .returns = "text with escape sequences",
                                     .example = "io.write(_PY.test_html_conversion(), '\\n')",
                                     .standard = "PLua"}),
  };
});

}  // namespace plua
