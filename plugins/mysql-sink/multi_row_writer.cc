// SPDX-License-Identifier: Apache-2.0
#include "multi_row_writer.h"

#include <algorithm>

namespace cnx::mysql {
namespace {

// More rows or bytes in one statement do not make it faster, they only hold more memory.
constexpr std::size_t kMostInserts = 1000;
// An OR of keys is looked up key by key only while the optimizer's memory lasts (range_optimizer_max_mem_size).
constexpr std::size_t kMostDeletes = 100;
constexpr std::uint64_t kMostBytes = 16u << 20;
constexpr std::uint64_t kPacketOverhead = 1024;

}  // namespace

Status MultiRowWriter::write(const WriteJob& job) {
  const std::string& head = job.deletes ? job.plan.statements.delete_head : job.plan.statements.insert_head;
  const std::string_view tail = job.deletes ? std::string_view{} : job.plan.statements.insert_tail;
  const std::uint64_t packet = session_.server().max_allowed_packet;
  const std::uint64_t most_bytes = packet > kPacketOverhead ? packet - kPacketOverhead : packet;
  const std::size_t most_rows = job.deletes ? kMostDeletes : kMostInserts;

  std::size_t begin = 0;
  while (begin < job.rows.size()) {
    sql_ = head;
    std::size_t end = begin;
    while (end < job.rows.size() && end - begin < most_rows) {
      const std::size_t before = sql_.size();
      if (end > begin) sql_ += job.deletes ? " OR " : ",";
      append(job, job.rows[end]);
      const std::uint64_t limit = end == begin ? most_bytes : std::min(most_bytes, kMostBytes);
      if (sql_.size() + tail.size() > limit) {
        sql_.resize(before);
        break;
      }
      ++end;
    }
    if (end == begin) {
      Error error = to_error({1153, "", ""}, object_of(job));
      job.rejects.reject(job.rows[begin], {}, error.message, error.native_code);
      return error;
    }
    sql_ += tail;
    CNX_TRY(send(job, job.rows.subspan(begin, end - begin)));
    begin = end;
  }
  return {};
}

void MultiRowWriter::append(const WriteJob& job, std::uint32_t row) {
  if (job.deletes)
    append_key_condition(sql_, job.plan.columns, job.batch, row);
  else
    append_row(sql_, job.plan.columns, job.batch, row);
}

Status MultiRowWriter::send(const WriteJob& job, std::span<const std::uint32_t> rows) {
  Connection& connection = session_.connection();
  if (Status done = connection.execute_rows(sql_, object_of(job)); !done.ok())
    return statement_error(job, rows, session_, std::move(done).error());
  return refuse_changed_values(job, rows, session_);
}

}  // namespace cnx::mysql
