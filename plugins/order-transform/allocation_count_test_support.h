// SPDX-License-Identifier: Apache-2.0
//
// Counts operator new of a test or benchmark binary that links allocation_count_test_support.cc.
#pragma once

#include <cstddef>

namespace cnx::order_transform::test {

/// How often this thread has allocated so far.
std::size_t allocation_count();

}  // namespace cnx::order_transform::test
