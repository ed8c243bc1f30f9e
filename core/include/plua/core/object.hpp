// SPDX-License-Identifier: MIT
// C++ objects in Lua: reference-counted, one userdata a handle, one metatable a class.
#pragma once

#include <plua/core/state.hpp>
#include <plua/core/value.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <new>
#include <string>

namespace plua {

/// Base of every C++ class that Lua can hold. Counted without atomics: one thread runs a state. An operation
/// in flight keeps its object by a pointer of its own, so the userdata may be collected meanwhile.
class object : public boost::intrusive_ref_counter<object, boost::thread_unsafe_counter> {
 public:
  virtual ~object() = default;
  /// A handle left a `<close>` scope. Must not touch Lua and may be called again.
  virtual void on_close() noexcept {}
  /// The last handle in Lua was collected. Must not touch Lua.
  virtual void on_collect() noexcept {}
  /// What tostring shows after the class name; empty for the address.
  virtual std::string label() const { return {}; }

  /// How many userdata name this object now.
  int handles() const noexcept { return handles_; }
  void add_handle() noexcept { ++handles_; }
  void drop_handle() noexcept {
    if (--handles_ == 0) on_collect();
  }

 private:
  int handles_ = 0;
};

template <class T>
using ptr = boost::intrusive_ptr<T>;

/// The name of a class in Lua, specialised beside the class: `template <> inline constexpr const char*
/// object_class<connection> = "net.connection";`. It is the metatable's name in the registry.
template <class T>
inline constexpr const char* object_class = nullptr;

/// Identity of a class: its address is in every handle and is the key of the metatable in the registry.
struct class_tag {
  const char* name;
};

template <class T>
inline constexpr class_tag class_tag_of{object_class<T>};

/// Makes the metatable (with __gc, __close, __eq, __tostring, __name and an empty __index table) unless it
/// exists.
void push_class_metatable(lua_State* L, const class_tag& tag);  // [-0, +1, m]

/// With a class metatable on top: pushes the table of its methods, or of its getters (fields that are
/// computed). A class with getters is indexed through a function, one without through the plain table.
void push_class_methods(lua_State* L);  // [-0, +1, m]
void push_class_getters(lua_State* L);  // [-0, +1, m]

/// The object in a userdata of that class, null for every other value.
object* test_object(lua_State* L, int index, const class_tag& tag) noexcept;  // [-0, +0, -]

/// Pushes a new handle of an object of so many bytes. // [-0, +1, m]
void push_object(lua_State* L, ptr<object> item, const class_tag& tag, std::size_t size);

template <class T>
requires std::derived_from<T, object>
struct value<ptr<T>> {
  static std::string name() { return object_class<T>; }
  static ptr<T> get(lua_State* L, int index) {
    object* found = test_object(L, index, class_tag_of<T>);
    if (!found) throw_type_mismatch(L, index, object_class<T>);
    return ptr<T>(static_cast<T*>(found));
  }
  static void push(lua_State* L, const ptr<T>& v) {
    if (v)
      push_object(L, v, class_tag_of<T>, sizeof(T));
    else
      lua_pushnil(L);
  }
};

/// A borrowed object: valid while the argument stays on the Lua stack. The cheap form for `self`.
template <class T>
requires std::derived_from<T, object>
struct value<T&> {
  static std::string name() { return object_class<T>; }
  static T& get(lua_State* L, int index) {
    object* found = test_object(L, index, class_tag_of<T>);
    if (!found) throw_type_mismatch(L, index, object_class<T>);
    return static_cast<T&>(*found);
  }
};

}  // namespace plua
