-- SPDX-License-Identifier: MIT
-- JSON: what is accepted, what is refused, and what comes back, after the public collections of cases.
local json = require "json"
local task = require "task"
local test = require "test"

local null = json.null

-- ---------------------------------------------------------------- reading

local accepted = {
  -- structure
  { "[]", {} }, { "{}", {} }, { "[[]]", { {} } }, { "[[]   ]", { {} } }, { " [1] ", { 1 } }, { "[1\n]", { 1 } },
  { "\t[\r\n1 , 2]\n", { 1, 2 } }, { "[1,null,null,null,2]", { 1, null, null, null, 2 } },
  { '{"a":"b","c":{"d":[true,false,null]}}', { a = "b", c = { d = { true, false, null } } } },
  { '{"":0}', { [""] = 0 } }, { '{"a":[]}', { a = {} } }, { '{"a":1,"a":2}', { a = 2 } },
  { '{"a":"b","a":"b"}', { a = "b" } }, { '{"min": -1.0e+28, "max": 1.0e+28}', { min = -1e28, max = 1e28 } },
  { '{"foo\\u0000bar": 42}', { ["foo\0bar"] = 42 } }, { '{"title":"\\u041f\\u043e"}', { title = "По" } },
  -- lonely values
  { "42", 42 }, { "-0.1", -0.1 }, { '"asd"', "asd" }, { "true", true }, { "false", false }, { "null", null }, { '""', "" },
  -- numbers
  { "[0]", { 0 } }, { "[-0]", { 0 } }, { "[-0.0]", { -0.0 } }, { "[-1]", { -1 } }, { "[123]", { 123 } },
  { "[123.456789]", { 123.456789 } }, { "[20e1]", { 200.0 } }, { "[0e1]", { 0.0 } }, { "[0e+1]", { 0.0 } },
  { "[1E22]", { 1e22 } }, { "[1E-2]", { 0.01 } }, { "[1E+2]", { 100.0 } }, { "[123e65]", { 123e65 } },
  { "[123.456e78]", { 123.456e78 } }, { "[1e-400]", { 0.0 } }, { "[0.1]", { 0.1 } },
  { "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]", { -1e-78 } },
  { "[9007199254740993]", { 9007199254740993 } }, { "[9223372036854775807]", { math.maxinteger } },
  { "[-9223372036854775808]", { math.mininteger } }, { "[9223372036854775808]", { 9223372036854775808.0 } },
  { "[18446744073709551616]", { 18446744073709551616.0 } }, { "[1.7976931348623157e308]", { 1.7976931348623157e308 } },
  { "[5e-324]", { 5e-324 } }, { "[2.2250738585072011e-308]", { 2.2250738585072011e-308 } },
  { "[7.2057594037927933e16]", { 72057594037927933.0 } }, { "[0.3]", { 0.3 } },
  { "[100000000000000000000000000000000000000]", { 1e38 } }, { "[1e400]", { math.huge } }, { "[-1e400]", { -math.huge } },
  -- strings
  { '["\\u0060\\u012a\\u12AB"]', { "`Īካ" } }, { '["\\uD801\\udc37"]', { "𐐷" } },
  { '["\\ud83d\\ude39\\ud83d\\udc8d"]', { "😹💍" } }, { '["\\"\\\\\\/\\b\\f\\n\\r\\t"]', { "\"\\/\b\f\n\r\t" } },
  { '["\\\\u0000"]', { "\\u0000" } }, { '["\\""]', { '"' } }, { '["a/*b*/c/*d//e"]', { "a/*b*/c/*d//e" } },
  { '["\\\\a"]', { "\\a" } }, { '["\\u0012"]', { "\x12" } }, { '["\\uFFFF"]', { "\u{FFFF}" } },
  { '["\\uDBFF\\uDFFF"]', { "\u{10FFFF}" } }, { '["new\\u00A0line"]', { "new\u{A0}line" } }, { '["\\u0000"]', { "\0" } },
  { '["\\u002c"]', { "," } }, { '["π"]', { "π" } }, { '["asd "]', { "asd " } }, { '[" "]', { " " } },
  { '["\\uDBFF\\uDFFE"]', { "\u{10FFFE}" } }, { '["\\u200B"]', { "\u{200B}" } }, { '["\\u2064"]', { "\u{2064}" } },
  { '["€𝄞"]', { "€𝄞" } }, { '["aa\x7f"]', { "aa\x7f" } }, { '["\u{2028}\u{2029}"]', { "\u{2028}\u{2029}" } },
  { '["\\u0061\\u30af\\u30EA\\u30b9"]', { "aクリス" } }, { '["\\uA66D"]', { "\u{A66D}" } },
}

