// SPDX-License-Identifier: MIT
// Whole files and folders by path, byte for byte. All of it blocks; offload.hpp takes it off the loop.
#pragma once

#include <plua/core/error.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace plua::files {

/// These throw boost::system::system_error.
std::string read(const std::string& path);
/// Makes the file or overwrites it.
void write(const std::string& path, const std::string& data);
/// The names in a folder, sorted by their bytes, without "." and "..".
std::vector<std::string> list(const std::string& folder);
/// With its parents; one that is there already is fine.
void create_directory(const std::string& path);
/// A folder of that name below the system's folder for temporary files, as its full path.
std::string create_temp_directory(const std::string& name);
std::int64_t size(const std::string& path);

bool exists(const std::string& path) noexcept;

}  // namespace plua::files
