// SPDX-License-Identifier: Apache-2.0
//
// Decimal numbers from their digits, without a detour over floating point.
#pragma once

#include <cstdint>
#include <string_view>

namespace cnx::order_transform {

enum class NumberFault : std::uint8_t {
  kNoFault,
  kNoNumber,    ///< not the form of a number
  kTooFine,     ///< more decimals that are not zero than the scale has
  kOutOfRange,  ///< more than int64_t holds
};

struct ExactNumber {
  NumberFault fault = NumberFault::kNoFault;
  std::int64_t unscaled = 0;  ///< value = unscaled / 10^scale
};

/// Whether an exponent counts as a number: 1.0E7 is how some JSON writers put a JSON number of ten million; in a text
/// it is more likely something else.
enum class Exponent : std::uint8_t { kAllowed, kRefused };

/// Reads `-`? digits (`.` digits)? (exponent)? exactly. Leading zeros and zeros behind the last decimal make no
/// difference; blanks, a plus sign or a missing digit on either side of the point are no number.
[[nodiscard]] ExactNumber parse_exact(std::string_view text, unsigned scale, Exponent exponent);

}  // namespace cnx::order_transform