test.case("valid texts give their values", function(t)
  for _, case in ipairs(accepted) do
    local value, err = json.decode(case[1], null)
    t.equal(err, nil)
    t.same(value, case[2])
  end
end)

local refused = {
  -- structure
  "", " ", "[", "]", "{", "}", "[1", "[1,", "[,1]", "[1,,2]", "[1,]", "[1 true]", "[1]x", "[1]]", "[a", '["a"', '["a",',
  "[,]", "[,", "[\n1\n,1", "[{}", '["": 1]', '[""', "[3[4]]", "[:]", "[*]", "[1:2]", "[\v1]", "[ \f]", "[1],", "1]",
  "{]", "[}", "{{", '{"a"', '{"a":', '{"a" b}', '{"a":1 "b":2}', '{"a":1,}', '{"a":1,,"b":2}', '{,"a":1}', '{a:1}',
  "{1:1}", "{'a':0}", '{"a":"b"}/**/', '{"a":"b"}//', '{"a":"b"}#', '{"x"::"b"}', '{"x", null}', '{"a":"a" 123}',
  '{"a":1}{', '{"a":1} "x"', '{"a":/*comment*/"b"}', "{9999E9999:1}", "{null:null}", "*", "<.>", "[<null>]", "aå", "å",
  "[1\0]", "\0", "[\xff]", "\xef\xbb\xbf{}", "[\u{2060}]", "\u{2060}", "{\u{1f1e8}}", "[undefined]", "[True]", "TRUE",
  "nul", "[nul]", "[tru]", "[fals]", "truth", "123\0", "2@", "[1\u{a0}]",
  -- numbers
  "[-]", "[-01]", "[01]", "[012]", "[0.]", "[.5]", "[-.1]", "[2.]", "[2.e3]", "[1.]", "[1e]", "[1e+]", "[1eE2]", "[0e]",
  "[0E+]", "[0.3e]", "[1.0e+]", "[1.0e]", "[+1]", "[++1]", "[- 1]", "[-1x]", "[1 000.0]", "[1+2]", "[0x1]", "[0x42]",
  "[NaN]", "[nan]", "[-NaN]", "[Infinity]", "[-Infinity]", "[Inf]", "[+Inf]", "[1.2a-3]", "[1.8011670033376514H-308]",
  "[-foo]", "[1ea]", "[0.1.2]", "[--2.]", "[.2e-3]", "[0.e1]", "[9.e+]", "[-2.]", "[1e1.5]", "[１]", "0x", "-", "[-a]",
  -- strings
  '"', '["', "['a']", '["\n"]', '["\t"]', '["\0"]', '["a\nb"]', '["\\"]', '["\\', '["\\a"]', '["\\x00"]', '["\\u"]',
  '["\\u00"]', '["\\u00A"]', '["\\uqqqq"]', '["\\u00g0"]', '["\\UA66D"]', '["\\{"]', '["\\\x00"]', '["\\\xe5"]', '"\\u',
  '["\\uD800"]', '["\\uDC00"]', '["\\uD800\\u"]', '["\\uD800\\u1"]', '["\\uD800\\n"]', '["\\uD834\\uD834"]',
  '["\\uDd1e\\uD834"]', '["\\uD83D"]', '["\\ud800abc"]', '["\\u0022]', "[\\n]", "\\u0022", '[“a”]', '["a" "b"]', "abc",
  '["\xff"]', '["\x80"]', '["\xc0\xaf"]', '["\xe0\x80\xaf"]', '["\xed\xa0\x80"]', '["\xf4\xbf\xbf\xbf"]', '["\xe4\xb8"]',
  '["\xfc\x83\xbf\xbf\xbf\xbf"]', '["\xf0\x8f\xbf\xbf"]', '["\xc3"]', '["\xe9"]', '"\xc3\x28"',
}

test.case("invalid texts give nil and a message", function(t)
  for _, text in ipairs(refused) do
    local value, message = json.decode(text)
    if value ~= nil then t.equal(text, "refused, but gave " .. tostring(value)) end
    t.match(message, "^JSON parse error line %d+ column %d+: ")
  end
end)

test.case("the message names line and column", function(t)
  t.match(select(2, json.decode '{\n  "a": 1,\n  "b": x\n}'), "line 3 column 8")
  t.match(select(2, json.decode "[1, 2] 3"), "line 1 column 8")
end)

