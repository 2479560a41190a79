// SPDX-License-Identifier: Apache-2.0
#include "mask_field.h"

#include "derived_rows.h"

namespace cnx::std_transforms {
namespace {

Result<Cell> mask_of(const cnx_column& column, const std::optional<std::string>& replacement) {
  const std::string name = "'" + std::string(view(column.name)) + "'";
  if ((column.flags & CNX_COLUMN_KEY) != 0)
    return config_error("fields: column " + name + " is part of the key: rows with different keys would become one");
  if (column.type == CNX_WRITE_TIME)
    return config_error("fields: column " + name + " has no values: the sink puts the time of the write into it");
  Cell mask;
  if (column.type == CNX_JSON) {
    if (replacement)
      return config_error("replacement: column " + name + " holds JSON; it can be masked with null only");
    mask.text = "null";
  } else if (replacement) {
    if (const char* why = read_cell(*replacement, column, mask))
      return config_error("replacement: for column " + name + " the value " + why);
  }
  return mask;
}

}  // namespace

Result<std::unique_ptr<MaskField>> MaskField::create(Host, const Config& config) {
  return std::unique_ptr<MaskField>(new MaskField(config));
}

MaskField::MaskField(const Config& config) : fields_(config.list("fields")), replacement_(config.find("replacement")) {}

Status MaskField::apply(const BatchView& in, Output& out) {
  auto rows = std::make_unique<DerivedRows>(in);
  for (const std::string& field : fields_) {
    CNX_ASSIGN(const std::size_t column, rows->find(field, "fields"));
    CNX_ASSIGN(Cell mask, mask_of(rows->columns()[column], replacement_));
    mask.text = rows->keep(mask.text);
    const cnx_column original = rows->columns()[column];
    rows->renew(column);
    for (std::uint64_t row = 0; row < rows->size(); ++row)
      if (!ColumnView(original).is_null(row)) rows->set(column, row, mask);
  }
  DerivedRows::emit(std::move(rows), out);
  return {};
}

}  // namespace cnx::std_transforms
