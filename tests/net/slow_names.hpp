// SPDX-License-Identifier: MIT
// A getaddrinfo of the test's own: names that end in ".slow" are answered when the test says so, those that
// end in
// ".fast" at once; both are 127.0.0.1. All others go to the system. Defined in resolver_test.cpp.
#pragma once

namespace plua::testing {

/// Lets slow lookups wait while it lives; then waits until they have left.
class slow_names {
 public:
  slow_names();
  ~slow_names();
  /// Answers the lookups that wait now and those to come.
  void release();
  /// How many lookups wait now.
  int waiting() const;
  /// How many names were looked up at all.
  int lookups() const;
};

}  // namespace plua::testing