test.case("what is no string gives nil and a message", function(t)
  for _, value in ipairs { 1, true, {}, print } do
    local result, message = json.decode(value)
    t.equal(result, nil)
    t.match(message, "JSON parse error: string expected, got")
  end
  t.equal(json.decode(nil), nil)
end)

test.case("integers stay integers and floats floats", function(t)
  local list = json.decode "[1, 1.0, -5, 1e2, 9223372036854775808]"
  local types = {}
  for i, n in ipairs(list) do types[i] = math.type(n) end
  t.same(types, { "integer", "float", "integer", "float", "float" })
end)

test.case("null is nil unless something stands for it", function(t)
  t.same(json.decode '{"a": null, "b": 1}', { b = 1 })
  local holes = json.decode "[1, null, 3]"
  t.same({ holes[1], holes[2], holes[3] }, { 1, nil, 3 })
  t.same(json.decode('{"a": null}', null), { a = null })
  t.same(json.decode("[null]", false), { false })
end)

test.case("nesting is bounded", function(t)
  local deep = ("["):rep(1000) .. ("]"):rep(1000)
  t.equal(json.encode(json.decode(deep), "compact"), deep)
  t.match(select(2, json.decode("[" .. deep .. "]")), "too deep")
  t.equal(json.decode(("["):rep(100000)), nil)
  t.equal(json.decode(('{"a":'):rep(100000)), nil)
end)

test.case("arrays and objects of every size come back whole", function(t)
  for _, n in ipairs { 1, 2, 63, 64, 65, 127, 128, 129, 1000 } do
    local list, object = {}, {}
    for i = 1, n do
      list[i] = i
      object["key " .. i] = i
    end
    t.same(json.decode(json.encode(list)), list)
    t.same(json.decode(json.encode(object)), object)
  end
end)

