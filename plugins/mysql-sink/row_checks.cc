// SPDX-License-Identifier: Apache-2.0
#include "row_checks.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace cnx::mysql {
namespace {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

std::int64_t power_of_ten(std::uint32_t exponent) {
  std::int64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

bool is_digits_column(const ColumnInfo& live) {
  return live.kind == ColumnKind::kInteger || live.kind == ColumnKind::kDecimal;
}

// Digits after the point in the shortest text that gives the same double.
std::uint32_t fraction_digits(double value) {
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  const char* point = std::find(text, end, '.');
  return point == end ? 0 : static_cast<std::uint32_t>(end - point - 1);
}

// What a value loses in its column; nullptr: nothing.
const char* decimal_loss(const ColumnInfo& live, std::uint32_t scale, std::int64_t value) {
  if (!is_digits_column(live) || scale <= live.scale) return nullptr;
  const std::uint32_t excess = scale - live.scale;
  const bool fits = excess > 18 ? value == 0 : value % power_of_ten(excess) == 0;
  return fits ? nullptr : "more decimals than the column has";
}

const char* time_loss(const ColumnInfo& live, cnx_type type, std::int64_t value) {
  if (!has_calendar_year(type, value)) return "the year is not within 1 to 9999";
  if (type == CNX_DATE) return nullptr;
  if (live.kind == ColumnKind::kDate) return value % kMicrosPerDay == 0 ? nullptr : "a time of day in a DATE column";
  if (live.kind != ColumnKind::kTime || live.scale >= 6) return nullptr;
  return value % power_of_ten(6 - live.scale) == 0 ? nullptr : "more fractional digits of a second than the column has";
}

const char* float_loss(const ColumnInfo& live, double value) {
  if (!std::isfinite(value)) return "not a finite number";
  if (is_digits_column(live) && fraction_digits(value) > live.scale) return "more decimals than the column has";
  return nullptr;
}

const char* text_loss(const ColumnInfo& live, std::string_view text) {
  if (live.max_characters > 0 && text.size() > live.max_characters && count_characters(text) > live.max_characters)
    return "text longer than the column";
  if (live.max_bytes > 0 && live.max_characters == 0 && text.size() > live.max_bytes)
    return "value longer than the column";
  return nullptr;
}

bool is_text(cnx_type type) { return type == CNX_TEXT || type == CNX_BYTES || type == CNX_JSON; }

// A text of so many bytes fits whatever its characters are.
std::uint64_t sure_to_fit(const ColumnInfo& live) {
  const std::uint64_t bytes = live.max_characters > 0 ? live.max_characters : live.max_bytes;
  return bytes > 0 ? bytes : std::numeric_limits<std::uint64_t>::max();
}

const char* loss(const ColumnView& column, const ColumnInfo& live, std::uint32_t row) {
  switch (column.type()) {
    case CNX_DECIMAL:
      return decimal_loss(live, column.raw().scale, column.integer(row));
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
    case CNX_DATE:
      return time_loss(live, column.type(), column.integer(row));
    case CNX_FLOAT64:
      return float_loss(live, column.number(row));
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      return text_loss(live, column.text(row));
    default:
      return nullptr;
  }
}

// False: no value of the column can lose anything.
bool can_lose(const ColumnView& column, const ColumnInfo& live) {
  switch (column.type()) {
    case CNX_INT64:
    case CNX_BOOL:
      return false;
    case CNX_DECIMAL:
      return is_digits_column(live) && column.raw().scale > live.scale;
    default:
      return true;
  }
}

}  // namespace

std::uint64_t RowChecks::run(const WritePlan& plan, const BatchView& batch, const std::vector<std::uint32_t>& rows,
                             Rejects& rejects) {
  plan_ = &plan;
  batch_ = &batch;
  rows_ = &rows;
  rejects_ = &rejects;
  rejected_.clear();
  cut_texts_ = 0;
  most_text_bytes_ = 0;
  for (std::uint32_t c = 0; c < plan.columns.size(); ++c)
    if (plan.columns[c].type != CNX_WRITE_TIME) check_column(c);
  return rejected_.size();
}

void RowChecks::check_column(std::uint32_t index) {
  const ColumnView column = batch_->column(index);
  const ColumnInfo& live = *plan_->live[index];
  const bool is_key = plan_->columns[index].is_key;
  const bool may_be_null = live.nullable && !is_key;
  const bool cuts = plan_->columns[index].cut_characters > 0 || plan_->columns[index].cut_bytes > 0;
  if (may_be_null && !can_lose(column, live)) return;
  if (is_text(column.type()) && all_fit(column, may_be_null, sure_to_fit(live))) return;
  for (const std::uint32_t row : *rows_) {
    if (!is_key && batch_->is_delete(row)) continue;
    if (column.is_null(row)) {
      if (!may_be_null)
        reject(row, index, is_key ? "null in a column of the key" : "null in a column that is NOT NULL");
      continue;
    }
    const char* why = loss(column, live, row);
    if (why == nullptr) continue;
    if (!cuts) {
      reject(row, index, why);
      continue;
    }
    ++cut_texts_;
    cut_column_ = live.name;
  }
}

// The common case at the speed of memory: neither null nor anything longer than `limit` bytes where it may not be.
bool RowChecks::all_fit(const ColumnView& column, bool may_be_null, std::uint64_t limit) {
  std::uint64_t bytes = 0;
  for (const std::uint32_t row : *rows_) {
    const bool null = column.is_null(row);
    const std::uint64_t size = null ? 0 : column.text(row).size();
    if (null ? !may_be_null : size > limit) {
      most_text_bytes_ = std::numeric_limits<std::uint64_t>::max();
      return false;
    }
    bytes += size;
  }
  if (most_text_bytes_ != std::numeric_limits<std::uint64_t>::max()) most_text_bytes_ += bytes;
  return true;
}

void RowChecks::reject(std::uint32_t row, std::uint32_t column, std::string_view why) {
  const auto at = std::lower_bound(rejected_.begin(), rejected_.end(), row);
  if (at != rejected_.end() && *at == row) return;
  rejected_.insert(at, row);
  const ColumnInfo& live = *plan_->live[column];
  rejects_->reject(row, live.name,
                   "table " + plan_->table.name.quoted() + ", column `" + live.name + "` " + live.declared + ": " +
                       std::string(why) + "; correct the value at its source or change the column");
}

}  // namespace cnx::mysql
