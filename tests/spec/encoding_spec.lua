-- SPDX-License-Identifier: MIT
-- Base64.
local test = require "test"

-- RFC 4648, section 10, and what the alphabet has at its end.
local vectors = {
  { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
  { "foobar", "Zm9vYmFy" }, { "\xfb\xff\xbf", "+/+/" }, { "\0", "AA==" }, { "\0\0\0", "AAAA" }, { "\xff\xff", "//8=" },
}

test.case("the examples of RFC 4648 both ways", function(t)
  for _, v in ipairs(vectors) do
    t.equal(_PY.base64_encode(v[1]), v[2])
    t.equal(_PY.base64_decode(v[2]), v[1])
  end
end)

test.case("every byte comes back", function(t)
  local bytes = {}
  for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
  local text = table.concat(bytes)
  for cut = 0, 5 do
    local part = text:sub(1, #text - cut)
    t.equal(_PY.base64_decode(_PY.base64_encode(part)), part)
  end
end)

test.case("a long text has no line ends", function(t)
  local encoded = _PY.base64_encode(("x"):rep(1000))
  t.equal(#encoded, 1336)
  t.equal(encoded:find("[^%w+/=]"), nil)
end)

test.case("what is not in the alphabet is passed over", function(t)
  t.equal(_PY.base64_decode("!!"), "")
  t.equal(_PY.base64_decode("Zm9v\r\nYmFy\n"), "foobar")
  t.equal(_PY.base64_decode(" Z m\0 9 v "), "foo")
  t.equal(_PY.base64_decode("=Zm9v"), "foo")
end)

test.case("the padding ends the text", function(t)
  t.equal(_PY.base64_decode("Zg==Zm9v"), "f")
  t.equal(_PY.base64_decode("Zg=\n="), "f")
end)

test.case("wrong texts give nil and a message", function(t)
  for _, text in ipairs { "Zg", "Zg=", "Zm8", "Z", "Z===", "Zm9vY" } do
    local value, err = _PY.base64_decode(text)
    t.equal(value, nil)
    t.match(err, "^Base64 decoding error: ")
  end
end)

test.case("numbers are taken as their text, other types give nil and a message", function(t)
  t.equal(_PY.base64_encode(12), "MTI=")
  t.equal(_PY.base64_decode(1234), _PY.base64_decode("1234"))
  for _, value in ipairs { false, {}, print } do
    local result, err = _PY.base64_encode(value)
    t.equal(result, nil)
    t.equal(err, "Base64 encoding error: string expected, got " .. type(value))
    result, err = _PY.base64_decode(value)
    t.equal(result, nil)
    t.equal(err, "Base64 decoding error: string expected, got " .. type(value))
  end
  t.equal(_PY.base64_encode(nil), nil)
  t.equal(_PY.base64_decode(nil), nil)
end)

test.case("a missing argument is raised", function(t)
  t.error(_PY.base64_encode, "bad argument #1 to 'base64_encode' %(value expected%)")
  t.error(_PY.base64_decode, "bad argument #1 to 'base64_decode' %(value expected%)")
end)
