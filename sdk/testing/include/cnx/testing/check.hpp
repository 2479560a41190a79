// SPDX-License-Identifier: Apache-2.0
//
// The least that a test needs where there is no test framework: a check that says what failed, and a count. One thread.
#pragma once

#include <cstdio>

namespace cnx::testing {

inline int& failed_checks() {
  static int count = 0;
  return count;
}
/// What main() returns depends on it.
inline bool checks_failed() { return failed_checks() > 0; }

inline void check(bool holds, const char* text, const char* file, int line) {
  if (holds) return;
  ++failed_checks();
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
}

}  // namespace cnx::testing

/// Goes on after a failure: main() has to ask checks_failed().
#define CNX_CHECK(...) ::cnx::testing::check(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)
