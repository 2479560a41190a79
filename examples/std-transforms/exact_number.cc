// SPDX-License-Identifier: Apache-2.0
#include "exact_number.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace cnx::std_transforms {
namespace {

// Far beyond the length of any payload, far below overflow: a larger exponent makes no difference to the result.
constexpr std::int64_t kExponentLimit = 1'000'000'000;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> exponent_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (!is_digits(text)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) value = std::min(value * 10 + (c - '0'), kExponentLimit);
  return negative ? -value : value;
}

/// The sign and the digits of a magnitude that grows digit by digit.
class Unscaled {
 public:
  explicit Unscaled(bool negative) : negative_(negative) {}
  [[nodiscard]] bool zero() const { return magnitude_ == 0; }
  /// False: int64_t does not hold it.
  bool append(unsigned digit) {
    const std::uint64_t most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) + negative_;
    if (magnitude_ > (most - digit) / 10) return false;
    magnitude_ = magnitude_ * 10 + digit;
    return true;
  }
  [[nodiscard]] std::int64_t value() const {
    return static_cast<std::int64_t>(negative_ ? 0 - magnitude_ : magnitude_);
  }

 private:
  const bool negative_;
  std::uint64_t magnitude_ = 0;
};

}  // namespace

ExactNumber exact_number(std::string_view text, unsigned scale) {
  Unscaled unscaled(text.starts_with('-'));
  if (text.starts_with('-')) text.remove_prefix(1);
  std::int64_t place = scale;  // the power of ten of the last digit of the whole part, in units of the last decimal
  if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
    const auto exponent = exponent_of(text.substr(e + 1));
    if (!exponent) return {NumberFault::kNoNumber};
    place += *exponent;
    text = text.substr(0, e);
  }
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (!is_digits(whole) || (point != std::string_view::npos && !is_digits(decimals))) return {NumberFault::kNoNumber};
  place += static_cast<std::int64_t>(whole.size());
  for (const std::string_view part : {whole, decimals}) {
    for (const char c : part) {
      --place;
      if (place < 0 && c != '0') return {NumberFault::kTooFine};
      if (place >= 0 && !unscaled.append(static_cast<unsigned>(c - '0'))) return {NumberFault::kOutOfRange};
    }
  }
  // Ends soon: each zero multiplies the value until it is out of range.
  for (; place > 0 && !unscaled.zero(); --place)
    if (!unscaled.append(0)) return {NumberFault::kOutOfRange};
  return {NumberFault::kNone, unscaled.value()};
}

}  // namespace cnx::std_transforms
