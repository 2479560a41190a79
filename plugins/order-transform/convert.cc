// SPDX-License-Identifier: Apache-2.0
#include "convert.h"

#include <algorithm>

#include "exact_number.h"
#include "iso_time.h"

namespace cnx::order_transform {
namespace {

// What MySQL's DATETIME holds, as seconds since the epoch: https://dev.mysql.com/doc/refman/8.4/en/datetime.html
constexpr std::int64_t kDatetimeFirst = -30'610'224'000;  // 1000-01-01 00:00:00
constexpr std::int64_t kDatetimeLast = 253'402'300'799;   // 9999-12-31 23:59:59

bool is_number(yyjson_val* value) { return yyjson_is_raw(value); }
std::string_view number_text(yyjson_val* value) { return {yyjson_get_raw(value), yyjson_get_len(value)}; }
std::string_view string_text(yyjson_val* value) { return {yyjson_get_str(value), yyjson_get_len(value)}; }

std::string wrong_kind(yyjson_val* value, std::string_view wanted) {
  return std::string(kind_of(value)).append(" where ").append(wanted).append(" belongs");
}

/// The digits of a number or a text and whether they may have an exponent; nothing for any other kind.
struct Digits {
  std::string_view text;
  Exponent exponent;
};
std::optional<Digits> digits_of(yyjson_val* value) {
  if (is_number(value)) return Digits{number_text(value), Exponent::kAllowed};
  if (yyjson_is_str(value)) return Digits{string_text(value), Exponent::kRefused};
  return std::nullopt;
}

std::optional<Misfit> convert_text(yyjson_val* value, std::uint8_t column, Cells& cells) {
  std::string_view text;
  if (yyjson_is_str(value)) {
    text = string_text(value);
  } else if (is_number(value)) {
    text = number_text(value);
    if (text.find_first_of("eE") != std::string_view::npos)
      return Misfit{column, "a number with an exponent where a text belongs"};
  } else {
    return Misfit{column, wrong_kind(value, "a text")};
  }
  const std::size_t limit = kColumns[column].spec.max_length;
  if (limit == 0 && text.size() > kTextBytes)
    return Misfit{
        column, "a text of " + std::to_string(text.size()) + " bytes; the column holds " + std::to_string(kTextBytes)};
  if (limit != 0 && text.size() > limit && count_characters(text) > limit)
    return Misfit{column, "a text of " + std::to_string(count_characters(text)) + " characters; the column holds " +
                              std::to_string(limit)};
  cells.set(column, text);
  return std::nullopt;
}

std::optional<Misfit> convert_whole(yyjson_val* value, std::uint8_t column, Cells& cells) {
  const auto digits = digits_of(value);
  if (!digits) return Misfit{column, wrong_kind(value, "a whole number")};
  const ExactNumber number = parse_exact(digits->text, 0, digits->exponent);
  const bool narrow = kColumns[column].spec.bits == 32;
  switch (number.fault) {
    case NumberFault::kNoNumber:
      return Misfit{column, "a text that is no whole number"};
    case NumberFault::kTooFine:
      return Misfit{column, std::string(kind_of(value)) + " with decimals where a whole number belongs"};
    case NumberFault::kOutOfRange:
      break;
    case NumberFault::kNoFault:
      if (set_number(number.unscaled, column, cells)) return std::nullopt;
      break;
  }
  return Misfit{column, std::string("a whole number out of the range of ") + (narrow ? "INT" : "BIGINT")};
}

std::optional<Misfit> convert_amount(yyjson_val* value, std::uint8_t column, Cells& cells) {
  const ColumnSpec& spec = kColumns[column].spec;
  const auto digits = digits_of(value);
  if (!digits) return Misfit{column, wrong_kind(value, "an amount")};
  const ExactNumber number = parse_exact(digits->text, spec.scale, digits->exponent);
  switch (number.fault) {
    case NumberFault::kNoNumber:
      return Misfit{column, "a text that is no amount"};
    case NumberFault::kTooFine:
      return Misfit{column, "an amount with more than " + std::to_string(spec.scale) + " decimals"};
    case NumberFault::kOutOfRange:
      break;
    case NumberFault::kNoFault:
      if (set_number(number.unscaled, column, cells)) return std::nullopt;
      break;
  }
  return Misfit{column, "an amount out of the range of DECIMAL(" + std::to_string(spec.precision) + "," +
                            std::to_string(spec.scale) + ")"};
}

/// Epoch milliseconds, or why not.
std::optional<Misfit> read_time(yyjson_val* value, std::uint8_t column, std::int64_t& ms) {
  const auto digits = digits_of(value);
  if (!digits) return Misfit{column, wrong_kind(value, "a time")};
  // Behind the year of an ISO 8601 time; no text that is a number has it there.
  const bool has_dash = digits->exponent == Exponent::kRefused && digits->text.size() > 4 && digits->text[4] == '-';
  const ExactNumber number =
      has_dash ? ExactNumber{NumberFault::kNoNumber, 0} : parse_exact(digits->text, 0, digits->exponent);
  switch (number.fault) {
    case NumberFault::kNoFault:
      ms = number.unscaled;
      return std::nullopt;
    case NumberFault::kTooFine:
      return Misfit{column, "a time in fractions of a millisecond"};
    case NumberFault::kOutOfRange:
      return Misfit{column, "a time out of the range of BIGINT"};
    case NumberFault::kNoNumber:
      break;
  }
  const auto iso = parse_iso_time(digits->text);
  if (!iso) return Misfit{column, "a text that is neither epoch milliseconds nor an ISO 8601 time"};
  ms = *iso;
  return std::nullopt;
}

std::optional<Misfit> convert_time(yyjson_val* value, std::uint8_t column, Cells& cells) {
  std::int64_t ms = 0;
  if (auto misfit = read_time(value, column, ms)) return misfit;
  if (set_number(ms, column, cells)) return std::nullopt;
  return Misfit{static_cast<std::uint8_t>(column + 1),
                "a time outside of 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC, which TIMESTAMP holds"};
}

std::optional<Misfit> convert_civil_time(yyjson_val* value, std::uint8_t column, Cells& cells) {
  std::int64_t ms = 0;
  if (auto misfit = read_time(value, column, ms)) return misfit;
  const std::int64_t second = floor_to_second(ms);
  if (second < kDatetimeFirst || second > kDatetimeLast)
    return Misfit{column, "a time outside of the years 1000 to 9999, which DATETIME holds"};
  cells.set(column, second * kMicrosPerSecond);
  return std::nullopt;
}

/// Every time has its second in the next column.
constexpr bool times_come_in_pairs() {
  for (std::size_t c = 0; c < kColumnCount; ++c) {
    if ((kColumns[c].take == Take::kSecond) != (c > 0 && kColumns[c - 1].take == Take::kTime)) return false;
    if (kColumns[c].take == Take::kSecond && kColumns[c].from != kColumns[c - 1].from) return false;
  }
  return kColumns[kColumnCount - 1].take != Take::kTime;
}
static_assert(times_come_in_pairs());

}  // namespace

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string_view kind_of(yyjson_val* value) {
  switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_NULL:
      return "null";
    case YYJSON_TYPE_BOOL:
      return "a boolean";
    case YYJSON_TYPE_RAW:
      return "a number";
    case YYJSON_TYPE_STR:
      return "a text";
    case YYJSON_TYPE_ARR:
      return "a list";
    default:
      return "an object";
  }
}

std::optional<Misfit> convert(yyjson_val* value, std::uint8_t column, Cells& cells) {
  switch (kColumns[column].take) {
    case Take::kText:
      return convert_text(value, column, cells);
    case Take::kWhole:
      return convert_whole(value, column, cells);
    case Take::kAmount:
      return convert_amount(value, column, cells);
    case Take::kTime:
      return convert_time(value, column, cells);
    case Take::kCivilTime:
      return convert_civil_time(value, column, cells);
    case Take::kSecond:
    case Take::kJson:
    case Take::kConstant:
    case Take::kWriteTime:
      break;
  }
  return std::nullopt;
}

}  // namespace cnx::order_transform
