// SPDX-License-Identifier: MIT
// The Lua modules inside the program, seen as files: the module "plua.json" is "plua/json.lua".
#include <plua/core/bind.hpp>
#include <plua/core/modules.hpp>

#include <algorithm>
#include <set>

namespace plua {
namespace {

std::string file_of(std::string_view module) {
  std::string path(module);
  std::replace(path.begin(), path.end(), '.', '/');
  return path + ".lua";
}

// Without what PLua puts in front ("./", "lua/") and without a slash at the end.
std::string_view within(std::string_view path) {
  for (const std::string_view head : {"./", "/", "src/", "lua/"})
    if (path.starts_with(head)) path.remove_prefix(head.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  return path == "." || path == "lua" ? std::string_view() : path;
}

const embedded_module* find(std::string_view path) {
  const std::string_view wanted = within(path);
  for (const embedded_module& m : embedded_modules())
    if (file_of(m.name) == wanted || m.name == wanted) return &m;
  return nullptr;
}

std::tuple<std::optional<std::string>, std::optional<std::string>> read(std::string path) {
  if (const embedded_module* m = find(path)) return {std::string(m->source), std::nullopt};
  return {std::nullopt, "Bundled file '" + path + "' not found"};
}

bool exists(std::string path) { return find(path) != nullptr; }

std::vector<std::string> list(std::optional<std::string> folder) {
  std::string head(within(folder.value_or(std::string())));
  if (!head.empty()) head += '/';
  std::set<std::string> names;
  for (const embedded_module& m : embedded_modules()) {
    const std::string file = file_of(m.name);
    if (!file.starts_with(head)) continue;
    names.insert(file.substr(head.size(), file.find('/', head.size()) - head.size()));
  }
  return {names.begin(), names.end()};
}

std::optional<std::string> path(std::string name) {
  const embedded_module* m = find(name);
  return m ? std::optional("plua:" + std::string(m->name)) : std::nullopt;
}

}  // namespace

extern const extension_set bundled_extensions([] {
  const parameter file{"path", "\"plua/json.lua\", or the name of the module"};
  return std::vector{
      define<&read>({.name = "bundled_file_read",
                     .category = "filesystem",
                     .summary = "The text of a Lua module that is part of the program.",
                     .params = {file},
                     .returns = "the text; nil and a message when there is no such module",
                     .example = "print(#_PY.bundled_file_read('plua/json.lua'))",
                     .standard = "PLua"}),
      define<&exists>({.name = "bundled_file_exists",
                       .category = "filesystem",
                       .summary = "Whether a Lua module is part of the program.",
                       .params = {file},
                       .returns = "the answer",
                       .example = "print(_PY.bundled_file_exists('json.lua')) --> true",
                       .standard = "PLua"}),
      define<&list>({.name = "bundled_file_list",
                     .category = "filesystem",
                     .summary = "The Lua modules that are part of the program, as files of a folder.",
                     .params = {{"folder", "\"plua\"; the topmost one unless given"}},
                     .returns = "an array of the names of its files and folders, sorted",
                     .example = "print(table.concat(_PY.bundled_file_list('plua'), ' '))",
                     .standard = "PLua"}),
      define<&path>({.name = "bundled_file_path",
                     .category = "filesystem",
                     .summary = "How messages and tracebacks call a Lua module that is part of the program.",
                     .params = {file},
                     .returns = "\"plua:NAME\", or nil when there is no such module",
                     .example = "print(_PY.bundled_file_path('plua/json.lua')) --> plua:plua.json",
                     .standard = "PLua"}),
  };
});

}  // namespace plua
