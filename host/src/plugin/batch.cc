// SPDX-License-Identifier: Apache-2.0
#include "plugin/batch.h"

#include <fmt/format.h>

#include <deque>
#include <limits>

#include "cnx/text.hpp"
#include "plugin/abi_sizes.h"

namespace cnx::host::plugin {
namespace {

Error fault(std::string text) { return fatal_error(std::move(text)); }

const char* kind_name(cnx_batch_kind kind) {
  return kind == CNX_RECORDS ? "records" : kind == CNX_ROWS ? "rows" : "an unknown kind";
}

Status check_records(const cnx_batch& batch) {
  if (batch.count == 0) return {};
  if (batch.records == nullptr) return fault(fmt::format("a batch of {} records without a records array", batch.count));
  if (batch.record_stride < kLeastBytes<cnx_record>) {
    return fault(fmt::format("a batch with a record_stride of {} bytes; a record has {}", batch.record_stride,
                             kLeastBytes<cnx_record>));
  }
  const BatchView records(batch);
  for (std::uint64_t i = 0; i < records.size(); ++i) {
    const cnx_record& record = records.record(i);
    if (record.header_count < 0 || (record.header_count > 0 && record.headers == nullptr)) {
      return fault(fmt::format("record {} with {} headers and no headers array", i, record.header_count));
    }
  }
  return {};
}

Status check_columns(const cnx_batch& batch) {
  if (batch.column_count == 0 || batch.columns == nullptr) return fault("a batch of rows without columns");
  if (batch.column_stride < kLeastBytes<cnx_column>) {
    return fault(fmt::format("a batch with a column_stride of {} bytes; a column has {}", batch.column_stride,
                             kLeastBytes<cnx_column>));
  }
  const BatchView rows(batch);
  for (std::uint32_t c = 0; c < rows.column_count(); ++c) {
    const ColumnView column = rows.column(c);
    if (column.name().empty()) return fault(fmt::format("column {} without a name", c));
    if (column.type() < CNX_INT64 || column.type() > CNX_WRITE_TIME) {
      return fault(fmt::format("column '{}' of type {}, which this host does not know", column.name(), column.type()));
    }
    if (batch.count > 0 && column.raw().values == nullptr && column.type() != CNX_WRITE_TIME) {
      return fault(fmt::format("column '{}' without values in a batch of {} rows", column.name(), batch.count));
    }
  }
  return {};
}

}  // namespace

void OwnedBatch::reset() {
  if (cnx_batch* batch = std::exchange(raw_, nullptr); batch != nullptr && batch->release != nullptr)
    batch->release(batch);
}

Status check_batch(const cnx_batch& batch, cnx_batch_kind expected) {
  if (!CNX_HAS(&batch, cnx_batch, release)) {
    return fault(
        fmt::format("a batch whose struct_size is {}; ABI 1.0 has {}", batch.struct_size, kLeastBytes<cnx_batch>));
  }
  if (batch.release == nullptr) return fault("a batch without a release function");
  if (batch.kind != expected) {
    return fault(
        fmt::format("a batch of {} ({}) where {} are due", kind_name(batch.kind), batch.kind, kind_name(expected)));
  }
  if (batch.count > std::numeric_limits<std::uint32_t>::max()) {
    return fault(fmt::format("a batch of {} elements; origins and selections have 32 bits", batch.count));
  }
  return batch.kind == CNX_RECORDS ? check_records(batch) : check_columns(batch);
}

Status check_origins(const cnx_batch& batch, std::uint32_t last_origin) {
  if (batch.count == 0) return {};
  if (batch.origin == nullptr) return fault("a batch without origins");
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    if (batch.origin[i] > last_origin) {
      return fault(
          fmt::format("element {} with origin {}; the input's origins end at {}", i, batch.origin[i], last_origin));
    }
  }
  return {};
}

Status check_shape(const cnx_batch& shape) {
  if (!CNX_HAS(&shape, cnx_batch, columns)) return fault("a shape whose struct_size is too small");
  if (shape.kind != CNX_ROWS || shape.count != 0) return fault("a shape that is not a batch of no rows");
  return check_columns(shape);
}

std::uint64_t bytes_of(const cnx_batch& rows) {
  const BatchView batch(rows);
  std::uint64_t bytes = rows.count * sizeof(std::uint32_t);
  if (rows.kind == CNX_RECORDS) {
    for (std::uint64_t i = 0; i < rows.count; ++i) {
      const cnx_record& record = batch.record(i);
      bytes += rows.record_stride + view(record.key).size() + view(record.value).size();
      for (std::int32_t h = 0; h < record.header_count; ++h)
        bytes += sizeof(cnx_header) + view(record.headers[h].name).size() + view(record.headers[h].value).size();
    }
    return bytes;
  }
  for (std::uint32_t c = 0; c < rows.column_count; ++c) {
    const ColumnView column = batch.column(c);
    const bool text = column.type() == CNX_TEXT || column.type() == CNX_BYTES || column.type() == CNX_JSON;
    bytes += rows.count * (text ? sizeof(cnx_str) : sizeof(std::int64_t));
    for (std::uint64_t row = 0; text && row < rows.count; ++row)
      if (!column.is_null(row)) bytes += column.text(row).size();
  }
  return bytes;
}

struct RowShape::Data {
  std::string target;
  std::deque<std::string> names;  // a deque: the columns point at its strings
  std::vector<cnx_column> columns;
  cnx_batch batch{};
};

void RowShape::Delete::operator()(Data* data) const { delete data; }

RowShape::RowShape(const cnx_batch& shape) : data_(new Data) {
  const BatchView from(shape);
  data_->target = from.target();
  for (std::uint32_t c = 0; c < from.column_count(); ++c) {
    cnx_column column = copy_of(from.column(c).raw(), shape.column_stride);
    column.name = str(data_->names.emplace_back(from.column(c).name()));
    column.nulls = nullptr;
    column.values = nullptr;
    data_->columns.push_back(column);
  }
  cnx_batch& batch = data_->batch;
  batch.struct_size = sizeof batch;
  batch.kind = CNX_ROWS;
  batch.target = is_absent(shape.target) ? absent() : str(data_->target);
  batch.column_stride = sizeof(cnx_column);
  batch.column_count = static_cast<std::uint32_t>(data_->columns.size());
  batch.columns = data_->columns.data();
  batch.release = [](cnx_batch*) {};
}

const cnx_batch& RowShape::batch() const { return data_->batch; }

}  // namespace cnx::host::plugin
