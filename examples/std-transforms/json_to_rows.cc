// SPDX-License-Identifier: Apache-2.0
#include "json_to_rows.h"

#include <utility>

#include "column_types.h"
#include "exact_number.h"

namespace cnx::std_transforms {
namespace {

constexpr std::size_t kMostOfAName = 100;  // bytes of a key that a message shows

std::string path_of(std::string_view key) {
  return "$." + std::string(key.substr(0, kMostOfAName)) + (key.size() > kMostOfAName ? "…" : "");
}

std::string_view text_of(yyjson_val* text) { return {yyjson_get_str(text), yyjson_get_len(text)}; }
std::string_view digits_of(yyjson_val* number) { return {yyjson_get_raw(number), yyjson_get_len(number)}; }

const char* read_milliseconds(std::string_view digits, const ColumnSpec& column, Cell& cell) {
  const ExactNumber micros = exact_number(digits, 3);
  if (micros.fault != NumberFault::kNone) return "is no number of milliseconds since 1970";
  cell.integer = micros.unscaled;
  return check_cell(cell, column);
}

const char* read_number(std::string_view digits, const ColumnSpec& column, Cell& cell) {
  switch (column.type) {
    case CNX_TIMESTAMP:
      return read_milliseconds(digits, column, cell);
    case CNX_BOOL:
      return "is a number, the column is a boolean";
    case CNX_DATE:
      return "is a number, the column is a date (2026-11-23)";
    default:
      return read_cell(digits, column, cell);
  }
}

}  // namespace

Result<std::unique_ptr<JsonToRows>> JsonToRows::create(Host, const Config& config) {
  CNX_ASSIGN(std::vector<ColumnSpec> columns, read_columns("columns", config.text("columns")));
  return std::unique_ptr<JsonToRows>(new JsonToRows(std::move(columns), config.text("unknown.keys") == "drop"));
}

void JsonToRows::validate(const Config& config, Findings& findings) {
  if (const auto columns = read_columns("columns", config.text("columns")); !columns.ok())
    findings.error("columns", columns.error().message, "write NAME:TYPE,NAME:TYPE");
}

JsonToRows::JsonToRows(std::vector<ColumnSpec> columns, bool drops_unknown)
    : columns_(std::move(columns)),
      drops_unknown_(drops_unknown),
      pool_(RowBatchPool::make(columns_, {})),
      seen_(columns_.size()) {
  for (std::uint32_t c = 0; c < columns_.size(); ++c) index_.emplace(view(columns_[c].name), c);
}

Status JsonToRows::shapes(const ShapeSink& shape) {
  shape(pool_->shape());
  return {};
}

Status JsonToRows::apply(const BatchView& in, Output& out) {
  std::unique_ptr<RowBatch> rows = pool_->take();
  for (std::uint64_t i = 0; i < in.size(); ++i) {
    const cnx_str value = in.record(i).value;
    if (is_absent(value)) {
      out.filter(in.origin(i), kRuleTombstone, "$");
      continue;
    }
    const std::uint32_t before = rows->size();
    const auto fault = add_row(view(value), in.origin(i), *rows);
    if (!fault) continue;
    rows->truncate(before);
    out.reject(in.origin(i), fault->path, fault->column, fault->message);
  }
  if (rows->size() > 0) out.emit(pool_->hand_over(std::move(rows)));
  return {};
}

std::optional<JsonToRows::Fault> JsonToRows::add_row(std::string_view document, std::uint32_t origin, RowBatch& rows) {
  Fault fault{"$", "", ""};
  yyjson_val* const root = json_.parse(document, fault.message);
  if (root == nullptr) return fault;
  if (!yyjson_is_obj(root)) {
    fault.message = std::string("is ") + kind_of(root) + "; json-to-rows takes one object a record";
    return fault;
  }
  seen_.assign(columns_.size(), false);
  next_ = 0;
  const std::uint32_t row = rows.add_row(origin);
  yyjson_obj_iter keys = yyjson_obj_iter_with(root);
  while (yyjson_val* const key = yyjson_obj_iter_next(&keys))
    if (auto bad = take(text_of(key), yyjson_obj_iter_get_val(key), row, rows)) return bad;
  return std::nullopt;
}

std::optional<std::uint32_t> JsonToRows::find(std::string_view key) {
  if (next_ < columns_.size() && view(columns_[next_].name) == key) return next_++;
  const auto found = index_.find(key);
  if (found == index_.end()) return std::nullopt;
  next_ = found->second + 1;
  return found->second;
}

std::optional<JsonToRows::Fault> JsonToRows::take(std::string_view key, yyjson_val* value, std::uint32_t row,
                                                  RowBatch& rows) {
  const auto index = find(key);
  if (!index) {
    if (drops_unknown_) return std::nullopt;
    return Fault{path_of(key), "", "is no column; add it to columns, or set unknown.keys: drop"};
  }
  const ColumnSpec& column = columns_[*index];
  if (seen_[*index]) return Fault{path_of(key), std::string(key), "stands twice in the object"};
  seen_[*index] = true;
  if (yyjson_is_null(value)) return std::nullopt;
  Cell cell;
  if (const char* why = read_value(value, column, cell)) return Fault{path_of(key), std::string(key), why};
  if (!cell.text.empty()) cell.text = rows.keep(cell.text);
  put_cell(rows, *index, row, column.type, cell);
  return std::nullopt;
}

const char* JsonToRows::read_value(yyjson_val* value, const ColumnSpec& column, Cell& cell) {
  if (column.type == CNX_JSON) return read_cell(json_.text_of(value), column, cell);
  switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_STR:
      return column.type == CNX_BOOL ? "is a text, the column is a boolean" : read_cell(text_of(value), column, cell);
    case YYJSON_TYPE_RAW:
      return read_number(digits_of(value), column, cell);
    case YYJSON_TYPE_BOOL:
      if (column.type == CNX_BOOL || column.type == CNX_TEXT)
        return read_cell(yyjson_get_bool(value) ? "true" : "false", column, cell);
      return "is a boolean, the column is none";
    case YYJSON_TYPE_OBJ:
      return "is an object; make it a json column, or take it apart before";
    default:
      return "is an array; make it a json column, or take it apart before";
  }
}

}  // namespace cnx::std_transforms
