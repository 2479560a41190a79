// SPDX-License-Identifier: Apache-2.0
#include "cast.h"

#include <utility>

#include "column_types.h"
#include "derived_rows.h"

namespace cnx::std_transforms {
namespace {

Result<std::vector<ColumnSpec>> read_spec(const Config& config) {
  CNX_ASSIGN(std::vector<ColumnSpec> spec, read_columns("spec", config.text("spec")));
  for (const ColumnSpec& column : spec)
    if (column.type == CNX_JSON)
      return config_error("spec: '" + std::string(view(column.name)) + "': what is no JSON cannot be made JSON");
  return spec;
}

bool is_number(cnx_type type) { return type == CNX_INT64 || type == CNX_FLOAT64 || type == CNX_DECIMAL; }

/// nullptr, or why it cannot be. `text` is room to work in, and holds the text of `to`.
const char* convert(const Cell& from, const cnx_column& from_column, const cnx_column& to_column, std::string& text,
                    Cell& to) {
  if (to_column.type == CNX_BOOL && is_number(from_column.type)) {
    to.boolean = from.integer != 0 || from.number != 0;
    return nullptr;
  }
  text.clear();
  if (from_column.type == CNX_BOOL && is_number(to_column.type))
    text = from.boolean ? "1" : "0";
  else
    append_cell(text, from, from_column);
  return read_cell(text, to_column, to);
}

}  // namespace

Result<std::unique_ptr<Cast>> Cast::create(Host, const Config& config) {
  CNX_ASSIGN(std::vector<ColumnSpec> spec, read_spec(config));
  return std::unique_ptr<Cast>(new Cast(std::move(spec)));
}

void Cast::validate(const Config& config, Findings& findings) {
  if (const auto spec = read_spec(config); !spec.ok())
    findings.error("spec", spec.error().message, "write NAME:TYPE,NAME:TYPE");
}

Status Cast::apply(const BatchView& in, Output& out) {
  auto rows = std::make_unique<DerivedRows>(in);
  std::vector<bool> dead(rows->size());
  std::string text;
  for (const ColumnSpec& to : spec_) {
    const std::string_view name = view(to.name);
    CNX_ASSIGN(const std::size_t index, rows->find(name, "spec"));
    const cnx_column from = rows->columns()[index];
    if (from.type == CNX_WRITE_TIME)
      return config_error("spec: column '" + std::string(name) +
                          "' has no values: the sink puts the time of the write into it");
    cnx_column& column = rows->columns()[index];
    column = to;
    column.name = from.name;
    column.flags = from.flags;
    rows->renew(index);
    for (std::uint64_t row = 0; row < rows->size(); ++row) {
      if (dead[row] || ColumnView(from).is_null(row)) continue;
      Cell cell;
      if (const char* why = convert(cell_of(ColumnView(from), row), from, column, text, cell)) {
        out.reject(in.origin(row), name, name, why);
        dead[row] = true;
        continue;
      }
      cell.text = rows->keep(cell.text);
      rows->set(index, row, cell);
    }
  }
  std::vector<std::uint32_t> alive;
  for (std::uint32_t row = 0; row < dead.size(); ++row)
    if (!dead[row]) alive.push_back(row);
  rows->keep_rows(alive);
  DerivedRows::emit(std::move(rows), out);
  return {};
}

}  // namespace cnx::std_transforms
