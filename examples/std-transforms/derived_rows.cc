// SPDX-License-Identifier: Apache-2.0
#include "derived_rows.h"

#include <cstring>
#include <string>

namespace cnx::std_transforms {
namespace {

/// Bytes of one value in a column.
std::size_t width_of(cnx_type type) {
  switch (type) {
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      return sizeof(cnx_str);
    case CNX_BOOL:
      return sizeof(std::uint8_t);
    case CNX_WRITE_TIME:
      return 0;
    default:
      return sizeof(std::int64_t);
  }
}

}  // namespace

DerivedRows::DerivedRows(const BatchView& in) : batch_(in.raw()) {
  for (std::uint32_t c = 0; c < in.column_count(); ++c) columns_.push_back(in.column(c).raw());
}

Result<std::size_t> DerivedRows::find(std::string_view name, std::string_view key) const {
  for (std::size_t c = 0; c < columns_.size(); ++c)
    if (view(columns_[c].name) == name) return c;
  std::string others;
  for (const cnx_column& column : columns_) others += (others.empty() ? "" : ", ") + std::string(view(column.name));
  return config_error(std::string(key) + ": the rows have no column '" + std::string(name) + "'; they have " + others);
}

std::string_view DerivedRows::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* const copy = static_cast<char*>(allocate(text.size()));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

void DerivedRows::renew(std::size_t column) {
  const std::size_t bytes = (size() + 7) / 8;
  void* const nulls = allocate(bytes);
  std::memset(nulls, 0xff, bytes);
  columns_[column].nulls = static_cast<std::uint8_t*>(nulls);
  columns_[column].values = allocate(size() * width_of(columns_[column].type));
}

void DerivedRows::set(std::size_t column, std::uint64_t row, const Cell& cell) {
  // renew() made them, in memory of this batch.
  auto* const values = const_cast<void*>(columns_[column].values);
  auto* const nulls = const_cast<std::uint8_t*>(columns_[column].nulls);
  nulls[row >> 3] &= static_cast<std::uint8_t>(~(1u << (row & 7)));
  switch (columns_[column].type) {
    case CNX_FLOAT64:
      static_cast<double*>(values)[row] = cell.number;
      return;
    case CNX_BOOL:
      static_cast<std::uint8_t*>(values)[row] = cell.boolean ? 1 : 0;
      return;
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      static_cast<cnx_str*>(values)[row] = str(cell.text);
      return;
    default:
      static_cast<std::int64_t*>(values)[row] = cell.integer;
  }
}

void DerivedRows::keep_rows(const std::vector<std::uint32_t>& rows) {
  if (rows.size() == size()) return;
  const auto gather = [&]<class T>(const T* from) {
    auto* const chosen = static_cast<T*>(allocate(rows.size() * sizeof(T)));
    for (std::size_t i = 0; i < rows.size(); ++i) chosen[i] = from[rows[i]];
    return static_cast<const T*>(chosen);
  };
  for (cnx_column& column : columns_) {
    const std::size_t width = width_of(column.type);
    if (width == 0) continue;
    auto* const values = static_cast<char*>(allocate(rows.size() * width));
    auto* const nulls = static_cast<std::uint8_t*>(allocate((rows.size() + 7) / 8));
    std::memset(nulls, 0, (rows.size() + 7) / 8);
    const ColumnView before(column);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::memcpy(values + i * width, static_cast<const char*>(column.values) + rows[i] * width, width);
      if (before.is_null(rows[i])) nulls[i >> 3] |= static_cast<std::uint8_t>(1u << (i & 7));
    }
    column.values = values;
    column.nulls = nulls;
  }
  batch_.origin = gather(batch_.origin);
  if (batch_.ops != nullptr) batch_.ops = gather(batch_.ops);
  batch_.count = rows.size();
}

void DerivedRows::emit(std::unique_ptr<DerivedRows> rows, Output& out) {
  if (rows->size() == 0 || rows->columns_.empty()) return;
  cnx_batch& batch = rows->batch_;
  batch.struct_size = sizeof batch;
  batch.column_stride = sizeof(cnx_column);
  batch.column_count = static_cast<std::uint32_t>(rows->columns_.size());
  batch.columns = rows->columns_.data();
  batch.owner = rows.get();
  batch.release = [](cnx_batch* self) { delete static_cast<DerivedRows*>(self->owner); };
  out.emit(&rows.release()->batch_);
}

}  // namespace cnx::std_transforms
