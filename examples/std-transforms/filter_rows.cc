// SPDX-License-Identifier: Apache-2.0
#include "filter_rows.h"

#include <compare>
#include <vector>

#include "derived_rows.h"

namespace cnx::std_transforms {
namespace {

std::partial_ordering compare(const Cell& a, const Cell& b, cnx_type type) {
  switch (type) {
    case CNX_FLOAT64:
      return a.number <=> b.number;
    case CNX_BOOL:
      return a.boolean <=> b.boolean;
    case CNX_TEXT:
    case CNX_BYTES:
      return a.text <=> b.text;
    default:
      return a.integer <=> b.integer;
  }
}

bool holds(std::partial_ordering order, std::string_view is) {
  if (is == "eq") return order == 0;
  if (is == "ne") return order != 0;
  if (is == "lt") return order < 0;
  if (is == "le") return order <= 0;
  if (is == "gt") return order > 0;
  return order >= 0;
}

Result<Cell> read_value(const cnx_column& column, std::string_view text) {
  const std::string name = "'" + std::string(view(column.name)) + "'";
  if (column.type == CNX_JSON || column.type == CNX_WRITE_TIME || column.type == CNX_DATETIME)
    return config_error("is: values of column " + name + " cannot be compared; only null can be asked for");
  cnx_column unbounded = column;  // 1000 is a value to compare an int8 with
  unbounded.bits = 64;
  unbounded.max_length = 0;
  Cell value;
  if (const char* why = read_cell(text, unbounded, value))
    return config_error("value: for column " + name + " it " + why);
  return value;
}

}  // namespace

Result<std::unique_ptr<FilterRows>> FilterRows::create(Host, const Config& config) {
  const bool null = config.text("is") == "null";
  if (config.text("field").empty()) return config_error("field: it names no column");
  if (null && config.has("value")) return config_error("value: null is compared with nothing; leave it out");
  if (!null && !config.has("value")) return config_error("value: " + config.text("is") + " needs one");
  return std::unique_ptr<FilterRows>(new FilterRows(config));
}

FilterRows::FilterRows(const Config& config)
    : field_(config.text("field")),
      is_(config.text("is")),
      value_(config.text("value")),
      negate_(config.boolean("negate")),
      rule_((negate_ ? "not " : "") + field_ + " " + is_) {}

Status FilterRows::apply(const BatchView& in, Output& out) {
  auto rows = std::make_unique<DerivedRows>(in);
  CNX_ASSIGN(const std::size_t index, rows->find(field_, "field"));
  const ColumnView column(rows->columns()[index]);
  Cell value;
  if (is_ != "null") {
    CNX_ASSIGN(value, read_value(column.raw(), value_));
  }
  std::vector<std::uint32_t> kept;
  for (std::uint32_t row = 0; row < in.size(); ++row) {
    const bool null = column.type() != CNX_WRITE_TIME && column.is_null(row);
    const bool drops = is_ == "null" ? null : !null && holds(compare(cell_of(column, row), value, column.type()), is_);
    if (drops != negate_)
      out.filter(in.origin(row), rule_, field_);
    else
      kept.push_back(row);
  }
  rows->keep_rows(kept);
  DerivedRows::emit(std::move(rows), out);
  return {};
}

}  // namespace cnx::std_transforms
