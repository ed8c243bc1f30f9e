-- SPDX-License-Identifier: MIT
-- Runs a JSON library: decode|encode FILE COUNT in `arg`. Some repetitions more warm up, in every run the same.
-- Each library with its own settings: cjson and dkjson write 14 digits of a number.
return function(decode, encode)
  local mode, name, count = arg[1], arg[2], tonumber(arg[3]) + 3
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  if mode == "decode" then
    for _ = 1, count do assert(decode(text)) end
  elseif mode == "encode" then
    local document = decode(text)
    for _ = 1, count do assert(encode(document)) end
  else
    error("what to do? " .. tostring(mode))
  end
end
