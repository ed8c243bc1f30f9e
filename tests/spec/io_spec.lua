-- SPDX-License-Identifier: MIT
-- PLua's files: byte-exact, told by results, and also where a task cannot be suspended.
local task = require "task"
local test = require "test"

local folder = assert(_PY.create_temp_directory("plua-io-spec-" .. math.random(1 << 40)))
local function at(name) return folder .. "/" .. name end
_G.io_spec_folder = setmetatable({}, { __gc = function() os.execute("rm -rf '" .. folder .. "'") end })

local every_byte = {}
for i = 0, 255 do every_byte[#every_byte + 1] = string.char(i) end
every_byte = table.concat(every_byte) .. "\r\n\xff\xfe\r"

test.styles("what is written is read again, byte for byte", function(t, call)
  t.equal(call(_PY.write_file, at "bytes", every_byte), true)
  t.equal(call(_PY.read_file, at "bytes"), every_byte)
  t.equal(call(_PY.get_file_size, at "bytes"), #every_byte)
  t.equal(io.open(at "bytes", "rb"):read("a"), every_byte)
end)

test.case("writing overwrites, also with less", function(t)
  t.equal(_PY.write_file(at "again", ("x"):rep(100000)), true)
  t.equal(#_PY.read_file(at "again"), 100000)
  t.equal(_PY.write_file(at "again", ""), true)
  t.equal(_PY.read_file(at "again"), "")
  t.equal(_PY.get_file_size(at "again"), 0)
end)

test.case("other values are written as tostring shows them", function(t)
  local shown = setmetatable({}, { __tostring = function() return "an object" end })
  for _, value in ipairs { 42, 1.5, true, false, shown } do
    t.equal(_PY.write_file(at "value", value), true)
    t.equal(_PY.read_file(at "value"), tostring(value))
  end
  t.equal(_PY.write_file(at "value", nil), true)
  t.equal(_PY.read_file(at "value"), "nil")
  local failing = setmetatable({}, { __tostring = function() error("no text", 0) end })
  t.error(_PY.write_file, "bad argument #2 to 'write_file' %(it has no text: no text%)", at "value", failing)
  t.equal(_PY.read_file(at "value"), "nil")
end)

test.styles("failures are results with the system's reason", function(t, call)
  local none = at "none/file"
  local value, err = call(_PY.read_file, none)
  t.equal(value, nil)
  t.equal(err, "Error reading file '" .. none .. "': No such file or directory")
  value, err = call(_PY.write_file, none, "x")
  t.equal(value, false)
  t.equal(err, "Error writing file '" .. none .. "': No such file or directory")
  value, err = call(_PY.list_files, none)
  t.equal(value, nil)
  t.equal(err, "Error listing directory '" .. none .. "': No such file or directory")
  value, err = call(_PY.get_file_size, none)
  t.equal(value, nil)
  t.match(err, "No such file or directory")
  _PY.write_file(at "plain", "")
  value, err = call(_PY.create_directory, at "plain")
  t.equal(value, false)
  t.match(err, "^Error creating directory '.*/plain': ")
  value, err = call(_PY.create_directory, at "plain/below")
  t.equal(value, false)
  t.match(err, "Not a directory$")
  value, err = call(_PY.create_temp_directory, "../outside")
  t.equal(value, nil)
  t.equal(err, "Error creating temporary directory '../outside': Invalid argument")
  value, err = call(_PY.read_file, folder)
  t.equal(value, nil)
  t.match(err, "Is a directory$")
end)

test.case("a path with a zero byte is no other file's", function(t)
  _PY.write_file(at "zero", "secret")
  local value, err = _PY.read_file(at "zero" .. "\0.txt")
  t.equal(value, nil)
  t.match(err, "Invalid argument$")
  t.equal(_PY.file_exists(at "zero" .. "\0"), false)
end)

test.styles("file_exists knows files and directories", function(t, call)
  _PY.write_file(at "there", "")
  t.equal(call(_PY.file_exists, at "there"), true)
  t.equal(call(_PY.file_exists, folder), true)
  t.equal(call(_PY.file_exists, at "not-there"), false)
  t.equal(call(_PY.file_exists, ""), false)
end)

test.styles("directories: made with parents, listed by name", function(t, call)
  t.equal(call(_PY.create_directory, at "a/b/c"), true)
  t.equal(call(_PY.create_directory, at "a/b/c"), true)
  t.equal(call(_PY.create_directory, at "a/b/d/"), true)
  for _, name in ipairs { "z", "B", "a10", ".hidden", "a9", "ä" } do _PY.write_file(at("a/b/" .. name), "") end
  t.same(call(_PY.list_files, at "a/b"), { ".hidden", "B", "a10", "a9", "c", "d", "z", "ä" })
  t.same(call(_PY.list_files, at "a/b/c"), {})
end)

test.case("list_files lists the current directory unless told", function(t)
  t.same(_PY.list_files(), _PY.list_files("."))
  t.same(_PY.list_files(nil), _PY.list_files("."))
end)

test.case("a temporary directory is used again", function(t)
  local name = folder:match("[^/]+$")
  t.equal(_PY.create_temp_directory(name), folder)
  t.match(folder, "^/")
  local _, err = _PY.create_temp_directory("/elsewhere")
  t.match(err, "Invalid argument$")
end)

test.case("misuse is raised", function(t)
  t.error(_PY.read_file, "bad argument #1 to 'read_file' %(string expected, got no value%)")
  t.error(_PY.read_file, "string expected, got table", {})
  t.error(_PY.write_file, "bad argument #2 to 'write_file' %(value expected%)", at "x")
  t.error(_PY.file_exists, "string expected, got nil", nil)
  t.error(_PY.list_files, "string expected, got boolean", true)
end)

test.case("others run while a file is read that is slow to come", function(t)
  os.execute("mkfifo '" .. at "pipe" .. "'")
  local turns = 0
  local reader = task.spawn(_PY.read_file, at "pipe")
  while turns < 5 do
    task.sleep(0.001)
    turns = turns + 1
  end
  t.equal(reader.status, "waiting")
  t.equal(_PY.active_operations().file, 1)
  t.equal(_PY.write_file(at "pipe", "through the pipe"), true)
  t.equal(reader:join(), "through the pipe")
end)

test.case("a cancelled read lets go of its file", function(t)
  local reader = task.spawn(_PY.read_file, at "pipe")
  task.sleep(0.005)
  reader:cancel()
  local result, err = reader:join()
  t.equal(result, nil)
  t.equal(err.code, "cancelled")
  t.equal(_PY.active_operations().file, nil)
  t.equal(_PY.write_file(at "pipe", "for nobody"), true) -- and the thread ends
end)

test.case("many at once all come back", function(t)
  local writers = {}
  for i = 1, 60 do
    writers[i] = task.spawn(function()
      assert(_PY.write_file(at("many" .. i), ("line %d\n"):format(i):rep(i)))
      return _PY.read_file(at("many" .. i))
    end)
  end
  for i, w in ipairs(writers) do t.equal(w:join(), ("line %d\n"):format(i):rep(i)) end
end)

-- ---------------------------------------------------------------- where a task cannot be suspended

test.case("a replacement of gsub may read files", function(t)
  _PY.write_file(at "part1", "one")
  _PY.write_file(at "part2", "two")
  t.equal((("<part1>,<part2>"):gsub("<(%w+)>", function(name) return _PY.read_file(at(name)) end)), "one,two")
end)

test.case("a comparison of table.sort may ask for sizes", function(t)
  local names = {}
  for i, size in ipairs { 30, 10, 20 } do
    names[i] = at("size" .. size)
    _PY.write_file(names[i], ("x"):rep(size))
  end
  table.sort(names, function(a, b) return _PY.get_file_size(a) < _PY.get_file_size(b) end)
  t.same(names, { at "size10", at "size20", at "size30" })
end)

test.case("failures and misuse are the same there", function(t)
  local results
  string.gsub("x", "x", function() results = table.pack(_PY.read_file(at "none")) end)
  t.equal(results[1], nil)
  t.match(results[2], "^Error reading file ")
  string.gsub("x", "x", function() t.error(_PY.read_file, "string expected", {}) end)
end)

test.case("a finalizer may write a file", function(t)
  do
    setmetatable({}, { __gc = function() _PY.write_file(at "last words", "collected") end })
  end
  collectgarbage()
  collectgarbage()
  t.equal(_PY.read_file(at "last words"), "collected")
end)
