// SPDX-License-Identifier: Apache-2.0
//
// Reading batches: views over the ABI's tables that respect strides. No copies, no ownership.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cnx/abi/batch.h"
#include "cnx/abi/sink.h"
#include "cnx/text.hpp"

namespace cnx {

/// One column of a row batch. The typed readers need the type that the column has and a row that is not null.
class ColumnView {
 public:
  explicit ColumnView(const cnx_column& raw) : raw_(&raw) {}
  [[nodiscard]] const cnx_column& raw() const { return *raw_; }
  [[nodiscard]] std::string_view name() const { return view(raw_->name); }
  [[nodiscard]] cnx_type type() const { return raw_->type; }
  [[nodiscard]] bool is_null(std::uint64_t row) const {
    return raw_->nulls != nullptr && (raw_->nulls[row >> 3] >> (row & 7) & 1) != 0;
  }
  /// CNX_INT64, CNX_DECIMAL (unscaled), CNX_TIMESTAMP, CNX_DATETIME, CNX_DATE.
  [[nodiscard]] std::int64_t integer(std::uint64_t row) const {
    return static_cast<const std::int64_t*>(raw_->values)[row];
  }
  [[nodiscard]] double number(std::uint64_t row) const { return static_cast<const double*>(raw_->values)[row]; }
  [[nodiscard]] bool boolean(std::uint64_t row) const {
    return static_cast<const std::uint8_t*>(raw_->values)[row] != 0;
  }
  /// CNX_TEXT, CNX_BYTES, CNX_JSON.
  [[nodiscard]] std::string_view text(std::uint64_t row) const {
    return view(static_cast<const cnx_str*>(raw_->values)[row]);
  }

 private:
  const cnx_column* raw_;
};

/// A batch of records or rows.
class BatchView {
 public:
  explicit BatchView(const cnx_batch& raw) : raw_(&raw) {}
  [[nodiscard]] const cnx_batch& raw() const { return *raw_; }
  [[nodiscard]] std::uint64_t size() const { return raw_->count; }
  [[nodiscard]] std::uint32_t origin(std::uint64_t i) const { return raw_->origin[i]; }

  [[nodiscard]] const cnx_record& record(std::uint64_t i) const {
    return *reinterpret_cast<const cnx_record*>(reinterpret_cast<const char*>(raw_->records) + i * raw_->record_stride);
  }

  [[nodiscard]] std::string_view target() const { return view(raw_->target); }
  [[nodiscard]] std::uint32_t column_count() const { return raw_->column_count; }
  [[nodiscard]] ColumnView column(std::uint32_t c) const {
    return ColumnView(*reinterpret_cast<const cnx_column*>(reinterpret_cast<const char*>(raw_->columns) +
                                                           std::size_t{c} * raw_->column_stride));
  }
  [[nodiscard]] bool is_delete(std::uint64_t row) const {
    return raw_->ops != nullptr && raw_->ops[row] == CNX_OP_DELETE;
  }

 private:
  const cnx_batch* raw_;
};

/// The rows that a write is about: all, or an ascending choice.
class Selection {
 public:
  Selection(const cnx_batch& batch, cnx_selection raw) : rows_(raw.rows), count_(raw.rows ? raw.count : batch.count) {}
  [[nodiscard]] std::uint64_t size() const { return count_; }
  [[nodiscard]] std::uint32_t operator[](std::uint64_t i) const {
    return rows_ ? rows_[i] : static_cast<std::uint32_t>(i);
  }

 private:
  const std::uint32_t* rows_;
  std::uint64_t count_;
};

/// Names bad rows of a write.
class Rejects {
 public:
  explicit Rejects(const cnx_rejects& raw) : raw_(raw) {}
  void reject(std::uint32_t row, std::string_view column, std::string_view message, std::int64_t native_code = 0) {
    raw_.reject(raw_.ctx, row, column.empty() ? absent() : str(column), str(message), native_code);
  }

 private:
  const cnx_rejects& raw_;
};

}  // namespace cnx
