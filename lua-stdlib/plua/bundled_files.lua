-- SPDX-License-Identifier: MIT
---The files that are part of the program: its Lua modules. What is not among them is looked for in the file system,
---relative to the current directory.
---@class plua.bundled_files
local bundled_files = {}

local lua_path <const> = "lua"
local demos_path <const> = "demos"
local examples_path <const> = "examples"

local function inside(folder, name) return folder .. "/" .. name:gsub("^/+", "") end

---Where the files lie: names of files begin here.
---@return string
function bundled_files.get_base_path() return "." end

---The same.
---@return string
function bundled_files.get_corrected_base_path() return bundled_files.get_base_path() end

---The folder of the Lua modules.
---@return string
function bundled_files.get_lua_path() return lua_path end

---The folder where `load_demo` looks.
---@return string
function bundled_files.get_demos_path() return demos_path end

---The folder where `load_example` looks.
---@return string
function bundled_files.get_examples_path() return examples_path end

---Whether there is such a file.
---@param path string "lua/plua/json.lua", or without "lua/"
---@return boolean
function bundled_files.exists(path) return _PY.bundled_file_exists(path) or _PY.file_exists(path) end

---Reads a file; waits when it has to come from the file system.
---
---    print(bundled_files.read("lua/plua/json.lua"))
---@param path string
---@return string? text
---@return string? message
function bundled_files.read(path)
  local text = _PY.bundled_file_read(path)
  if text then return text end
  return _PY.read_file(path)
end

---The names in a folder, sorted.
---@param folder? string the folder of the Lua modules unless given
---@return string[]? names
---@return string? message
function bundled_files.list_dir(folder)
  local names = _PY.bundled_file_list(folder)
  if #names > 0 then return names end
  return _PY.list_files(folder)
end

local function load_from(folder, name)
  if not name:find("%.lua$") then name = name .. ".lua" end
  return bundled_files.read(inside(folder, name))
end

---The text of a demo.
---@param name string with or without ".lua"
---@return string? text
---@return string? message
function bundled_files.load_demo(name) return load_from(demos_path, name) end

---The text of an example.
---@param name string with or without ".lua"
---@return string? text
---@return string? message
function bundled_files.load_example(name) return load_from(examples_path, name) end

return bundled_files
