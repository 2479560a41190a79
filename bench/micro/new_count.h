// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace cnx::bench {

/// Calls of operator new on this thread so far. The program that links new_count.cc has its own operator new.
[[nodiscard]] std::size_t new_count();

}  // namespace cnx::bench
