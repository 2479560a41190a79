// SPDX-License-Identifier: Apache-2.0
#include "bulk_writer.h"

#include <cstring>

namespace cnx::mysql {
namespace {

// Command, statement id, flags and parameter types come before the rows.
constexpr std::uint64_t kPacketOverhead = 4096;
// An indicator, and at most nine bytes of length.
constexpr std::uint64_t kCellOverhead = 10;

bool is_text(cnx_type type) { return type == CNX_TEXT || type == CNX_BYTES || type == CNX_JSON; }

// Whether the column is a parameter of the job's statement.
bool is_sent(const WriteJob& job, std::uint32_t column) {
  const StatementColumn& spec = job.plan.columns[column];
  return spec.type != CNX_WRITE_TIME && (!job.deletes || spec.is_key);
}

}  // namespace

Status BulkWriter::write(const WriteJob& job) {
  std::span<const std::uint32_t> left = job.rows;
  while (!left.empty()) {
    const std::size_t count = fitting(job, left);
    if (count == 0) {
      Error error = to_error({1153, "", ""}, object_of(job));
      job.rejects.reject(left.front(), {}, error.message, error.native_code);
      return error;
    }
    CNX_TRY(send(job, left.first(count)));
    left = left.subspan(count);
  }
  return {};
}

std::size_t BulkWriter::fitting(const WriteJob& job, std::span<const std::uint32_t> rows) {
  std::uint64_t fixed = 0;
  sizes_.assign(rows.size(), 0);
  for (std::uint32_t c = 0; c < job.plan.columns.size(); ++c) {
    if (!is_sent(job, c)) continue;
    const ColumnView column = job.batch.column(c);
    fixed += kCellOverhead + (is_text(column.type()) ? 0 : kValueWidth);
    if (!is_text(column.type())) continue;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (!column.is_null(rows[i])) sizes_[i] += column.text(rows[i]).size();
  }
  const std::uint64_t limit = session_.server().max_allowed_packet;
  std::uint64_t bytes = kPacketOverhead;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    bytes += fixed + sizes_[i];
    if (bytes > limit) return i;
  }
  return rows.size();
}

void BulkWriter::bind(const WriteJob& job, std::uint32_t column_index, std::span<const std::uint32_t> rows,
                      Buffer& buffer, MYSQL_BIND& bound) const {
  const ColumnView column = job.batch.column(column_index);
  const cnx_type type = column.type();
  std::memset(&bound, 0, sizeof bound);
  const bool has_nulls = column.raw().nulls != nullptr;
  if (has_nulls) {
    buffer.indicators.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      buffer.indicators[i] = column.is_null(rows[i]) ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
    bound.u.indicator = buffer.indicators.data();
  }
  const auto is_null = [&](std::size_t i) { return has_nulls && buffer.indicators[i] == STMT_INDICATOR_NULL; };
  switch (type) {
    case CNX_INT64:
      buffer.integers.resize(rows.size());
      for (std::size_t i = 0; i < rows.size(); ++i) buffer.integers[i] = is_null(i) ? 0 : column.integer(rows[i]);
      bound.buffer_type = MYSQL_TYPE_LONGLONG;
      bound.buffer = buffer.integers.data();
      return;
    case CNX_FLOAT64:
      buffer.numbers.resize(rows.size());
      for (std::size_t i = 0; i < rows.size(); ++i) buffer.numbers[i] = is_null(i) ? 0 : column.number(rows[i]);
      bound.buffer_type = MYSQL_TYPE_DOUBLE;
      bound.buffer = buffer.numbers.data();
      return;
    case CNX_BOOL:
      buffer.booleans.resize(rows.size());
      for (std::size_t i = 0; i < rows.size(); ++i) buffer.booleans[i] = !is_null(i) && column.boolean(rows[i]) ? 1 : 0;
      bound.buffer_type = MYSQL_TYPE_TINY;
      bound.buffer = buffer.booleans.data();
      return;
    default:
      break;
  }
  buffer.texts.assign(rows.size(), "");
  buffer.lengths.assign(rows.size(), 0);
  if (!is_text(type)) buffer.arena.resize(rows.size() * kValueWidth);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (is_null(i)) continue;
    if (is_text(type)) {
      const std::string_view text = sent_text(job.plan.columns[column_index], column, rows[i]);
      buffer.texts[i] = text.data() == nullptr ? "" : text.data();
      buffer.lengths[i] = text.size();
      continue;
    }
    char* place = buffer.arena.data() + i * kValueWidth;
    buffer.texts[i] = place;
    buffer.lengths[i] = format_value(place, type, column.raw().scale, column.integer(rows[i]));
  }
  bound.buffer_type = type == CNX_BYTES ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
  bound.buffer = buffer.texts.data();
  bound.length = buffer.lengths.data();
}

Status BulkWriter::send(const WriteJob& job, std::span<const std::uint32_t> rows) {
  const std::string object = object_of(job);
  PreparedStatement& prepared = job.deletes ? job.plan.bulk_delete : job.plan.bulk_insert;
  const std::string& sql = job.deletes ? job.plan.statements.delete_bulk : job.plan.statements.insert_bulk;
  CNX_ASSIGN(MYSQL_STMT* const statement, prepared.get(session_, sql, object));

  if (buffers_.size() < job.plan.columns.size()) buffers_.resize(job.plan.columns.size());
  binds_.clear();
  for (std::uint32_t c = 0; c < job.plan.columns.size(); ++c)
    if (is_sent(job, c)) bind(job, c, rows, buffers_[c], binds_.emplace_back());

  const auto count = static_cast<unsigned>(rows.size());
  mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &count);
  if (mysql_stmt_bind_param(statement, binds_.data()) != 0 || mysql_stmt_execute(statement) != 0) {
    Error error = prepared.fail(session_, object);
    return statement_error(job, rows, session_, std::move(error));
  }
  return refuse_changed_values(job, rows, session_);
}

}  // namespace cnx::mysql
