// SPDX-License-Identifier: Apache-2.0
//
// Building row batches: columns that are filled row by row, handed over whole, and used again when released.
#pragma once

#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/batch.h"
#include "cnx/text.hpp"

namespace cnx {

/// A column's declaration. Text must outlive all batches made with it (string literals are usual).
struct ColumnSpec : cnx_column {
  static constexpr ColumnSpec make(std::string_view name, cnx_type type) {
    ColumnSpec c{};
    c.name = str(name);
    c.type = type;
    c.bits = type == CNX_INT64 ? 64 : 0;
    return c;
  }
  static constexpr ColumnSpec int64(std::string_view name) { return make(name, CNX_INT64); }
  static constexpr ColumnSpec int32(std::string_view name) {
    ColumnSpec c = make(name, CNX_INT64);
    c.bits = 32;
    return c;
  }
  static constexpr ColumnSpec text(std::string_view name, std::uint32_t max_length) {
    ColumnSpec c = make(name, CNX_TEXT);
    c.max_length = max_length;
    return c;
  }
  static constexpr ColumnSpec decimal(std::string_view name, std::uint32_t precision, std::uint32_t scale) {
    ColumnSpec c = make(name, CNX_DECIMAL);
    c.precision = precision;
    c.scale = scale;
    return c;
  }
  [[nodiscard]] constexpr ColumnSpec key() const {
    ColumnSpec c = *this;
    c.flags |= CNX_COLUMN_KEY | CNX_COLUMN_NOT_NULL;
    return c;
  }
};

static_assert(sizeof(ColumnSpec) == sizeof(cnx_column));

class RowBatchPool;

/// A batch under construction. One thread at a time; after `hand_over` it belongs to the host until released.
class RowBatch {
 public:
  RowBatch(std::vector<ColumnSpec> columns, std::string target)
      : target_(std::move(target)), specs_(std::move(columns)) {
    values_.resize(specs_.size());
    nulls_.resize(specs_.size());
  }

  /// Begins a row in which every column is null, and returns its index.
  std::uint32_t add_row(std::uint32_t origin) {
    if (origin_.size() == capacity_) grow();
    origin_.push_back(origin);
    return static_cast<std::uint32_t>(origin_.size() - 1);
  }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(origin_.size()); }
  /// Takes rows back, down to `count`.
  void truncate(std::uint32_t count) {
    for (std::uint32_t row = count; row < size(); ++row)
      for (auto& bits : nulls_) bits[row >> 3] |= static_cast<std::uint8_t>(1u << (row & 7));
    origin_.resize(count);
  }

  /// CNX_INT64, CNX_DECIMAL (unscaled), CNX_TIMESTAMP, CNX_DATETIME, CNX_DATE.
  void set_integer(std::uint32_t column, std::uint32_t row, std::int64_t value) {
    put(column, row, &value, sizeof value);
  }
  void set_number(std::uint32_t column, std::uint32_t row, double value) { put(column, row, &value, sizeof value); }
  void set_boolean(std::uint32_t column, std::uint32_t row, bool value) {
    const std::uint8_t byte = value ? 1 : 0;
    put(column, row, &byte, sizeof byte);
  }
  /// Borrows: the text must live until the batch is released (input memory or `arena()`).
  void set_text(std::uint32_t column, std::uint32_t row, std::string_view value) {
    const cnx_str s = str(value);
    put(column, row, &s, sizeof s);
  }

  /// Memory of the batch for texts that exist nowhere else: `size` bytes that stay put until release.
  char* allocate(std::size_t size) {
    if (blocks_.empty() || blocks_[current_].used + size > blocks_[current_].bytes.size()) next_block(size);
    Block& block = blocks_[current_];
    char* at = block.bytes.data() + block.used;
    block.used += size;
    return at;
  }
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    char* at = allocate(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }

 private:
  friend class RowBatchPool;
  static constexpr std::size_t kFirstRows = 1024;
  static constexpr std::size_t kBlockBytes = 256 * 1024;
  // Columns of equal size would begin at equal offsets within their pages, and the cells of a row would push each other
  // out of a cache that has few places for each offset.
  static constexpr std::size_t kStagger = 192;

  struct Block {
    std::vector<char> bytes;
    std::size_t used = 0;
  };

