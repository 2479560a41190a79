// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "cells.h"
#include "cnx/component.hpp"

namespace cnx::std_transforms {

/// Rows made from other rows: what is not changed points into the input, which the host keeps for as long. One thread
/// until it is emitted; then it ends itself when it is released, and may outlive its transform.
class DerivedRows {
 public:
  /// All rows and columns of `in`.
  explicit DerivedRows(const BatchView& in);
  DerivedRows(const DerivedRows&) = delete;
  DerivedRows& operator=(const DerivedRows&) = delete;

  [[nodiscard]] std::uint64_t size() const { return batch_.count; }
  [[nodiscard]] std::vector<cnx_column>& columns() { return columns_; }
  /// The index of the column `name`; an error that names those there are, for the key that asked for it.
  [[nodiscard]] Result<std::size_t> find(std::string_view name, std::string_view key) const;

  /// A copy that lives as long as the batch.
  [[nodiscard]] std::string_view keep(std::string_view text);
  /// Gives a column values of its own, all null; set() fills them.
  void renew(std::size_t column);
  /// Of a renewed column; borrows the cell's text.
  void set(std::size_t column, std::uint64_t row, const Cell& cell);
  /// Only these rows are left; ascending.
  void keep_rows(const std::vector<std::uint32_t>& rows);

  /// Gives the batch to the host; without a row or column there is none to give.
  static void emit(std::unique_ptr<DerivedRows> rows, Output& out);

 private:
  void* allocate(std::size_t size) { return arena_.allocate(size == 0 ? 1 : size, alignof(std::max_align_t)); }

  std::pmr::monotonic_buffer_resource arena_;
  std::vector<cnx_column> columns_;
  cnx_batch batch_{};
};

}  // namespace cnx::std_transforms
