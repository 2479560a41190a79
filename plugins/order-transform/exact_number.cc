// SPDX-License-Identifier: Apache-2.0
#include "exact_number.h"

#include <algorithm>
#include <limits>

namespace cnx::order_transform {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& rest) {
  std::size_t n = 0;
  while (n < rest.size() && is_digit(rest[n])) ++n;
  const std::string_view digits = rest.substr(0, n);
  rest.remove_prefix(n);
  return digits;
}

/// A number's parts as written.
struct Parts {
  bool negative = false;
  std::string_view whole;
  std::string_view decimals;
  std::int64_t exponent = 0;

  [[nodiscard]] std::size_t digits() const { return whole.size() + decimals.size(); }
  [[nodiscard]] unsigned digit(std::size_t i) const {
    return static_cast<unsigned>((i < whole.size() ? whole[i] : decimals[i - whole.size()]) - '0');
  }
};

// Far beyond the length of any payload, far below overflow: a larger exponent makes no difference to the result.
constexpr std::int64_t kExponentLimit = 1'000'000'000;

bool take_exponent(std::string_view& rest, std::int64_t& exponent) {
  rest.remove_prefix(1);
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const std::string_view digits = take_digits(rest);
  for (const char c : digits) exponent = std::min(exponent * 10 + (c - '0'), kExponentLimit);
  if (negative) exponent = -exponent;
  return !digits.empty();
}

bool split(std::string_view text, Exponent allowed, Parts& parts) {
  parts.negative = text.starts_with('-');
  if (parts.negative) text.remove_prefix(1);
  parts.whole = take_digits(text);
  if (parts.whole.empty()) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.decimals = take_digits(text);
    if (parts.decimals.empty()) return false;
  }
  if (allowed == Exponent::kAllowed && (text.starts_with('e') || text.starts_with('E')))
    if (!take_exponent(text, parts.exponent)) return false;
  return text.empty();
}

bool all_zero(const Parts& parts, std::size_t from) {
  for (std::size_t i = from; i < parts.digits(); ++i)
    if (parts.digit(i) != 0) return false;
  return true;
}

/// magnitude * 10 + digit, or false when int64_t's negative end does not hold it.
bool append(std::uint64_t& magnitude, unsigned digit) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
  if (magnitude > (kMost - digit) / 10) return false;
  magnitude = magnitude * 10 + digit;
  return true;
}

}  // namespace

ExactNumber parse_exact(std::string_view text, unsigned scale, Exponent exponent) {
  if (const auto plain = parse_plain(text, scale)) return {NumberFault::kNoFault, *plain};
  Parts parts;
  if (!split(text, exponent, parts)) return {NumberFault::kNoNumber, 0};
  if (all_zero(parts, 0)) return {};
  // The unscaled value has this many of the digits, or all of them and zeros after them.
  const std::int64_t wanted = static_cast<std::int64_t>(parts.whole.size()) + parts.exponent + scale;
  const auto kept =
      static_cast<std::size_t>(std::clamp<std::int64_t>(wanted, 0, static_cast<std::int64_t>(parts.digits())));
  if (!all_zero(parts, kept)) return {NumberFault::kTooFine, 0};
  std::uint64_t magnitude = 0;
  for (std::size_t i = 0; i < kept; ++i)
    if (!append(magnitude, parts.digit(i))) return {NumberFault::kOutOfRange, 0};
  // Ends soon: the value is not zero here, so each zero multiplies it until it is out of range.
  for (std::int64_t i = static_cast<std::int64_t>(kept); i < wanted; ++i)
    if (!append(magnitude, 0)) return {NumberFault::kOutOfRange, 0};
  if (!parts.negative && magnitude > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return {NumberFault::kOutOfRange, 0};
  return {NumberFault::kNoFault, static_cast<std::int64_t>(parts.negative ? 0 - magnitude : magnitude)};
}

}  // namespace cnx::order_transform
