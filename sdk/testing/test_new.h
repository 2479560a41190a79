// SPDX-License-Identifier: Apache-2.0
//
// The operator new of a program that links cnx_test_new: counts its calls, and fails when it is told to. For tests and
// benchmarks only.
#pragma once

#include <cstddef>

namespace cnx::testing {

/// Calls of operator new on this thread so far.
[[nodiscard]] std::size_t new_count();

/// While it lives, `new` on this thread throws once `calls` more have been answered.
class NewFailsAfter {
 public:
  explicit NewFailsAfter(std::size_t calls);
  ~NewFailsAfter();
  NewFailsAfter(const NewFailsAfter&) = delete;
  NewFailsAfter& operator=(const NewFailsAfter&) = delete;
};

}  // namespace cnx::testing
