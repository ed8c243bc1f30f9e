// SPDX-License-Identifier: MIT
// C++ values as Lua values: one specialisation a type gives how it is read, how it is pushed and its name in
// signatures. Nothing here raises a Lua error: reading throws arg_error, pushing needs memory only.
#pragma once

#include <plua/core/error.hpp>
#include <plua/core/error_value.hpp>
#include <plua/core/ref.hpp>

#include <lua.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace plua {

/// `value<T>::name()`   the type in signatures
/// `value<T>::get(L,i)` reads stack slot i; throws arg_error when it does not fit
/// `value<T>::push(L,v)` pushes exactly one value
template <class T>
struct value;

/// Throws "TYPE expected, got WHAT" for the slot.
[[noreturn]] void throw_type_mismatch(lua_State* L, int index, std::string_view expected);

template <>
struct value<bool> {
  static std::string name() { return "boolean"; }
  static bool get(lua_State* L, int index) { return lua_toboolean(L, index) != 0; }
  static void push(lua_State* L, bool v) { lua_pushboolean(L, v); }
};

std::int64_t get_integer(lua_State* L, int index);

template <std::integral T>
struct value<T> {
  static std::string name() { return "integer"; }
  static T get(lua_State* L, int index) {
    const std::int64_t wide = get_integer(L, index);
    if (!std::in_range<T>(wide)) throw arg_error("out of range");
    return static_cast<T>(wide);
  }
  static void push(lua_State* L, T v) { lua_pushinteger(L, static_cast<lua_Integer>(v)); }
};

template <>
struct value<double> {
  static std::string name() { return "number"; }
  static double get(lua_State* L, int index);
  static void push(lua_State* L, double v) { lua_pushnumber(L, v); }
};

/// Valid while the argument stays on the Lua stack: for a waiting operation that is until it completes.
template <>
struct value<std::string_view> {
  static std::string name() { return "string"; }
  static std::string_view get(lua_State* L, int index);
  static void push(lua_State* L, std::string_view v) { lua_pushlstring(L, v.data(), v.size()); }
};

template <>
struct value<std::string> {
  static std::string name() { return "string"; }
  static std::string get(lua_State* L, int index) {
    return std::string(value<std::string_view>::get(L, index));
  }
  static void push(lua_State* L, const std::string& v) { lua_pushlstring(L, v.data(), v.size()); }
};

template <>
struct value<const char*> {
  static std::string name() { return "string"; }
  static void push(lua_State* L, const char* v) { lua_pushstring(L, v); }
};

struct nil {};

template <>
struct value<nil> {
  static std::string name() { return "nil"; }
  static void push(lua_State* L, nil) { lua_pushnil(L); }
};

template <class T>
struct value<std::optional<T>> {
  static std::string name() { return value<T>::name() + "|nil"; }
  static std::optional<T> get(lua_State* L, int index) {
    if (lua_isnoneornil(L, index)) return std::nullopt;
    return value<T>::get(L, index);
  }
  static void push(lua_State* L, const std::optional<T>& v) {
    if (v)
      value<T>::push(L, *v);
    else
      lua_pushnil(L);
  }
};

/// A function, kept alive by a reference.
struct function : ref {
  function() = default;
  explicit function(ref&& r) : ref(std::move(r)) {}
};

template <>
struct value<function> {
  static std::string name() { return "function"; }
  static function get(lua_State* L, int index) {
    if (!lua_isfunction(L, index)) throw_type_mismatch(L, index, "function");
    return function(ref::at(L, index));
  }
  static void push(lua_State* L, const function& v) { v.push(L); }
};

/// A function that is only checked: the body takes it from the stack itself.
struct function_argument {};

template <>
struct value<function_argument> {
  static std::string name() { return "function"; }
  static function_argument get(lua_State* L, int index) {
    if (!lua_isfunction(L, index)) throw_type_mismatch(L, index, "function");
    return {};
  }
};

/// Any value, kept alive by a reference.
template <>
struct value<ref> {
  static std::string name() { return "any"; }
  static ref get(lua_State* L, int index) {
    if (lua_isnone(L, index)) throw arg_error("value expected");
    return ref::at(L, index);
  }
  static void push(lua_State* L, const ref& v) { v.push(L); }
};

/// An I/O failure as a value: the error table of error_value.hpp.
template <>
struct value<failure> {
  static std::string name() { return "error"; }
  static void push(lua_State* L, const failure& v) { push_error(L, v); }
};

