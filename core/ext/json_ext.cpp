// SPDX-License-Identifier: MIT
// JSON for scripts; the module `json` gives these functions its own names.
#include <plua/core/bind.hpp>
#include <plua/core/json.hpp>

#include <array>
#include <cstdio>

namespace plua {
namespace {

pushed give_up(lua_State* L, std::string_view message) {
  lua_pushnil(L);
  lua_pushlstring(L, message.data(), message.size());
  return {2};
}

// Never raises: a script passes on what it was given.
pushed parse(lua_State* L) {
  if (lua_type(L, 1) != LUA_TSTRING)
    return give_up(L, std::string("JSON parse error: string expected, got ") + luaL_typename(L, 1));
  std::size_t size = 0;
  const char* text = lua_tolstring(L, 1, &size);
  try {
    json::decode(L, {text, size}, lua_isnoneornil(L, 2) ? 0 : 2);
    return {1};
  } catch (const failure& e) {
    return give_up(L, e.what());
  }
}

pushed write(lua_State* L, const json::format& how) {
  lua_settop(L, 1);
  std::string text;
  try {
    json::encode(L, 1, how, text);
  } catch (const failure& e) {
    return give_up(L, e.what());
  }
  lua_pushlstring(L, text.data(), text.size());
  return {1};
}

constexpr std::array<std::string_view, 13> usual_keys = {"type",     "device", "deviceID", "id",  "value",
                                                         "oldValue", "val",    "key",      "arg", "event",
                                                         "events",   "msg",    "res"};

pushed in_order(lua_State* L) { return write(L, {.sorted = true, .first_keys = usual_keys}); }

json::format laid_out(std::optional<std::int64_t> indent) {
  constexpr std::int64_t widest = 16;
  const std::int64_t spaces = indent.value_or(2);
  if (spaces < 0 || spaces > widest) throw arg_error(2, "a number of spaces from 0 to 16 expected");
  return {.after_comma = " ",
          .after_colon = " ",
          .ascii = true,
          .sorted = true,
          .indent = static_cast<int>(spaces)};
}

/// The value is argument 1, taken from the stack as it lies there.
struct any_value {};

}  // namespace

template <>
struct value<any_value> {
  static std::string name() { return "any"; }
  static any_value get(lua_State*, int) { return {}; }
};

namespace {

pushed write_json(lua_State* L, any_value, std::optional<std::string_view> layout) {
  if (!layout) return write(L, {.after_comma = " ", .after_colon = " ", .ascii = true});
  if (*layout != "compact") throw arg_error(2, "\"compact\" or nothing expected");
  return write(L, {});
}

pushed pretty_print(lua_State* L, any_value, std::optional<std::int64_t> indent) {
  return write(L, laid_out(indent));
}

bool print_table(lua_State* L, any_value, std::optional<std::int64_t> indent) {
  std::string text;
  try {
    json::encode(L, 1, laid_out(indent), text);
  } catch (const failure& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return false;
  }
  text += '\n';
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  return true;
}

pushed array(lua_State* L, any_value) {
  if (!lua_istable(L, 1)) throw_type_mismatch(L, 1, "table");
  lua_settop(L, 1);
  json::mark_array(L);
  return {1};
}

pushed null(lua_State* L) {
  json::push_null(L);
  return {1};
}

pushed parse_json(lua_State* L, any_value, any_value) { return parse(L); }
pushed json_in_order(lua_State* L, any_value) { return in_order(L); }

}  // namespace

extern const extension_set json_extensions([] {
  return std::vector{
      define<&parse_json>(
          {.name = "parse_json",
           .category = "json",
           .summary =
               "Reads a JSON text. Integers stay integers, other numbers become floats; of equal keys the "
               "last one counts; an empty array is marked as one.",
           .params = {{"text", "the JSON text"},
                      {"null",
                       "what stands for null in the result: _PY.json_null() or any other value; nil "
                       "unless given, which leaves null members out and holes in arrays"}},
           .returns = "the value; nil and a message with line and column when the text is not JSON",
           .example = "local t, err = _PY.parse_json('{\"a\": [1, 2.5, null]}')\nprint(t.a[2])",
           .standard = "RFC 8259, PLua"}),
      define<&write_json>(
          {.name = "to_json",
           .category = "json",
           .summary =
               "Writes a value as JSON in ASCII, with a space behind commas and colons. A table is an array "
               "when its keys are exactly 1 to n, or when it is empty and marked; else an object.",
           .params = {{"value",
                       "nil, booleans, numbers, strings in UTF-8, _PY.json_null() and tables of them"},
                      {"layout", "\"compact\": no spaces, and UTF-8 as it is"}},
           .returns = "the text; nil and a message when a value has no form in JSON",
           .example = "print(_PY.to_json({name = 'a', list = {1, 2}}))",
           .standard = "RFC 8259, PLua"}),
      define<&json_in_order>(
          {.name = "json_in_order",
           .category = "json",
           .summary =
               "Writes a value as JSON without spaces and with its keys in a fixed order: type, device, "
               "deviceID, id, value, oldValue, val, key, arg, event, events, msg, res, then by their bytes.",
           .params = {{"value", "as for to_json"}},
           .returns = "the text; nil and a message when a value has no form in JSON",
           .example =
               "print(_PY.json_in_order({b = 1, a = 2, type = 'x'})) --> {\"type\":\"x\",\"a\":2,\"b\":1}",
           .standard = "RFC 8259"}),
      define<&pretty_print>(
          {.name = "pretty_print",
           .category = "json",
           .summary = "Writes a value as indented JSON with sorted keys.",
           .params = {{"value", "as for to_json"}, {"indent", "spaces a level, 0 to 16; 2 unless given"}},
           .returns = "the text; nil and a message when a value has no form in JSON",
           .example = "print(_PY.pretty_print({a = {1, 2}}))",
           .standard = "RFC 8259, PLua"}),
      define<&print_table>(
          {.name = "print_table",
           .category = "json",
           .summary =
               "Prints a value as indented JSON; the reason when it has no form in JSON goes to the standard "
               "error output.",
           .params = {{"value", "as for to_json"}, {"indent", "spaces a level, 0 to 16; 2 unless given"}},
           .returns = "whether it could be printed",
           .example = "_PY.print_table({a = 1})",
           .standard = "PLua"}),
      define<&array>({.name = "json_array",
                      .category = "json",
                      .summary = "Marks a table as an array, so that it is written as [] when it is empty.",
                      .params = {{"table", "the table; its metatable is replaced"}},
                      .returns = "the same table",
                      .example = "print(_PY.to_json(_PY.json_array({}))) --> []"}),
      define<&null>({.name = "json_null",
                     .category = "json",
                     .summary = "What is written as null and may stand for null when a text is read.",
                     .returns = "a light userdata, equal to itself only",
                     .example = "print(_PY.to_json({_PY.json_null()})) --> [null]"}),
  };
});

}  // namespace plua
