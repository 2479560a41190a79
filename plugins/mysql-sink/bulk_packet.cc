// SPDX-License-Identifier: Apache-2.0
#include "bulk_packet.h"

#include <mysql.h>

#include <algorithm>
#include <cstring>

namespace cnx::mysql {
namespace {

// Rows whose texts are on their way into the cache while one is written: enough to hide the memory's latency, few
// enough for the nearest cache.
constexpr std::size_t kRowsAhead = 3;
// A larger buffer is not kept beyond the next statement.
constexpr std::size_t kMostKept = std::size_t{2} << 20;
constexpr std::size_t kStatementAndFlags = 6;
constexpr std::size_t kTypeWidth = 2;

}  // namespace

bool sent_as_text(cnx_type type) { return type == CNX_TEXT || type == CNX_BYTES || type == CNX_JSON; }

bool is_sent(const WriteJob& job, std::uint32_t column) {
  const StatementColumn& spec = job.plan.columns[column];
  return spec.type != CNX_WRITE_TIME && (!job.deletes || spec.is_key);
}

std::string_view BulkPacket::write(const WriteJob& job, std::span<const std::uint32_t> rows,
                                   std::uint32_t statement_id) {
  list_columns(job);
  if (capacity_ > kMostKept) {
    buffer_.reset();
    capacity_ = 0;
  }
  end_ = buffer_.get();
  write_head(statement_id);
  const std::size_t ahead = std::min(kRowsAhead, rows.size());
  for (std::size_t i = 0; i < ahead; ++i) prepare(rows[i]);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + ahead < rows.size()) prepare(rows[i + ahead]);
    write_row(rows[i]);
  }
  return {buffer_.get(), static_cast<std::size_t>(end_ - buffer_.get())};
}

void BulkPacket::list_columns(const WriteJob& job) {
  columns_.clear();
  texts_.clear();
  most_besides_texts_ = 0;
  for (std::uint32_t c = 0; c < job.plan.columns.size(); ++c) {
    if (!is_sent(job, c)) continue;
    columns_.emplace_back(job.plan.columns[c], *job.plan.live[c], job.batch.column(c), !job.deletes);
    most_besides_texts_ += columns_.back().most_besides_text();
    if (columns_.back().has_texts()) texts_.push_back(job.batch.column(c));
  }
}

void BulkPacket::write_head(std::uint32_t statement_id) {
  promised_ = kStatementAndFlags + columns_.size() * kTypeWidth;
  if (promised_ > capacity_) grow(promised_);
  const auto put = [this](auto value) {
    std::memcpy(end_, &value, sizeof value);
    end_ += sizeof value;
  };
  put(statement_id);
  put(static_cast<std::uint16_t>(STMT_BULK_FLAG_CLIENT_SEND_TYPES));
  for (const PacketColumn& column : columns_) put(column.wire_type());
}

void BulkPacket::prepare(std::uint32_t row) {
  promised_ += most_besides_texts_;
  for (const ColumnView& column : texts_) {
    if (column.is_null(row)) continue;
    const std::string_view text = column.text(row);
    __builtin_prefetch(text.data());
    __builtin_prefetch(text.data() + text.size());
    promised_ += text.size();
  }
  if (promised_ > capacity_) grow(promised_);
}

void BulkPacket::write_row(std::uint32_t row) {
  char* out = end_;
  for (PacketColumn& column : columns_) out = column.put(out, row);
  end_ = out;
}

void BulkPacket::grow(std::size_t needed) {
  const auto used = static_cast<std::size_t>(end_ - buffer_.get());
  const std::size_t capacity = std::max(needed, std::min(2 * capacity_, kMostKept));
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (used > 0) std::memcpy(larger.get(), buffer_.get(), used);
  buffer_ = std::move(larger);
  capacity_ = capacity;
  end_ = buffer_.get() + used;
}

}  // namespace cnx::mysql
