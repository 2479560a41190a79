// SPDX-License-Identifier: Apache-2.0
//
// Decimal numbers from their digits, without a detour over floating point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
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

/// The same of most numbers: digits, perhaps with a point among them, few enough for any sum of them to fit. Nothing
/// for all others, good or bad.
[[nodiscard]] inline std::optional<std::int64_t> parse_plain(std::string_view text, unsigned scale) {
  constexpr std::size_t kMostDigits = std::numeric_limits<std::int64_t>::digits10;
  constexpr auto kIsDigit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() + scale > kMostDigits) return std::nullopt;
  std::int64_t value = 0;
  std::size_t at = 0;
  for (; at < text.size() && kIsDigit(text[at]); ++at) value = value * 10 + (text[at] - '0');
  unsigned decimals = 0;
  if (at > 0 && at + 1 < text.size() && text[at] == '.')
    for (++at; at < text.size() && kIsDigit(text[at]) && decimals < scale; ++at, ++decimals)
      value = value * 10 + (text[at] - '0');
  if (at < text.size()) return std::nullopt;
  for (; decimals < scale; ++decimals) value *= 10;
  return value;
}

}  // namespace cnx::order_transform
