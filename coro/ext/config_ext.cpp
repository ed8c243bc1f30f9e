// SPDX-License-Identifier: MIT
// PLua's environment variables, with `.env` files behind those of the process.
#include <plua/core/tostring.hpp>
#include <plua/coro/bind_async.hpp>
#include <plua/coro/environment.hpp>

#include <cerrno>
#include <cstdlib>

namespace plua {
namespace {

/// What the `.env` files said when they were first asked for.
class env_files final : public service {
 public:
  explicit env_files(runtime&) : variables_(environment::from_files()) {}
  void shut_down() noexcept override {}
  const environment::variables& variables() const noexcept { return variables_; }

 private:
  environment::variables variables_;
};

/// The name of a variable that can be set.
struct variable_name {
  std::string text;
};

/// The default is argument 2, returned as it is.
struct default_value {};

}  // namespace

template <>
struct value<variable_name> {
  static std::string name() { return "string"; }
  static variable_name get(lua_State* L, int index) {
    std::string text = value<std::string>::get(L, index);
    if (text.empty() || text.find_first_of(std::string_view("=\0", 2)) != text.npos)
      throw arg_error("the name of a variable expected");
    return {std::move(text)};
  }
};

template <>
struct value<default_value> {
  static std::string name() { return "any"; }
  static default_value get(lua_State*, int) { return {}; }
};

namespace {

pushed get_env_var(lua_State* L, env_files& files, std::string name, default_value) {
  std::optional<std::string> found = environment::get(name);
  if (const auto at = files.variables().find(name); !found && at != files.variables().end())
    found = at->second;
  lua_settop(L, 2);
  if (found) value<std::string>::push(L, *found);
  return {1};
}

bool set_env_var(lua_State* L, variable_name name, as_text text) {
  if (text.text.find('\0') != std::string::npos) throw arg_error(2, "a text without zero bytes expected");
  const int failed =
      lua_isnil(L, 2) ? ::unsetenv(name.text.c_str()) : ::setenv(name.text.c_str(), text.text.c_str(), 1);
  if (failed) throw failure(error_code(errno, boost::system::system_category()), "setenv", name.text);
  return true;
}

environment::variables get_all_env_vars(env_files& files) {
  environment::variables all = environment::of_process();
  environment::variables rest = files.variables();
  all.merge(rest);
  return all;
}

}  // namespace

extern const extension_set config_extensions([] {
  return std::vector{
      define<&get_env_var>(
          {.name = "get_env_var",
           .category = "config",
           .summary = "An environment variable of the process or, when it has none, of the .env files: lines "
                      "NAME=value, with # in front of comments and quotes taken off. They are read once, in "
                      "the current directory and its next three parents; the nearest counts.",
           .params = {{"name", "the variable"}, {"default", "returned when there is none; nil unless given"}},
           .returns = "its value as a string, or the default",
           .example = "local port = tonumber(_PY.get_env_var('PORT', 8080))",
           .standard = "PLua"}),
      define<&set_env_var>(
          {.name = "set_env_var",
           .category = "config",
           .summary = "Sets an environment variable of the process, for os.getenv and for programs that it "
                      "starts.",
           .params = {{"name", "the variable"},
                      {"value", "a string, or what tostring makes of it; nil takes the variable away"}},
           .returns = "true",
           .example = "_PY.set_env_var('LANG', 'C')",
           .standard = "PLua"}),
      define<&get_all_env_vars>(
          {.name = "get_all_env_vars",
           .category = "config",
           .summary = "All environment variables, those of the .env files included.",
           .returns = "a table from name to value",
           .example = "for name, value in pairs(_PY.get_all_env_vars()) do print(name, value) end",
           .standard = "PLua"}),
  };
});

}  // namespace plua
