// SPDX-License-Identifier: Apache-2.0
//
// Borrowed text across the border.
#pragma once

#include <string_view>

#include "cnx/abi/base.h"

namespace cnx {

/// View of `s`; empty when absent.
constexpr std::string_view view(cnx_str s) {
  return s.data == nullptr ? std::string_view{} : std::string_view(s.data, s.size);
}
/// Borrowed, never absent: an empty view has a non-null pointer.
constexpr cnx_str str(std::string_view s) { return {s.data() == nullptr ? "" : s.data(), s.size()}; }
constexpr cnx_str absent() { return {nullptr, 0}; }
constexpr bool is_absent(cnx_str s) { return s.data == nullptr; }

}  // namespace cnx
