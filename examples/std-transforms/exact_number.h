// SPDX-License-Identifier: Apache-2.0
//
// Decimal numbers from their digits, without a detour over floating point.
#pragma once

#include <cstdint>
#include <string_view>

namespace cnx::std_transforms {

enum class NumberFault : std::uint8_t {
  kNone,
  kNoNumber,    ///< not the form of a number
  kTooFine,     ///< more decimals that are not zero than the scale has
  kOutOfRange,  ///< more than int64_t holds
};

struct ExactNumber {
  NumberFault fault = NumberFault::kNone;
  std::int64_t unscaled = 0;  ///< value = unscaled / 10^scale
};

/// Reads a number as JSON writes it: `-`? digits (`.` digits)? (exponent)?; leading zeros make no difference.
[[nodiscard]] ExactNumber exact_number(std::string_view text, unsigned scale);

}  // namespace cnx::std_transforms
