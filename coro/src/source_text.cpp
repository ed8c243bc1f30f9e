// SPDX-License-Identifier: MIT
#include <plua/core/error.hpp>
#include <plua/coro/source_text.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace plua {

std::string read_source(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  const auto fail = [&] {
    return failure(error_code(errno, boost::system::system_category()), "open", path);
  };
  if (!file) throw fail();
  std::string text;
  char block[16384];
  while (const std::size_t n = std::fread(block, 1, sizeof(block), file)) text.append(block, n);
  const bool bad = std::ferror(file) != 0;
  const failure error = fail();
  std::fclose(file);
  if (bad) throw error;
  return text;
}

std::string_view without_head(std::string_view text) noexcept {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.starts_with('#')) text.remove_prefix(std::min(text.find('\n'), text.size()));
  return text;
}

}  // namespace plua
