-- SPDX-License-Identifier: MIT
-- plua.class: classes as PLua's scripts write them.
local class = require "plua.class"
local test = require "test"
local link = dofile(arg[0]:match("^(.*/)") .. "support/link.lua")

-- Each case makes its classes anew; they are globals.
local function define(name, parent)
  local inherit = class(name)
  if parent then inherit(parent) end
  return _G[name]
end

test.case("a class is a global and makes instances", function(t)
  class "Point"
  function Point:__init(x, y) self.x, self.y = x, y end
  function Point:sum() return self.x + self.y end

  local p = Point(1, 2)

  t.same({ p.x, p.y, p:sum() }, { 1, 2, 3 })
  t.equal(tostring(Point), "class Point")
  t.equal(tostring(p), "object Point")
end)

test.case("class gives a function that sets the parent", function(t)
  define "Base"
  function Base:hello() return "hello" end
  local inherit = class "Derived"
  t.equal(type(inherit), "function")
  t.equal(inherit(Base), Derived)
  function Derived:__init() end

  t.equal(Derived():hello(), "hello")
end)

test.case("a second argument is the parent", function(t)
  define "Base"
  function Base:__init() self.made = true end
  class("Derived", Base)
  t.equal(Derived().made, true)
end)

test.case("__init is inherited, and may call the parent's", function(t)
  define "A"
  function A:__init(name) self.name = name end
  define("B", A)
  t.equal(B("inherited").name, "inherited")
  define("C", B)
  function C:__init(name)
    B.__init(self, name .. " and more")
    self.own = true
  end
  t.same({ C("x").name, C("x").own }, { "x and more", true })
end)

test.case("without any __init there is no constructor", function(t)
  define "Bare"
  local err = t.error(function() local _ = Bare() end, "No constructor")
  t.match(err, "class_spec.lua:%d+: No constructor$")
end)

test.case("members that are added later, and to parents, are found", function(t)
  define "A"
  function A:__init() end
  define("B", A)
  local b = B()
  function A:late() return "from A" end
  t.equal(b:late(), "from A")
  function B:late() return "from B" end
  t.equal(b:late(), "from B")
  A.constant = 7
  t.equal(B.constant, 7)
end)

test.case("metamethods work on instances and are inherited", function(t)
  define "V"
  function V:__init(n) self.n = n end
  function V.__add(a, b) return V(a.n + b.n) end
  function V.__eq(a, b) return a.n == b.n end
  function V.__lt(a, b) return a.n < b.n end
  function V.__le(a, b) return a.n <= b.n end
  function V:__len() return self.n end
  function V:__call(x) return self.n * x end
  function V.__concat(a, b) return tostring(a) .. tostring(b) end
  function V:__tostring() return "V" .. self.n end
  define("W", V)

  for _, make in ipairs { V, W } do
    local a, b = make(1), make(2)
    t.equal((a + b).n, 3)
    t.equal(a == make(1), true)
    t.equal(a < b, true)
    t.equal(a <= b, true)
    t.equal(#b, 2)
    t.equal(b(10), 20)
    t.equal(a .. b, "V1V2")
  end
  t.equal(tostring(W), "class W")
end)

test.case("a metamethod that a parent gets later, or another one, holds", function(t)
  define "A"
  function A:__init() end
  define("B", A)
  define("C", B)
  local c = C()
  function A:__tostring() return "from A" end
  t.equal(tostring(c), "from A")
  function B:__tostring() return "from B" end
  t.equal(tostring(c), "from B")
  B.__tostring = function() return "again" end
  t.equal(tostring(c), "again")
  B.__tostring = nil
  t.equal(tostring(c), "from A")
  t.equal(C.__tostring, A.__tostring)
end)

test.case("a parent's metamethods are there when it is set after them", function(t)
  define "A"
  function A:__init() end
  function A:__tostring() return "A's" end
  local inherit = class "Later"
  Later.__len = function() return 5 end
  inherit(A)
  t.equal(tostring(Later()), "A's")
  t.equal(#Later(), 5)
end)

test.case("__index is asked for what no class has", function(t)
  define "A"
  function A:__init() end
  function A:known() return "method" end
  function A:__index(key) return "made " .. key end
  define("B", A)
  t.same({ B():known(), B().other }, { "method", "made other" })
  A.__index = { other = "from a table" }
  t.same({ B():known(), B().other, B().none }, { "method", "from a table", nil })
end)

test.case("__newindex, __close and __gc are called", function(t)
  define "A"
  local log = {}
  function A:__init() rawset(self, "there", 1) end
  function A:__newindex(key, value) rawset(self, key, value * 2) end
  function A:__close() log[#log + 1] = "closed" end
  function A:__gc() log[#log + 1] = "collected" end
  do
    local a <close> = A()
    a.there, a.new = 5, 5
    t.same({ a.there, a.new }, { 5, 10 })
  end
  collectgarbage()
  collectgarbage()
  t.same(log, { "closed", "collected" })
end)

test.case("without __len and __eq instances are plain tables", function(t)
  define "A"
  function A:__init(...) for i, v in ipairs { ... } do self[i] = v end end
  t.equal(#A(1, 2, 3), 3)
  t.equal(A() == A(), false)
  t.error(function() return A() + 1 end, "arithmetic on a A value")
end)

test.case("classes and instances are marked", function(t)
  define "A"
  function A:__init() end
  t.same({ A.__USERDATA, A().__USERDATA }, { true, true })
  t.equal(type(A.__org), "table")
end)

test.case("a class of the same name takes the place of the first", function(t)
  define "A"
  function A:__init() self.version = 1 end
  local first, old = A, A()
  define "A"
  function A:__init() self.version = 2 end
  t.same({ old.version, first().version, A().version }, { 1, 1, 2 })
end)

test.case("misuse is refused", function(t)
  define "A"
  t.error(class, "bad argument #1 to 'class' %(string expected, got number%)", 1)
  t.error(class, "bad argument #1 to 'class' %(string expected, got nil%)")
  t.error(class "B", "class expected, got nil", nil)
  t.error(class "B", "class expected, got table", {})
  t.error(class "C", "would inherit from itself", C)
  define("D", A)
  t.error(function() class "A"(A) end, "would inherit from itself")
end)

test.case("the class of the README is written so", function(t)
  class "Animal"
  function Animal:__init(name) self.name = name end
  function Animal:speak() return self.name .. " makes a sound" end
  class "Dog"(Animal)
  function Dog:__init(name)
    Animal.__init(self, name)
    self.breed = "?"
  end
  function Dog:speak() return Animal.speak(self) .. ": woof" end
  t.equal(Dog("Rex"):speak(), "Rex makes a sound: woof")
end)

test.case("an __init may wait", function(t)
  define "A"
  function A:__init()
    require("task").sleep(0.001)
    self.ready = true
  end
  t.equal(A().ready, true)
end)

test.case("require 'class' gives the same when nothing else has the name", function(t)
  t.equal(require "class", class)
  t.equal(package.loaded.class, class)
  t.equal(_G.class, nil)
end)

test.case("a file of that name goes before", function(t)
  local output = link.run [[
    local name = os.tmpname()
    local file <close> = assert(io.open(name, "w"))
    file:write("return 'from a file'")
    file:close()
    package.path = name -- for every module
    print((require "class"), type(require "plua.class"))
    os.remove(name)
  ]]
  t.equal(output, "from a file\tfunction\n")
end)
