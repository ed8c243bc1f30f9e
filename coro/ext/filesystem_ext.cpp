// SPDX-License-Identifier: MIT
// PLua's files. Every function waits for a thread that does the work; where the caller cannot be suspended it
// blocks, as the functions of Lua's io do.
#include <plua/core/tostring.hpp>
#include <plua/coro/bind_async.hpp>
#include <plua/coro/files.hpp>
#include <plua/coro/offload.hpp>

namespace plua {
namespace {

using std::optional;
using std::string;

const work_kind file_work("file");

template <class T>
using reply = std::tuple<T, optional<string>>;
using text_reply = reply<optional<string>>;
using names_reply = reply<optional<std::vector<string>>>;
using size_reply = reply<optional<std::int64_t>>;
using status_reply = reply<bool>;

// Runs `work` in a thread; a failure becomes `otherwise` and "TROUBLE 'NAME': why".
template <class Reply, class Work>
offload_operation<Reply> run(offload& threads, string trouble, string name, Work work) {
  string what = "the file work on '" + name + "'";
  auto call = [trouble = std::move(trouble), name = std::move(name), work = std::move(work)]() -> Reply {
    try {
      return Reply(work(name), std::nullopt);
    } catch (const boost::system::system_error& e) {
      return Reply(std::tuple_element_t<0, Reply>(), trouble + " '" + name + "': " + e.code().message());
    }
  };
  return {threads, file_work, std::move(what), std::move(call)};
}

auto read_file(offload& threads, string path) {
  return run<text_reply>(threads, "Error reading file", std::move(path), &files::read);
}

auto write_file(offload& threads, string path, as_text data) {
  return run<status_reply>(threads, "Error writing file", std::move(path),
                           [text = std::move(data.text)](const string& p) {
                             files::write(p, text);
                             return true;
                           });
}

offload_operation<bool> file_exists(offload& threads, string path) {
  string what = "the file work on '" + path + "'";
  return {threads, file_work, std::move(what), [path = std::move(path)] { return files::exists(path); }};
}

auto get_file_size(offload& threads, string path) {
  return run<size_reply>(threads, "Error reading the size of file", std::move(path), &files::size);
}

auto list_files(offload& threads, optional<string> folder) {
  return run<names_reply>(threads, "Error listing directory", folder.value_or("."), &files::list);
}

auto create_directory(offload& threads, string path) {
  return run<status_reply>(threads, "Error creating directory", std::move(path), [](const string& p) {
    files::create_directory(p);
    return true;
  });
}

auto create_temp_directory(offload& threads, string name) {
  return run<text_reply>(threads, "Error creating temporary directory", std::move(name),
                         &files::create_temp_directory);
}

}  // namespace

extern const extension_set filesystem_extensions([] {
  const parameter path{"path", "absolute, or relative to the current directory"};
  return std::vector{
      define<&read_file>({.name = "read_file",
                          .category = "io",
                          .summary = "Reads a whole file, byte for byte.",
                          .params = {path},
                          .returns = "the bytes; nil and \"Error reading file 'PATH': ...\"",
                          .example = "local text, err = _PY.read_file('notes.txt')",
                          .standard = "PLua"}),
      define<&write_file>(
          {.name = "write_file",
           .category = "io",
           .summary = "Makes a file, or overwrites it, byte for byte.",
           .params = {path, {"value", "what it shall hold; other types than strings as tostring shows them"}},
           .returns = "true; false and \"Error writing file 'PATH': ...\"",
           .example = "assert(_PY.write_file('notes.txt', 'two\\nlines\\n'))",
           .standard = "PLua"}),
      define<&file_exists>({.name = "file_exists",
                            .category = "filesystem",
                            .summary = "Whether a path names a file or a directory.",
                            .params = {path},
                            .returns = "the answer",
                            .example = "if _PY.file_exists('notes.txt') then print('there') end",
                            .standard = "PLua"}),
      define<&get_file_size>(
          {.name = "get_file_size",
           .category = "filesystem",
           .summary = "The size of a file.",
           .params = {path},
           .returns = "the count of bytes; nil and \"Error reading the size of file 'PATH': ...\"",
           .example = "print(_PY.get_file_size('notes.txt'))",
           .standard = "PLua"}),
      define<&list_files>(
          {.name = "list_files",
           .category = "filesystem",
           .summary = "The names of the files and directories in a directory, sorted by their bytes.",
           .params = {{"dir", "the current directory unless given"}},
           .returns = "an array without . and ..; nil and \"Error listing directory 'DIR': ...\"",
           .example = "for _, name in ipairs(_PY.list_files('.')) do print(name) end",
           .standard = "PLua"}),
      define<&create_directory>(
          {.name = "create_directory",
           .category = "filesystem",
           .summary = "Makes a directory and the parents that it lacks; one that is there already is fine.",
           .params = {path},
           .returns = "true; false and \"Error creating directory 'PATH': ...\"",
           .example = "assert(_PY.create_directory('logs/today'))",
           .standard = "PLua"}),
      define<&create_temp_directory>(
          {.name = "create_temp_directory",
           .category = "filesystem",
           .summary = "Makes a directory below the system's directory for temporary files; one that is there "
                      "already is used again.",
           .params = {{"name", "relative, without \"..\""}},
           .returns = "the full path; nil and \"Error creating temporary directory 'NAME': ...\"",
           .example = "local folder = assert(_PY.create_temp_directory('my-script'))",
           .standard = "PLua"}),
  };
});

}  // namespace plua
