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
  const std::uint64_t limit = session_.server().max_allowed_packet;
  std::uint64_t fixed = 0;
  for (std::uint32_t c = 0; c < job.plan.columns.size(); ++c)
    if (is_sent(job, c)) fixed += kCellOverhead + (is_text(job.batch.column(c).type()) ? 0 : kValueWidth);
  const std::uint64_t without_texts = kPacketOverhead + fixed * rows.size();
  if (job.most_text_bytes < limit && without_texts <= limit - job.most_text_bytes) return rows.size();
  sizes_.assign(rows.size(), 0);
  for (std::uint32_t c = 0; c < job.plan.columns.size(); ++c) {
    if (!is_sent(job, c)) continue;
    const ColumnView column = job.batch.column(c);
    if (!is_text(column.type())) continue;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (!column.is_null(rows[i])) sizes_[i] += column.text(rows[i]).size();
  }
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
  bound.buffer = is_text(column.type()) ? point_at_texts(job.plan.columns[column_index], column, rows, buffer)
                                        : format_values(column, rows, buffer);
}

void* BulkWriter::point_at_texts(const StatementColumn& spec, const ColumnView& column,
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

void* BulkWriter::format_values(const ColumnView& column, std::span<const std::uint32_t> rows, Buffer& buffer) {
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
