// SPDX-License-Identifier: Apache-2.0
//
// Decimal numbers from their digits, without a detour over floating point.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

/// Eight digits as they stand in memory → their value; nothing when one is none.
[[nodiscard]] constexpr std::optional<std::uint64_t> eight_digits(std::uint64_t word) {
  constexpr std::uint64_t kHigh = 0xF0F0F0F0F0F0F0F0, kThrees = 0x3030303030303030, kSixes = 0x0606060606060606;
  if ((((word & kHigh) ^ kThrees) | (((word + kSixes) & kHigh) ^ kThrees)) != 0) return std::nullopt;
  // Neighbours become numbers of two, four and eight digits.
  word = (word & 0x0F0F0F0F0F0F0F0F) * (1 + (10 << 8)) >> 8;
  word = (word & 0x00FF00FF00FF00FF) * (1 + (100 << 16)) >> 16;
  return (word & 0x0000FFFF0000FFFF) * (1 + (std::uint64_t{10000} << 32)) >> 32;
}

/// The value of 8 to 16 digits; nothing when one is none.
[[nodiscard]] inline std::optional<std::int64_t> many_digits(std::string_view text) {
  constexpr std::array<std::uint64_t, 9> kPowers{1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
  std::uint64_t first, last;
  std::memcpy(&first, text.data(), sizeof first);
  std::memcpy(&last, text.data() + text.size() - sizeof last, sizeof last);
  // The last eight have digits of the first eight before them: zeros in their place.
  const std::size_t rest = text.size() - sizeof first;
  const std::uint64_t own = rest == 0 ? 0 : ~std::uint64_t{0} << (sizeof last - rest) * 8;
  const auto high = eight_digits(first), low = eight_digits((last & own) | (0x3030303030303030 & ~own));
  if (!high || !low) return std::nullopt;
  return static_cast<std::int64_t>(*high * kPowers[rest] + *low);
}

/// Reads `-`? digits (`.` digits)? (exponent)? exactly. Leading zeros and zeros behind the last decimal make no
/// difference; blanks, a plus sign or a missing digit on either side of the point are no number.
[[nodiscard]] ExactNumber parse_exact(std::string_view text, unsigned scale, Exponent exponent);

/// The same of most numbers: digits, perhaps with a point among them, few enough for any sum of them to fit. Nothing
/// for all others, good or bad.
[[nodiscard]] inline std::optional<std::int64_t> parse_plain(std::string_view text, unsigned scale) {
  constexpr std::size_t kMostDigits = std::numeric_limits<std::int64_t>::digits10;
  constexpr auto kIsDigit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() + scale > kMostDigits) return std::nullopt;
  if (std::endian::native == std::endian::little && scale == 0 && text.size() >= 8 && text.size() <= 16)
    if (const auto value = many_digits(text)) return value;
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