template <class T>
struct value<std::vector<T>> {
  static std::string name() { return value<T>::name() + "[]"; }
  static std::vector<T> get(lua_State* L, int index) {
    if (!lua_istable(L, index)) throw_type_mismatch(L, index, "table");
    std::vector<T> items;
    index = lua_absindex(L, index);
    for (lua_Unsigned i = 1, n = lua_rawlen(L, index); i <= n; ++i) {
      lua_rawgeti(L, index, static_cast<lua_Integer>(i));
      items.push_back(value<T>::get(L, -1));
      lua_pop(L, 1);
    }
    return items;
  }
  static void push(lua_State* L, const std::vector<T>& v) {
    lua_createtable(L, static_cast<int>(v.size()), 0);
    lua_Integer i = 0;
    for (const auto& item : v) {
      value<T>::push(L, item);
      lua_rawseti(L, -2, ++i);
    }
  }
};

template <class T>
struct value<std::map<std::string, T>> {
  static std::string name() { return "table<string, " + value<T>::name() + ">"; }
  static void push(lua_State* L, const std::map<std::string, T>& v) {
    lua_createtable(L, 0, static_cast<int>(v.size()));
    for (const auto& [key, item] : v) {
      lua_pushlstring(L, key.data(), key.size());
      value<T>::push(L, item);
      lua_rawset(L, -3);
    }
  }
};

/// A table with named fields. `T::fields()` returns a tuple of `field("name", &T::member)`.
template <class T, class M>
struct field {
  std::string_view name;
  M T::*member;
  constexpr field(std::string_view n, M T::*m) : name(n), member(m) {}
};

template <class T>
concept record = requires {
  T::fields();
};

template <record T>
struct value<T> {
  static std::string name() {
    std::string text = "{";
    each([&]<class M>(const field<T, M>& f) {
      text.append(text.size() > 1 ? ", " : "").append(f.name).append(": ").append(value<M>::name());
    });
    return text + "}";
  }
  static T get(lua_State* L, int index) {
    if (!lua_istable(L, index)) throw_type_mismatch(L, index, "table");
    index = lua_absindex(L, index);
    T made;
    each([&]<class M>(const field<T, M>& f) {
      lua_pushlstring(L, f.name.data(), f.name.size());
      lua_rawget(L, index);
      try {
        made.*f.member = value<M>::get(L, -1);
      } catch (const arg_error& e) {
        throw arg_error("field '" + std::string(f.name) + "': " + e.what());
      }
      lua_pop(L, 1);
    });
    return made;
  }
  static void push(lua_State* L, const T& v) {
    lua_createtable(L, 0, static_cast<int>(std::tuple_size_v<decltype(T::fields())>));
    each([&]<class M>(const field<T, M>& f) {
      lua_pushlstring(L, f.name.data(), f.name.size());
      value<M>::push(L, v.*f.member);
      lua_rawset(L, -3);
    });
  }

 private:
  static void each(auto&& visit) {
    std::apply([&](const auto&... f) { (visit(f), ...); }, T::fields());
  }
};

/// What a function returns: a tuple gives several results, `void` none, all else one.
template <class T>
struct results {
  static std::string names() { return value<T>::name(); }
  static int push(lua_State* L, const T& v) {
    value<T>::push(L, v);
    return 1;
  }
};

template <>
struct results<void> {
  static std::string names() { return ""; }
};

template <class... T>
struct results<std::tuple<T...>> {
  static std::string names() {
    std::string text;
    ((text.append(text.empty() ? "" : ", ").append(value<T>::name())), ...);
    return text;
  }
  static int push(lua_State* L, const std::tuple<T...>& v) {
    std::apply([&](const T&... item) { (value<T>::push(L, item), ...); }, v);
    return static_cast<int>(sizeof...(T));
  }
};

/// Success or an I/O failure: `value` or `nil, err` in Lua.
template <class T>
class outcome {
 public:
  outcome() = default;  // neither: what a handler gets beside an exception
  outcome(T v) : value_(std::move(v)) {}
  outcome(failure f) : failure_(std::move(f)) {}

  explicit operator bool() const noexcept { return value_.has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  const failure& error() const { return *failure_; }
  /// The value; throws the failure.
  T value() && {
    if (failure_) throw *failure_;
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
  std::optional<failure> failure_;
};

template <class T>
struct results<outcome<T>> {
  static std::string names() { return results<T>::names() + " | nil, error"; }
  static int push(lua_State* L, const outcome<T>& v) {
    if (v) return results<T>::push(L, *v);
    lua_pushnil(L);
    push_error(L, v.error());
    return 2;
  }
};

/// All arguments from `first` on, unread: for functions that take any number of values.
struct arguments {
  lua_State* L;
  int first;
  int count() const noexcept { return lua_gettop(L) - first + 1; }
};

}  // namespace plua
