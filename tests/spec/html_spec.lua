-- SPDX-License-Identifier: MIT
-- HTML as text of a terminal.
local test = require "test"

local function colour(n, text) return ("\27[38;5;%dm%s\27[0m"):format(n, text) end
local function font(name, text) return "<font color='" .. name .. "'>" .. text .. "</font>" end

local function shows(claim, cases)
  test.case(claim, function(t)
    for _, case in ipairs(cases) do t.equal(_PY.html2console(case[1]), case[2]) end
  end)
end

shows("text without markup stays", { { "", "" }, { "plain", "plain" }, { "a < b > c & d", "a < b > c & d" }, { "\0\xff", "\0\xff" } })
shows("entities are decoded, once and in text only", {
  { "&nbsp;&amp;&lt;&gt;&quot;&#39;", " &<>\"'" },
  { "&amp;lt;", "&lt;" },
  { "&lt;br&gt;", "<br>" },
  { "&lt;font color='red'&gt;x", "<font color='red'>x" },
  { "&copy; &amp &", "&copy; &amp &" },
})
shows("line ends", { { "a<br>b<BR/>c</br>d<br />e<Br>", "a\nb\nc\nd\ne\n" } })
shows("a run of one colour has one escape", {
  { font("red", "hot"), colour(9, "hot") },
  { '<FONT COLOR="Green">go</FONT>', colour(2, "go") },
  { "<font size='3' color = 'red' face='x'>y</font>", colour(9, "y") },
  { font("red", "a") .. font("red", "b"), colour(9, "ab") },
  { "1" .. font("red", "2<br>3") .. "4", "1" .. colour(9, "2\n3") .. "4" },
  { font("red", ""), "" },
})
shows("the innermost colour counts", {
  { "<font color='red'>a" .. font("blue", "b") .. "c</font>d", colour(9, "a") .. colour(12, "b") .. colour(9, "c") .. "d" },
  { "<font color='red'>a", colour(9, "a") },
  { "</font>a" .. font("red", "b"), "a" .. colour(9, "b") },
})
shows("a font tag without a quoted colour pushes nothing", {
  { "<font color=red>a</font>", "a" },
  { "<font>a</font>", "a" },
  { "<font bgcolor='red'>a</font>", "a" },
  { "<font color='red'>a<font>b</font>c</font>", colour(9, "ab") .. "c" },
})
shows("other tags and broken ones stay", {
  { "<b>bold</b>", "<b>bold</b>" },
  { "<fontana color='red'>x", "<fontana color='red'>x" },
  { "a <font color='red' b", "a <font color='red' b" },
  { "<", "<" }, { "<font", "<font" }, { "</font", "</font" }, { "<br", "<br" },
})

local function index_of(value) return tonumber(_PY.html2console(font(value, "x")):match("38;5;(%d+)m")) end

test.case("colours by name", function(t)
  local names = {
    black = 0, red = 9, green = 2, yellow = 11, blue = 12, magenta = 201, cyan = 6, white = 15, gray = 8, grey = 8,
    bright_black = 8, bright_red = 9, bright_green = 10, bright_yellow = 11, bright_blue = 12, bright_magenta = 13,
    bright_cyan = 14, bright_white = 15, orange = 214, purple = 99, pink = 218, brown = 130, light_blue = 39,
    light_green = 46, light_red = 203, light_yellow = 227, dark_gray = 236, light_gray = 248, navy = 4, teal = 6,
    olive = 3, lime = 10, fuchsia = 13, aqua = 14, maroon = 1, silver = 7, gold = 220, indigo = 55, deepskyblue2 = 38,
    grey89 = 254, plum2 = 183, darkorange = 208, coral = 210, floralwhite = 230, gainsboro = 188, khaki = 143,
    lavender = 189, lavenderblush = 225, lemonchiffon = 187, lightgoldenrodyellow = 186, slateblue = 62, slategray = 102,
    darkslategray = 58, darkslateblue = 60, deepskyblue = 39, grey0 = 16, grey93 = 255, navyblue = 17,
  }
  for name, index in pairs(names) do
    t.equal(index_of(name), index)
    t.equal(index_of(name:upper()), index)
  end
  t.equal(index_of("no such colour"), 7)
  t.equal(index_of(""), 7)
end)

test.case("colours by their parts, greys in 24 steps", function(t)
  local values = {
    ["#ff0000"] = 196, ["#00FF00"] = 46, ["#0000ff"] = 21, ["#ff8000"] = 208, ["#7f7f00"] = 100, ["#fefefd"] = 188,
    ["rgb(255, 0, 0)"] = 196, ["RGB(0,0,255)"] = 21, ["rgb( 1 , 2 , 3 )"] = 16, ["rgb(128, 128, 255)"] = 105,
    ["#ffffff"] = 231, ["#000000"] = 232, ["#808080"] = 244, ["rgb(238, 238, 238)"] = 255, ["rgb(8,8,8)"] = 232,
    ["rgb(255,255,255)"] = 231, ["#eeeeee"] = 255,
    ["#ff00"] = 7, ["#gg0000"] = 7, ["#-10000"] = 7, ["rgb(1,2)"] = 7, ["rgb(1,2,3"] = 7, ["rgb(1,2,3,4)"] = 7,
    ["rgb(256,0,0)"] = 7, ["rgb(-1,0,0)"] = 7, ["rgb()"] = 7, ["rgb("] = 7, ["#"] = 7,
  }
  for value, index in pairs(values) do
    local got = index_of(value)
    if got ~= index then t.equal(value .. " " .. tostring(got), value .. " " .. index) end
  end
end)

test.case("every colour that is named is known", function(t)
  local names = _PY.get_available_colors()
  t.equal(#names, 237)
  t.equal(names[1], "black")
  local seen = {}
  for _, name in ipairs(names) do
    t.equal(seen[name], nil)
    seen[name] = true
    t.equal(name, name:lower())
    local index = index_of(name)
    t.ok(index >= 0 and index <= 255)
    t.ok(index ~= 7 or name == "silver")
  end
end)

test.case("another value is shown by tostring", function(t)
  t.equal(_PY.html2console(42), "42")
  t.equal(_PY.html2console(nil), "nil")
  t.equal(_PY.html2console(true), "true")
  t.equal(_PY.html2console(setmetatable({}, { __tostring = function() return font("red", "x") end })), colour(9, "x"))
  t.error(_PY.html2console, "bad argument #1 to 'html2console' %(value expected%)")
end)

test.case("there is a sample", function(t) t.match(_PY.test_html_conversion(), "\27%[38;5;9mred\27%[0m") end)
