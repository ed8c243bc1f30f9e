// SPDX-License-Identifier: MIT
// The border between C++ and Lua: makes a lua_CFunction of a C++ function. Only the border raises or yields,
// in a frame of trivial objects, after every destructor of the body has run (Lua's longjmp runs none). Bodies
// are plain functions of typed arguments that throw or return.
#pragma once

#include <plua/core/object.hpp>
#include <plua/core/registry.hpp>
#include <plua/core/value.hpp>

#include <exception>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace plua {

/// What the border does after a body: return that many results, or raise the value on top of the stack.
inline constexpr int raise = -1;

/// Turns the exception in flight into what Lua shall see: results (`nil, err` for a failure) or `raise` with
/// the message on top. For use in a catch block of a body. // [-0, +1..2, m]
int translate_exception(lua_State* L, int first_slot) noexcept;

/// Raises the value on top, with nothing alive in the frame.
int raise_top(lua_State* L);

/// How a parameter of type T takes its value. `slots` is how many Lua arguments it consumes.
template <class T>
struct parameter_source {
  static constexpr int slots = 1;
  static constexpr bool borrows = std::is_same_v<T, std::string_view> || std::is_lvalue_reference_v<T>;
  static T get(lua_State* L, int index) { return value<T>::get(L, index); }
  static std::string name() { return value<T>::name(); }
};

template <>
struct parameter_source<arguments> {
  static constexpr int slots = -1;  // all that are left
  static constexpr bool borrows = true;
  static arguments get(lua_State* L, int index) { return {L, index}; }
  static std::string name() { return "any"; }
};

/// For bodies that work on the Lua stack themselves; the rules of the border are then theirs.
template <>
struct parameter_source<lua_State*> {
  static constexpr int slots = 0;
  static constexpr bool borrows = true;
  static lua_State* get(lua_State* L, int) { return L; }
  static std::string name() { return {}; }
};

/// A count of results that a body with a lua_State* has pushed itself. `names` shows in the signature.
struct pushed {
  int count;
};

template <>
struct results<pushed> {
  static std::string names() { return "any"; }
  static int push(lua_State*, pushed p) { return p.count; }
};

namespace detail {

template <class T>
using plain = std::remove_cv_t<
    std::conditional_t<std::is_lvalue_reference_v<T> && !std::is_const_v<std::remove_reference_t<T>>, T,
                       std::remove_reference_t<T>>>;

template <class F>
struct signature_of;

template <class R, class... A>
struct signature_of<R (*)(A...)> {
  using result = R;
  static constexpr int arity = static_cast<int>(sizeof...(A));
  static constexpr bool variadic = ((parameter_source<plain<A>>::slots < 0) || ... || false);

  /// Whether an argument is valid only as long as it lies on the Lua stack.
  static constexpr bool borrows = (parameter_source<plain<A>>::borrows || ... || false);

  /// Reads the arguments and drops them: throws what `invoke` would for a wrong one.
  static void check(lua_State* L) {
    invoke(L, [](const A&...) {});
  }

  /// Calls with the arguments read in order; a wrong one throws arg_error with its position.
  template <class F>
  static decltype(auto) invoke([[maybe_unused]] lua_State* L, F&& f) {
    [[maybe_unused]] int next = 1;
    int reading = 0;
    try {
      // Braced initialisation reads from left to right.
      std::tuple<holder<A>...> read{holder<A>(L, next, reading)...};
      reading = 0;
      return std::apply([&](auto&... item) -> decltype(auto) { return f(item.take()...); }, read);
    } catch (const arg_error& e) {
      if (e.index() == 0 && reading != 0) throw arg_error(reading, e.what());
      throw;
    }
  }

  static std::vector<std::string> types() {
    std::vector<std::string> names;
    ((parameter_source<plain<A>>::slots != 0 ? names.push_back(parameter_source<plain<A>>::name()) : void()),
     ...);
    return names;
  }

 private:
  template <class P>
  struct holder {
    plain<P> item;
    holder(lua_State* L, int& next, int& reading)
        : item(parameter_source<plain<P>>::get(L, (reading = next, next))) {
      next += parameter_source<plain<P>>::slots > 0 ? parameter_source<plain<P>>::slots : 0;
    }
    decltype(auto) take() {
      if constexpr (std::is_lvalue_reference_v<P>)
        return static_cast<std::remove_reference_t<P>&>(item);
      else
        return std::move(item);
    }
  };
};

template <class R, class... A>
struct signature_of<R (*)(A...) noexcept> : signature_of<R (*)(A...)> {};

template <auto Fn>
using signature = signature_of<decltype(Fn)>;

template <auto Fn>
int plain_body(lua_State* L) noexcept {
  using result = typename signature<Fn>::result;
  try {
    if constexpr (std::is_void_v<result>) {
      signature<Fn>::invoke(L, Fn);
      return 0;
    } else {
      return results<result>::push(L, signature<Fn>::invoke(L, Fn));
    }
  } catch (...) {
    return translate_exception(L, 1);
  }
}

template <auto Fn>
int plain_entry(lua_State* L) {
  const int count = plain_body<Fn>(L);
  return count == raise ? raise_top(L) : count;
}

template <class T>
void make_class(lua_State* L) {
  push_class_metatable(L, class_tag_of<T>);
}

template <class T>
struct object_of {
  using type = void;
};
template <class T>
requires std::derived_from<T, object>
struct object_of<T&> {
  using type = T;
};
template <class T>
struct object_of<ptr<T>> {
  using type = T;
};

/// The class of the first parameter that is an object; those before it (the runtime, a service) take no
/// argument.
template <class... A>
struct first_object {
  using type = void;
};
template <class A, class... Rest>
struct first_object<A, Rest...> {
  using own = typename object_of<A>::type;
  using type = typename std::conditional_t<std::is_void_v<own>, first_object<Rest...>, object_of<A>>::type;
};

template <class F>
struct self_of;
template <class R, class... A>
struct self_of<R (*)(A...)> : first_object<A...> {};

}  // namespace detail

/// How a function with result type R is entered from Lua. The layer above adds forms that wait.
template <class R>
struct binding {
  static constexpr call_form form = call_form::plain;
  static std::string names() { return results<R>::names(); }
  template <auto Fn>
  static constexpr lua_CFunction entry = &detail::plain_entry<Fn>;
};

/// Describes `Fn` for Lua. Types of arguments and results come from its C++ signature.
template <auto Fn>
extension define(description about) {
  using traits = detail::signature<Fn>;
  using form = binding<typename traits::result>;
  extension made{.about = std::move(about)};
  made.form = form::form;
  made.param_types = traits::types();
  made.result_types = form::names();
  made.variadic = traits::variadic;
  made.function = form::template entry<Fn>;
  if (!made.about.type.empty()) {
    using self = typename detail::self_of<decltype(Fn)>::type;
    if constexpr (!std::is_void_v<self>) {
      made.make_class = &detail::make_class<self>;
      made.param_types.erase(made.param_types.begin());  // self is not listed
    }
  }
  return made;
}

}  // namespace plua
