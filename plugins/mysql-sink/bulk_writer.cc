// SPDX-License-Identifier: Apache-2.0
#include "bulk_writer.h"

#include <algorithm>

namespace cnx::mysql {
namespace {

// Command, statement id, flags and parameter types come before the rows.
constexpr std::uint64_t kPacketOverhead = 4096;
// An indicator, and at most nine bytes of length.
constexpr std::uint64_t kCellOverhead = 10;

}  // namespace

Status BulkWriter::write(const WriteJob& job) {
  std::span<const std::uint32_t> left = job.rows;
  while (!left.empty()) {
    const std::size_t count = fitting(job, left.first(std::min(left.size(), kMostRowsOfStatement)));
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
    if (is_sent(job, c)) fixed += kCellOverhead + (sent_as_text(job.batch.column(c).type()) ? 0 : kValueWidth);
  const std::uint64_t without_texts = kPacketOverhead + fixed * rows.size();
  if (job.most_text_bytes < limit && without_texts <= limit - job.most_text_bytes) return rows.size();
  sizes_.assign(rows.size(), 0);
  for (std::uint32_t c = 0; c < job.plan.columns.size(); ++c) {
    if (!is_sent(job, c)) continue;
    const ColumnView column = job.batch.column(c);
    if (!sent_as_text(column.type())) continue;
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

Status BulkWriter::send(const WriteJob& job, std::span<const std::uint32_t> rows) {
  const std::string object = object_of(job);
  PreparedStatement& prepared = job.deletes ? job.plan.bulk_delete : job.plan.bulk_insert;
  const std::string& sql = job.deletes ? job.plan.statements.delete_bulk : job.plan.statements.insert_bulk;
  CNX_ASSIGN(MYSQL_STMT* const statement, prepared.get(session_, sql, object));

  const std::string_view packet = packet_.write(job, rows, static_cast<std::uint32_t>(statement->stmt_id));
  Status done = session_.connection().send(COM_STMT_BULK_EXECUTE, packet, object);
  if (done.ok()) done = session_.connection().receive(object);
  if (!done.ok()) return statement_error(job, rows, session_, std::move(done).error());
  return refuse_changed_values(job, rows, session_);
}

}  // namespace cnx::mysql
