// SPDX-License-Identifier: Apache-2.0
#include "bulk_writer.h"

#include <algorithm>
#include <optional>

namespace cnx::mysql {
namespace {

// Command, statement id, flags and parameter types come before the rows.
constexpr std::uint64_t kPacketOverhead = 4096;
// An indicator, and at most nine bytes of length.
constexpr std::uint64_t kCellOverhead = 10;

// While the packet of more rows is made, the server looks at the guards; with fewer, all leaves in one packet.
constexpr std::size_t kFewRows = 8;

constexpr std::string_view kSavepoint = "SAVEPOINT cnx_rows";
constexpr std::string_view kBackToSavepoint = "ROLLBACK TO cnx_rows";

/// Answers that have not come yet, and the first trouble among those that have.
class Answers {
 public:
  Answers(Session& session, std::string_view object)
      : session_(session), connection_(session.connection()), object_(object) {}
  // Only when something was thrown: a later call would take these answers for its own.
  ~Answers() {
    if (expected_ > 0) session_.close();
  }
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  void expect() { ++expected_; }
  [[nodiscard]] std::size_t expected() const { return expected_; }
  void take() {
    --expected_;
    Status answer = connection_.receive(object_);
    if (answer.ok())
      warned_ = warned_ || connection_.has_warnings();
    else if (!error_ || (error_->action == Action::kRecord && answer.error().action != Action::kRecord))
      error_ = std::move(answer).error();
  }
  /// Those of the guards, which were sent before all of these. When they do not hold, these are dropped with them.
  Status take_guards(OffsetStore& offsets) {
    Status held = offsets.take_guards(expected_);
    if (!held.ok()) expected_ = 0;
    return held;
  }
  /// Until there are none, or no more can come.
  void take_all() {
    while (expected_ > 0 && !connection_.broken()) take();
  }
  [[nodiscard]] bool warned() const { return warned_; }
  [[nodiscard]] bool trouble() const { return warned_ || error_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  Session& session_;
  Connection& connection_;
  const std::string_view object_;
  std::size_t expected_ = 0;
  bool warned_ = false;
  std::optional<Error> error_;
};

}  // namespace

Status BulkWriter::write(const WriteJob& job) {
  if (job.rows.size() > kFewRows) session_.connection().let_go();
  if (!careful_ && job.rows.size() > kMostRowsOfStatement) {
    CNX_ASSIGN(const bool written, write_ahead(job));
    if (written) return {};
    careful_ = true;
  }
  CNX_ASSIGN(const bool warned, write_one_by_one(job));
  careful_ = warned;
  return {};
}

Result<bool> BulkWriter::write_ahead(const WriteJob& job) {
  const std::string object = object_of(job);
  Connection& connection = session_.connection();
  CNX_ASSIGN(const std::uint32_t statement, prepared(job, object));
  // A deadlock ends the whole transaction; what is on its way behind it must not be committed by itself. It was seen to
  // before the guards; if it has changed since, nothing may be sent for it between them and their answers.
  if (connection.commits_by_itself()) CNX_TRY(offsets_.take_guards());
  CNX_TRY(session_.set_autocommit(false));
  Answers answers(session_, object);
  CNX_TRY(connection.send(kSavepoint, object));
  answers.expect();
  std::span<const std::uint32_t> left = job.rows;
  while (!left.empty() && !answers.trouble()) {
    const std::size_t count = fitting(job, left);
    if (count == 0 || !send(job, left.first(count), statement, object).ok()) break;
    answers.expect();
    left = left.subspan(count);
    CNX_TRY(answers.take_guards(offsets_));
    if (answers.expected() > 1) answers.take();
  }
  CNX_TRY(answers.take_guards(offsets_));
  answers.take_all();
  if (connection.broken()) {
    Error error = connection.fail(connection.last_error(), object);
    // The server refuses a packet that is too large and goes: with several rows no record is to blame for that.
    if (error.action == Action::kRecord) error.action = Action::kRetry;
    return error;
  }
  if (answers.error() && answers.error()->action != Action::kRecord) return *answers.error();
  if (left.empty() && !answers.trouble()) return true;
  CNX_TRY(connection.execute(kBackToSavepoint, object));
  return false;
}

Result<bool> BulkWriter::write_one_by_one(const WriteJob& job) {
  bool warned = false;
  const std::string object = object_of(job);
  CNX_ASSIGN(const std::uint32_t statement, prepared(job, object));
  std::span<const std::uint32_t> left = job.rows;
  while (!left.empty()) {
    const std::size_t count = fitting(job, left);
    if (count == 0) {
      Error error = to_error({1153, "", ""}, object);
      job.rejects.reject(left.front(), {}, error.message, error.native_code);
      return error;
    }
    const std::span<const std::uint32_t> sent = left.first(count);
    Status done = send(job, sent, statement, object);
    CNX_TRY(offsets_.take_guards(done.ok() ? 1 : 0));
    if (done.ok()) done = session_.connection().receive(object);
    if (!done.ok()) return statement_error(job, sent, session_, std::move(done).error());
    warned = warned || session_.connection().has_warnings();
    CNX_TRY(refuse_changed_values(job, sent, session_));
    left = left.subspan(count);
  }
  return warned;
}

Result<std::uint32_t> BulkWriter::prepared(const WriteJob& job, std::string_view object) {
  PreparedStatement& prepared = job.deletes ? job.plan.bulk_delete : job.plan.bulk_insert;
  const Statements& statements = job.plan.statements;
  if (!prepared.is_ready(session_)) CNX_TRY(offsets_.take_guards());
  CNX_ASSIGN(const MYSQL_STMT* const statement,
             prepared.get(session_, job.deletes ? statements.delete_bulk : statements.insert_bulk, object));
  return static_cast<std::uint32_t>(statement->stmt_id);
}

Status BulkWriter::send(const WriteJob& job, std::span<const std::uint32_t> rows, std::uint32_t statement,
                        std::string_view object) {
  return session_.connection().send(COM_STMT_BULK_EXECUTE, packet_.write(job, rows, statement), object);
}

std::size_t BulkWriter::fitting(const WriteJob& job, std::span<const std::uint32_t> rows) {
  // Statements of one size: a short one at the end would not be worth its answer.
  const std::size_t statements = (job.rows.size() + kMostRowsOfStatement - 1) / kMostRowsOfStatement;
  rows = rows.first(std::min(rows.size(), (job.rows.size() + statements - 1) / statements));
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

}  // namespace cnx::mysql
