// SPDX-License-Identifier: MIT
#include <plua/coro/environment.hpp>
#include <plua/coro/files.hpp>

#include <boost/system/system_error.hpp>

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace plua::environment {
namespace {

constexpr int parent_folders = 3;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\f\v";
  const std::size_t first = text.find_first_not_of(space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string_view unquoted(std::string_view text) {
  const bool quoted =
      text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.front() == text.back();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

variables parse(std::string_view text) {
  variables found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trimmed(text.substr(at, end - at));
    at = end + 1;
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == line.npos) continue;
    const std::string_view name = trimmed(line.substr(0, equals));
    if (!name.empty()) found[std::string(name)] = unquoted(trimmed(line.substr(equals + 1)));
  }
  return found;
}

variables from_files() {
  variables found;
  std::error_code gone;
  std::filesystem::path folder = std::filesystem::current_path(gone);
  if (gone) return found;
  for (int level = 0; level <= parent_folders; ++level) {
    try {
      found.merge(parse(files::read((folder / ".env").string())));  // keeps what a nearer one said
    } catch (const boost::system::system_error&) {
      // none there, or none for us
    }
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return found;
}

variables of_process() {
  variables all;
  for (char** entry = ::environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=', 1);
    if (equals != text.npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

std::optional<std::string> get(const std::string& name) {
  const char* found = std::getenv(name.c_str());
  return found ? std::optional<std::string>(found) : std::nullopt;
}

}  // namespace plua::environment
