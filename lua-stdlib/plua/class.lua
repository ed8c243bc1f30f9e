-- SPDX-License-Identifier: MIT
-- PLua's classes: `class "B"(A)` makes the global B, a class that inherits from A.

-- Metamethods are kept apart from the other members: Lua looks for them in the metatable of an instance only, so each
-- class has one with its own and the inherited ones, kept up to date when a class gets another.
local metamethods = {}
for name in ([[add sub mul div mod pow unm idiv band bor bxor bnot shl shr concat len eq lt le
               call close gc mode name tostring pairs index newindex]]):gmatch("%a+") do
  metamethods["__" .. name] = true
end

---@class plua.class_record what is known of a class
---@field name string
---@field own table<string, any> its metamethods as they were assigned
---@field meta table the metatable of its instances
---@field parent? table
---@field children table<table, boolean> the classes that inherit from it

---@type table<table, plua.class_record>
local records = setmetatable({}, { __mode = "k" })

local function inherited(class, name)
  while class do
    local value = records[class].own[name]
    if value ~= nil then return value end
    class = records[class].parent
  end
end

-- Members come first; what the script made `__index` is asked for those that no class has.
local function index_of(class)
  local other = inherited(class, "__index")
  if other == nil then return class end
  return function(object, key)
    local value = class[key]
    if value ~= nil then return value end
    if type(other) == "function" then return other(object, key) end
    return other[key]
  end
end

local function update(class)
  local record = records[class]
  for name in pairs(metamethods) do record.meta[name] = inherited(class, name) end
  record.meta.__index = index_of(class)
  record.meta.__name = record.meta.__name or record.name
  record.meta.__tostring = record.meta.__tostring or function() return "object " .. record.name end
  for child in pairs(record.children) do update(child) end
end

local function inherit(class, parent)
  if records[parent] == nil then error("bad argument #1 (class expected, got " .. type(parent) .. ")", 3) end
  local above = parent
  while above do
    if above == class then error("class " .. records[class].name .. " would inherit from itself", 3) end
    above = records[above].parent
  end
  local record = records[class]
  if record.parent then records[record.parent].children[class] = nil end
  record.parent = parent
  records[parent].children[class] = true
  update(class)
  return class
end

local class_meta = {}

function class_meta.__index(class, key)
  if metamethods[key] then return inherited(class, key) end
  local parent = records[class].parent
  if parent then return parent[key] end
end

function class_meta.__newindex(class, key, value)
  if not metamethods[key] then return rawset(class, key, value) end
  records[class].own[key] = value
  update(class)
end

function class_meta.__call(class, ...)
  local init = class.__init
  if init == nil then error("No constructor", 2) end
  local object = setmetatable({}, records[class].meta)
  init(object, ...)
  return object
end

function class_meta.__tostring(class) return "class " .. records[class].name end

---Makes a class and stores it in a global of that name; a second class of a name takes the place of the first.
---
---`Name(...)` makes an instance and calls `__init`, the class's own or the nearest inherited one, with it and the
---arguments. Members are looked up in the class and then in its parents, also those that are added later. Metamethods
---(`__add`, `__eq`, `__call`, `__index`...) are inherited like other members; without a `__tostring` an instance shows
---as `object Name`. A class has `__org` (itself) and, as its instances, `__USERDATA` (true).
---
---    local class = require "plua.class"
---    class "Animal"
---    function Animal:__init(name) self.name = name end
---    class "Dog"(Animal)
---    function Dog:__tostring() return "the dog " .. self.name end
---    print(Dog("Rex")) --> the dog Rex
---@param name string
---@param parent? table another class
---@return fun(parent: table): table inherit sets the parent, and returns the class
local function class(name, parent)
  if type(name) ~= "string" then error("bad argument #1 to 'class' (string expected, got " .. type(name) .. ")", 2) end
  local made = { __USERDATA = true }
  made.__org = made
  records[made] = { name = name, own = {}, meta = {}, children = setmetatable({}, { __mode = "k" }) }
  setmetatable(made, class_meta)
  update(made)
  if parent ~= nil then inherit(made, parent) end
  _G[name] = made
  return function(above) return inherit(made, above) end
end

return class
