// SPDX-License-Identifier: MIT
#include <plua/coro/files.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace plua::files {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(int number) {
  throw boost::system::system_error(error_code(number, boost::system::system_category()));
}

// A name with a zero byte would be another file's.
void check_path(const std::string& path) {
  if (path.find('\0') != path.npos) fail(EINVAL);
}

void check(const std::error_code& ec) {
  if (ec) fail(ec.value());
}

class open_file {
 public:
  open_file(const std::string& path, int flags) {
    check_path(path);
    constexpr mode_t usual = 0666;
    do {
      descriptor_ = ::open(path.c_str(), flags | O_CLOEXEC, usual);
    } while (descriptor_ < 0 && errno == EINTR);
    if (descriptor_ < 0) fail(errno);
  }
  ~open_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;

  int get() const noexcept { return descriptor_; }
  // Some file systems tell of a failed write only here.
  void close() {
    if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) fail(errno);
  }

 private:
  int descriptor_;
};

}  // namespace

std::string read(const std::string& path) {
  const open_file file(path, O_RDONLY);
  struct stat about {};
  std::size_t expected = 0;
  if (::fstat(file.get(), &about) == 0 && S_ISREG(about.st_mode))
    expected = static_cast<std::size_t>(about.st_size);
  // One byte more finds the end without growing; what tells no size (/proc, a pipe) grows.
  std::string text(expected + 1, '\0');
  std::size_t filled = 0;
  for (;;) {
    if (filled == text.size()) text.resize(std::max<std::size_t>(text.size() * 2, 16384));
    const ssize_t n = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(errno);
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
  }
  text.resize(filled);
  return text;
}

void write(const std::string& path, const std::string& data) {
  open_file file(path, O_WRONLY | O_CREAT | O_TRUNC);
  for (std::size_t at = 0; at < data.size();) {
    const ssize_t n = ::write(file.get(), data.data() + at, data.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(errno);
    at += static_cast<std::size_t>(n);
  }
  file.close();
}

std::vector<std::string> list(const std::string& folder) {
  check_path(folder);
  std::vector<std::string> names;
  std::error_code ec;
  fs::directory_iterator entries(folder, ec);
  check(ec);
  for (; entries != fs::directory_iterator(); entries.increment(ec), check(ec))
    names.push_back(entries->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

void create_directory(const std::string& path) {
  check_path(path);
  std::error_code ec;
  // A slash at the end would name a nameless folder below.
  fs::path wanted(path);
  if (!wanted.has_filename()) wanted = wanted.parent_path();
  if (wanted.empty()) fail(ENOENT);
  fs::create_directories(wanted, ec);
  check(ec);
  if (!fs::is_directory(wanted, ec)) fail(EEXIST);
}

std::string create_temp_directory(const std::string& name) {
  std::error_code ec;
  const fs::path base = fs::temp_directory_path(ec);
  check(ec);
  const fs::path relative(name);
  // The name stays below: neither a path of its own nor a way out.
  if (relative.is_absolute() || std::find(relative.begin(), relative.end(), "..") != relative.end())
    fail(EINVAL);
  const std::string whole = (base / relative).string();
  create_directory(whole);
  return whole;
}

std::int64_t size(const std::string& path) {
  check_path(path);
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) fail(errno);
  return about.st_size;
}

bool exists(const std::string& path) noexcept {
  struct stat about {};
  return path.find('\0') == path.npos && ::stat(path.c_str(), &about) == 0;
}

}  // namespace plua::files
