// SPDX-License-Identifier: MIT
// Bytes as text and back.
#include <plua/core/base64.hpp>
#include <plua/core/bind.hpp>
#include <plua/core/tostring.hpp>

namespace plua {
namespace {

using reply = std::tuple<std::optional<std::string>, std::optional<std::string>>;

// A script passes on what it was given, so what is no string is told and not raised.
bool is_text(lua_State* L) { return lua_type(L, 1) == LUA_TSTRING || lua_type(L, 1) == LUA_TNUMBER; }

reply no_text(lua_State* L, const char* what) {
  return {std::nullopt,
          std::string("Base64 ") + what + " error: string expected, got " + luaL_typename(L, 1)};
}

reply base64_encode(lua_State* L, given_value) {
  if (!is_text(L)) return no_text(L, "encoding");
  return {base64::encode(value<std::string_view>::get(L, 1)), std::nullopt};
}

reply base64_decode(lua_State* L, given_value) {
  if (!is_text(L)) return no_text(L, "decoding");
  std::string bytes;
  std::string why;
  if (base64::decode(value<std::string_view>::get(L, 1), bytes, why)) return {std::move(bytes), std::nullopt};
  return {std::nullopt, "Base64 decoding error: " + why};
}

}  // namespace

extern const extension_set encoding_extensions([] {
  return std::vector{
      define<&base64_encode>({.name = "base64_encode",
                              .category = "encoding",
                              .summary = "Writes bytes in base64, with padding and without line ends.",
                              .params = {{"bytes", "any bytes; a number is taken as its text"}},
                              .returns = "the text; nil and \"Base64 encoding error: ...\" for another type",
                              .example = "print(_PY.base64_encode('Hello')) --> SGVsbG8=",
                              .standard = "RFC 4648, PLua"}),
      define<&base64_decode>(
          {.name = "base64_decode",
           .category = "encoding",
           .summary = "Reads bytes from base64. Characters outside the alphabet, such as line ends, are "
                      "passed over; the padding ends the text and must be there.",
           .params = {{"text", "base64"}},
           .returns = "the bytes; nil and \"Base64 decoding error: ...\"",
           .example = "print(_PY.base64_decode('SGVsbG8=')) --> Hello",
           .standard = "RFC 4648, PLua"}),
  };
});

}  // namespace plua