  static std::size_t width(cnx_type type) {
    switch (type) {
      case CNX_TEXT:
      case CNX_BYTES:
      case CNX_JSON:
        return sizeof(cnx_str);
      case CNX_BOOL:
        return 1;
      case CNX_WRITE_TIME:
        return 0;
      default:
        return 8;
    }
  }
  void grow() {
    const std::size_t rows = capacity_ == 0 ? kFirstRows : capacity_ * 2;
    origin_.reserve(rows);
    for (std::size_t c = 0; c < specs_.size(); ++c) {
      values_[c].resize(rows * width(specs_[c].type) + kStagger);
      nulls_[c].resize(rows / 8, 0xff);
    }
    capacity_ = rows;
  }
  void put(std::uint32_t column, std::uint32_t row, const void* value, std::size_t bytes) {
    std::memcpy(values_[column].data() + std::size_t{row} * bytes, value, bytes);
    nulls_[column][row >> 3] &= static_cast<std::uint8_t>(~(1u << (row & 7)));
  }
  void next_block(std::size_t size) {
    while (!blocks_.empty() && current_ + 1 < blocks_.size()) {
      ++current_;
      if (blocks_[current_].bytes.size() >= size) return;
    }
    blocks_.push_back({std::vector<char>(size > kBlockBytes ? size : kBlockBytes), 0});
    current_ = blocks_.size() - 1;
  }
  void reset() {
    const std::size_t used = (origin_.size() + 7) / 8;
    // A batch that never had a row has no bits either, and memset takes no null pointer even for nothing.
    if (used > 0)
      for (auto& bits : nulls_) std::memset(bits.data(), 0xff, used);
    origin_.clear();
    for (auto& block : blocks_) block.used = 0;
    current_ = 0;
  }

  std::string target_;
  std::vector<ColumnSpec> specs_;
  std::vector<std::vector<char>> values_;
  std::vector<std::vector<std::uint8_t>> nulls_;
  std::vector<std::uint32_t> origin_;
  std::size_t capacity_ = 0;
  std::vector<Block> blocks_;
  std::size_t current_ = 0;
  std::vector<cnx_column> columns_;
  cnx_batch abi_{};
  std::shared_ptr<RowBatchPool> home_;  // set while handed over, so that the pool outlives its batches
};

/// Makes batches of one shape and takes them back. Thread-safe; batches may be released from any thread.
class RowBatchPool : public std::enable_shared_from_this<RowBatchPool> {
 public:
  /// `target`: table name; empty: the sink decides.
  static std::shared_ptr<RowBatchPool> make(std::vector<ColumnSpec> columns, std::string target) {
    return std::shared_ptr<RowBatchPool>(new RowBatchPool(std::move(columns), std::move(target)));
  }

  [[nodiscard]] std::unique_ptr<RowBatch> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<RowBatch>(columns_, target_);
    auto batch = std::move(free_.back());
    free_.pop_back();
    return batch;
  }

  /// Gives the batch to the host; `release` brings it back here.
  cnx_batch* hand_over(std::unique_ptr<RowBatch> batch) {
    RowBatch& b = *batch;
    b.columns_.assign(b.specs_.begin(), b.specs_.end());
    for (std::size_t c = 0; c < b.columns_.size(); ++c) {
      if (b.columns_[c].type == CNX_WRITE_TIME) continue;  // has neither values nor nulls
      b.columns_[c].values = b.values_[c].data();
      b.columns_[c].nulls = b.nulls_[c].data();
    }
    b.abi_ = {};
    b.abi_.struct_size = sizeof(cnx_batch);
    b.abi_.kind = CNX_ROWS;
    b.abi_.count = b.origin_.size();
    b.abi_.origin = b.origin_.data();
    b.abi_.target = b.target_.empty() ? absent() : str(b.target_);
    b.abi_.column_stride = sizeof(cnx_column);
    b.abi_.column_count = static_cast<std::uint32_t>(b.columns_.size());
    b.abi_.columns = b.columns_.data();
    b.home_ = shared_from_this();
    b.abi_.owner = &b;
    b.abi_.release = [](cnx_batch* self) {
      auto* owner = static_cast<RowBatch*>(self->owner);
      const auto pool = std::move(owner->home_);
      pool->give_back(std::unique_ptr<RowBatch>(owner));
    };
    return &batch.release()->abi_;
  }

  /// A batch without rows, for schema declarations; valid as long as the pool.
  [[nodiscard]] cnx_batch shape() const {
    cnx_batch shape{};
    shape.struct_size = sizeof(cnx_batch);
    shape.kind = CNX_ROWS;
    shape.target = target_.empty() ? absent() : str(target_);
    shape.column_stride = sizeof(ColumnSpec);
    shape.column_count = static_cast<std::uint32_t>(columns_.size());
    shape.columns = columns_.data();
    return shape;
  }

 private:
  static constexpr std::size_t kKept = 4;

  RowBatchPool(std::vector<ColumnSpec> columns, std::string target)
      : columns_(std::move(columns)), target_(std::move(target)) {}
  void give_back(std::unique_ptr<RowBatch> batch) {
    batch->reset();
    const std::lock_guard lock(mutex_);
    if (free_.size() < kKept) free_.push_back(std::move(batch));
  }

  const std::vector<ColumnSpec> columns_;
  const std::string target_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<RowBatch>> free_;  // guarded by mutex_
};

}  // namespace cnx
