// SPDX-License-Identifier: Apache-2.0
#include "bulk_columns.h"

#include <cstring>

namespace cnx::mysql {
namespace {

// The column's values and what is null among them; what stands for a null does not matter.
template <class T, class Value>
void* fill(const ColumnView& column, std::span<const std::uint32_t> rows, std::vector<char>& indicators,
           std::vector<T>& values, const Value& value) {
  values.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool null = column.is_null(rows[i]);
    indicators[i] = null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
    values[i] = null ? T{} : value(rows[i]);
  }
  return values.data();
}

}  // namespace

bool sent_as_text(cnx_type type) { return type == CNX_TEXT || type == CNX_BYTES || type == CNX_JSON; }

bool is_sent(const WriteJob& job, std::uint32_t column) {
  const StatementColumn& spec = job.plan.columns[column];
  return spec.type != CNX_WRITE_TIME && (!job.deletes || spec.is_key);
}

std::span<MYSQL_BIND> BulkColumns::bind(const WriteJob& job, std::span<const std::uint32_t> rows) {
  if (buffers_.size() < job.plan.columns.size()) buffers_.resize(job.plan.columns.size());
  binds_.clear();
  for (std::uint32_t c = 0; c < job.plan.columns.size(); ++c)
    if (is_sent(job, c)) bind_column(job, c, rows, buffers_[c], binds_.emplace_back());
  return binds_;
}

void BulkColumns::bind_column(const WriteJob& job, std::uint32_t column_index, std::span<const std::uint32_t> rows,
                              Buffer& buffer, MYSQL_BIND& bound) {
  const ColumnView column = job.batch.column(column_index);
  std::memset(&bound, 0, sizeof bound);
  buffer.indicators.resize(rows.size());
  bound.u.indicator = buffer.indicators.data();
  switch (column.type()) {
    case CNX_INT64:
      bound.buffer_type = MYSQL_TYPE_LONGLONG;
      bound.buffer = fill(column, rows, buffer.indicators, buffer.integers,
                          [&](std::uint32_t row) { return column.integer(row); });
      return;
    case CNX_FLOAT64:
      bound.buffer_type = MYSQL_TYPE_DOUBLE;
      bound.buffer =
          fill(column, rows, buffer.indicators, buffer.numbers, [&](std::uint32_t row) { return column.number(row); });
      return;
    case CNX_BOOL:
      bound.buffer_type = MYSQL_TYPE_TINY;
      bound.buffer = fill(column, rows, buffer.indicators, buffer.booleans,
                          [&](std::uint32_t row) { return static_cast<signed char>(column.boolean(row) ? 1 : 0); });
      return;
    default:
      break;
  }
  buffer.lengths.resize(rows.size());
  bound.length = buffer.lengths.data();
  bound.buffer_type = column.type() == CNX_BYTES ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
  bound.buffer = sent_as_text(column.type()) ? point_at_texts(job.plan.columns[column_index], column, rows, buffer)
                                             : format_values(column, rows, buffer);
}

void* BulkColumns::point_at_texts(const StatementColumn& spec, const ColumnView& column,
                                  std::span<const std::uint32_t> rows, Buffer& buffer) {
  const bool cuts = spec.cut_characters > 0 || spec.cut_bytes > 0;
  buffer.texts.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool null = column.is_null(rows[i]);
    const std::string_view text = null   ? std::string_view()
                                  : cuts ? sent_text(spec, column, rows[i])
                                         : column.text(rows[i]);
    buffer.indicators[i] = null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
    buffer.texts[i] = text.data() == nullptr ? "" : text.data();
    buffer.lengths[i] = text.size();
  }
  return buffer.texts.data();
}

void* BulkColumns::format_values(const ColumnView& column, std::span<const std::uint32_t> rows, Buffer& buffer) {
  ValueFormatter formatter(column.type(), column.raw().scale);
  buffer.texts.resize(rows.size());
  buffer.arena.resize(rows.size() * kValueWidth);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool null = column.is_null(rows[i]);
    char* const place = buffer.arena.data() + i * kValueWidth;
    buffer.indicators[i] = null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
    buffer.texts[i] = place;
    buffer.lengths[i] = null ? 0 : formatter.format(place, column.integer(rows[i]));
  }
  return buffer.texts.data();
}

}  // namespace cnx::mysql