test.case("a long array takes no more than its share of time and memory", function(t)
  local count = os.getenv "PLUA_MEMCHECK" and 20000 or 2000000
  local text = "[" .. ("1234567,"):rep(count - 1) .. "1234567]"
  local list = json.decode(text)
  t.equal(#list, count)
  t.equal(list[count], 1234567)
  t.equal(json.encode(list, "compact"), text)
end)

test.case("a finalizer may decode while a text is decoded", function(t)
  local inner
  local text = "[" .. ('{"a":[1,2,3]},'):rep(5000) .. "1]"
  for _ = 1, 10 do
    setmetatable({}, { __gc = function() inner = json.decode '{"x": [1, {"y": 2}]}' end })
    t.equal(#json.decode(text), 5001)
  end
  collectgarbage()
  t.same(inner, { x = { 1, { y = 2 } } })
end)

-- ---------------------------------------------------------------- writing

test.case("values are written as PLua writes them", function(t)
  t.equal(json.encode(nil), "null")
  t.equal(json.encode(true), "true")
  t.equal(json.encode { 1, 2.0, 2.5, "a" }, '[1, 2.0, 2.5, "a"]')
  t.equal(json.encode { a = { b = null } }, '{"a": {"b": null}}')
  t.equal(json.encode "ñ€😀/", '"\\u00f1\\u20ac\\ud83d\\ude00/"')
  t.equal(json.encode '"\\\b\f\n\r\t\1\x7f', '"\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f"')
end)

test.case("numbers come back as they were", function(t)
  local numbers = {
    0, -1, math.maxinteger, math.mininteger, 0.1, 1 / 3, 1e100, -1e-300, 5e-324, 1.7976931348623157e308, 2 ^ 53,
    123456789.125, -0.0, 1e15, 1e16, 3.0,
  }
  for _, n in ipairs(numbers) do
    local back = json.decode(json.encode(n))
    t.equal(back, n)
    t.equal(math.type(back), math.type(n))
  end
end)

test.case("a table is an array when its keys are exactly 1 to n", function(t)
  t.equal(json.encodeFast { 1, 2 }, "[1,2]")
  t.equal(json.encodeFast { 1, 2, a = 3 }, '{"1":1,"2":2,"a":3}')
  t.same(json.decode(json.encode { 1, 2, a = 3 }), { ["1"] = 1, ["2"] = 2, a = 3 })
  t.same(json.decode(json.encode { [1] = 1, [3] = 3 }), { ["1"] = 1, ["3"] = 3 })
  t.equal(json.encodeFast { [2] = 2, [1] = 1 }, "[1,2]")
  t.equal(json.encodeFast { [0] = 0 }, '{"0":0}')
  t.equal(json.encodeFast { [1.5] = 0 }, '{"1.5":0}')
  local sparse = {}
  for i = 100, 1, -1 do sparse[i] = i end
  t.equal(#json.decode(json.encode(sparse)), 100)
end)

test.case("an empty table is an object unless it is marked, and an empty array stays one", function(t)
  t.equal(json.encode {}, "{}")
  t.equal(json.encode(json.initArray {}), "[]")
  t.equal(json.encode(json.decode "[[], {}]"), "[[], {}]")
  local list = json.initArray {}
  list[1] = "x"
  t.equal(json.encode(list), '["x"]')
  t.error(function() json.initArray(1) end, "bad argument #1 to 'json_array' %(table expected, got number%)")
end)

test.case("what has no form in JSON gives nil and a message", function(t)
  local cycle = {}
  cycle.list = { cycle }
  local deep = {}
  for _ = 1, 1100 do deep = { deep } end
  for text, value in pairs {
    ["function: a value of this type"] = print,
    ["thread: a value of this type"] = coroutine.create(print),
    ["userdata: a value of this type"] = io.stdout,
    ["nan and infinity"] = 0 / 0,
    ["not valid UTF%-8"] = "\xff",
    ["contains itself"] = cycle,
    ["nested too deeply"] = deep,
    ["boolean: a key must be"] = { [true] = 1 },
  } do
    for _, write in ipairs { json.encode, json.encodeFast, json.encodeFormated } do
      local result, message = write(value)
      t.equal(result, nil)
      t.match(message, "^JSON encode error.*" .. text)
    end
  end
  t.equal(json.encode { math.huge }, nil)
  for _, bad in ipairs { "\xc3", "\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "ok\xe2\x82" } do
    t.equal(json.encode(bad), nil)
    t.equal(json.encode(bad, "compact"), nil)
  end
end)

test.case("one table in two places is no cycle", function(t)
  local shared = { 1 }
  t.equal(json.encodeFast { a = shared, b = shared }, '{"a":[1],"b":[1]}')
end)

test.case("encodeFast orders its keys", function(t)
  local value = { zebra = 1, id = 2, type = "x", apple = 3, res = 4, device = 5, [10] = 6 }
  t.equal(json.encodeFast(value), '{"type":"x","device":5,"id":2,"res":4,"10":6,"apple":3,"zebra":1}')
end)

test.case("compact leaves UTF-8 as it is", function(t)
  t.equal(json.encode({ "ñ€😀" }, "compact"), '["ñ€😀"]')
  t.error(function() json.encode(1, "loose") end, "bad argument #2 to 'to_json' %(\"compact\" or nothing expected%)")
end)

test.case("encodeFormated indents", function(t)
  t.equal(json.encodeFormated { b = { 1, {} }, a = "x" }, '{\n  "a": "x",\n  "b": [\n    1,\n    {}\n  ]\n}')
  t.equal(json.encodeFormated({ a = 1 }, 4), '{\n    "a": 1\n}')
  t.equal(json.encodeFormated({ a = 1, b = 2 }, 0), '{"a": 1, "b": 2}')
  t.error(function() json.encodeFormated({}, -1) end, "bad argument #2")
end)

test.case("a table is not changed by being written", function(t)
  local value = { [1] = "a", [2.5] = "b", c = { 1, 2 } }
  json.encode(value)
  json.encodeFast(value)
  t.equal(value[2.5], "b")
  t.equal(next({ [1] = true }), 1)
  local count = 0
  for _ in pairs(value) do count = count + 1 end
  t.equal(count, 3)
end)

-- ---------------------------------------------------------------- names

test.case("all names lead to the same functions", function(t)
  t.equal(require "plua.json", json)
  t.equal(json.encode, _PY.to_json)
  t.equal(json.decode, _PY.parse_json)
  t.equal(json.encodeFormated, _PY.pretty_print)
  t.equal(json.encodeFormatted, json.encodeFormated)
  t.equal(json.null, _PY.json_null())
end)

test.case("print_table prints", function(t)
  t.equal(_PY.print_table {}, true)
end)

test.case("JSON works in a task among others", function(t)
  local tasks = {}
  for i = 1, 20 do
    tasks[i] = task.spawn(function()
      local value = { i, { a = i } }
      for _ = 1, 5 do
        value = json.decode(json.encode(value))
        task.yield()
      end
      return value
    end)
  end
  for i, each in ipairs(tasks) do t.same(each:join(), { i, { a = i } }) end
end)
