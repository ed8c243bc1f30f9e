// SPDX-License-Identifier: MIT
// PLua's input, in _PY and as a global.
#include <plua/coro/bind_async.hpp>
#include <plua/coro/line_input.hpp>

namespace plua {
namespace {

line_operation input(line_input& in, std::optional<std::string> prompt) {
  return {in, prompt.value_or(std::string())};
}

}  // namespace

extern const extension_set input_extensions([] {
  const description about{
      .name = "input_lua",
      .category = "io",
      .summary =
          "Shows a prompt and reads a line of stdin; everything else runs on meanwhile. Where the "
          "caller cannot be suspended, everything stands still. Tasks get lines in the order in "
          "which they ask. What io.read has taken ahead comes first.",
      .params = {{"prompt", "text before the input; none unless given"}},
      .returns = "the line without its end",
      .errors = "\"EOF when reading a line\" at the end of the input",
      .example = "print('Hello ' .. input('Your name? '))",
      .standard = "PLua"};
  description as_global = about;
  as_global.name = "input";
  as_global.module = "_G";
  return std::vector{define<&input>(about), define<&input>(as_global)};
});

}  // namespace plua
