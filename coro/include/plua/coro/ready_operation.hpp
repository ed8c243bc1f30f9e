// SPDX-License-Identifier: MIT
// An operation whose result is there from the start: for functions that never wait but have a callback form.
#pragma once

#include <plua/coro/operation.hpp>

#include <string>
#include <utility>

namespace plua {

template <class T>
class ready_operation final : public operation {
 public:
  /// Told to the binder: allowed where Lua cannot be suspended.
  static constexpr bool never_waits = true;

  explicit ready_operation(T value) : value_(std::move(value)) {}
  bool start() override { return true; }
  void cancel() noexcept override {}
  std::string describe() const override { return "nothing"; }
  const work_kind* kind() const noexcept override { return nullptr; }
  T result() { return std::move(value_); }

 private:
  T value_;
};

/// An operation with its result changed by a function: how the same read serves several contracts.
template <class Op, class Map>
class mapped_operation final : public Op {
 public:
  template <class... Args>
  explicit mapped_operation(Map map, Args&&... args)
      : Op(std::forward<Args>(args)...), map_(std::move(map)) {}
  auto result() { return map_(Op::result()); }

 private:
  Map map_;
};

/// `return mapped<read_operation>([](read_result r) { ... }, connection, format);`
template <class Op, class Map, class... Args>
mapped_operation<Op, Map> mapped(Map map, Args&&... args) {
  return mapped_operation<Op, Map>(std::move(map), std::forward<Args>(args)...);
}

}  // namespace plua
