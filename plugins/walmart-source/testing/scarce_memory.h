// SPDX-License-Identifier: Apache-2.0
//
// Takes memory away from the threads of one name. For tests only.
#pragma once

#include <cstddef>

namespace walmart::testing {

/// While it lives, `new` of more than `bytes` throws on threads of that name, a literal. One at a time.
class ScarceMemory {
 public:
  ScarceMemory(const char* thread, std::size_t bytes);
  ~ScarceMemory();
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;
};

}  // namespace walmart::testing
