// SPDX-License-Identifier: Apache-2.0
#include "offset_store.h"

#include <utility>

#include "ddl.h"
#include "mark_store.h"
#include "store_sql.h"

namespace cnx::mysql {
namespace {

// A claim waits this long for another transaction's lock, in seconds: it may run inside a rebalance.
constexpr int kClaimLockWait = 1;

// So many answers may wait to be taken while more is sent: a server that cannot write its answers reads no more, and a
// unix socket holds some 270 of them, however small (measured with Linux' default of 208 KiB).
constexpr std::size_t kMostDue = 64;

// Two claims of one partition can both find no row; the slower one then meets a duplicate key.
constexpr std::int64_t kDuplicateKey = 1062;
constexpr std::int64_t kLockWaitTimeout = 1205;

constexpr std::string_view kColumns =
    "topic, `partition`, next_offset, epoch, last_offset, last_timestamp_ms, owner, group_id, topic_id, cluster_id,"
    " host_version";

std::string literal(cnx_str text) { return is_absent(text) ? "NULL" : quote_text(view(text)); }
std::string literal_or_null(std::int64_t value) { return value < 0 ? "NULL" : std::to_string(value); }

}  // namespace

std::vector<std::string> offset_statements(const TableName& name) {
  const std::string table = name.quoted();
  return {"SELECT " + std::string(kColumns) + " FROM " + table + " WHERE connector='' FOR UPDATE",
          "UPDATE " + table +
              " SET next_offset=0, epoch=epoch+1, owner='', group_id='', topic_id=NULL, cluster_id=NULL,"
              " host_version=NULL, last_offset=NULL, last_timestamp_ms=NULL, updated_at=UTC_TIMESTAMP()"
              " WHERE connector='' AND topic='' AND `partition`=-1",
          "INSERT INTO " + table +
              " SET connector='', topic='', `partition`=-1, next_offset=0, epoch=1, owner='', group_id=''"};
}

OffsetStore::OffsetStore(std::string connector, std::string database, Session& session, Host host, CancelSwitch& cancel)
    : connector_(std::move(connector)),
      table_(TableName{database, std::string(kTable)}.quoted()),
      database_(std::move(database)),
      session_(session),
      host_(host),
      cancel_(cancel) {}

std::string OffsetStore::condition(cnx_str topic, std::int32_t partition) const {
  return partition_condition(connector_, topic, partition);
}

cnx_str OffsetStore::keep(const std::optional<std::string>& text) {
  return text ? str(texts_.emplace_back(*text)) : absent();
}

Status OffsetStore::ensure_table() {
  const TableName name{database_, std::string(kTable)};
  return make_if_missing(session_, host_, name, offsets_table_ddl(name));
}

Result<std::vector<cnx_offset_row>> OffsetStore::select(const std::string& condition, const char* suffix,
                                                        std::string_view object) {
  const std::string sql = "SELECT " + std::string(kColumns) + " FROM " + table_ + condition + suffix;
  CNX_ASSIGN(const auto found, session_.connection().query(sql, object));
  std::vector<cnx_offset_row> rows;
  for (const auto& raw : found) {
    cnx_offset_row& row = rows.emplace_back();
    row = {};
    row.present = 1;
    row.topic = keep(raw[0]);
    row.partition = static_cast<std::int32_t>(number_of(raw[1], 0));
    row.next_offset = number_of(raw[2], 0);
    row.epoch = number_of(raw[3], 0);
    row.last_offset = number_of(raw[4], -1);
    row.last_timestamp_ms = number_of(raw[5], -1);
    row.owner = keep(raw[6]);
    row.group = keep(raw[7]);
    row.topic_id = keep(raw[8]);
    row.cluster_id = keep(raw[9]);
    row.host_version = keep(raw[10]);
  }
  return rows;
}

Status OffsetStore::wait_for_locks(int seconds) {
  return session_.connection().execute("SET SESSION innodb_lock_wait_timeout=" + std::to_string(seconds),
                                       "setting the wait for locks");
}

Status OffsetStore::claim(const cnx_claimant& claimant, std::vector<cnx_offset_row>& rows, MarkStore& marks) {
  texts_.clear();
  CNX_TRY(wait_for_locks(kClaimLockWait));
  for (auto& row : rows) {
    Status claimed = claim_one(claimant, row, marks);
    if (!claimed.ok() && claimed.error().native_code == kDuplicateKey) claimed = claim_one(claimant, row, marks);
    if (!claimed.ok()) {
      session_.close();  // with its transaction and its short wait for locks
      return claimed;
    }
  }
  return wait_for_locks(Session::kLockWait);
}

Status OffsetStore::claim_one(const cnx_claimant& claimant, cnx_offset_row& row, MarkStore& marks) {
  const std::string object = "claiming " + partition_name(row.topic, row.partition) + " in " + table_;
  Connection& connection = session_.connection();
  CNX_TRY(connection.execute("START TRANSACTION", object));
  CNX_ASSIGN(const auto found, select(condition(row.topic, row.partition), " FOR UPDATE", object));
  std::string sql;
  const std::string who = literal(claimant.owner) + ", group_id=" + literal(claimant.group);
  if (found.empty()) {
    sql = "INSERT INTO " + table_ + " SET connector=" + quote_text(connector_) +
          ", topic=" + quote_text(view(row.topic)) + ", `partition`=" + std::to_string(row.partition) +
          ", next_offset=" + std::to_string(row.next_offset) + ", epoch=1, owner=" + who +
          ", topic_id=" + literal(claimant.topic_id) + ", cluster_id=" + literal(claimant.cluster_id) +
          ", host_version=" + literal(claimant.host_version) + ", updated_at=UTC_TIMESTAMP()";
  } else {
    // The ids stay as they were first seen: a topic made anew must be found out at every start until it is reset.
    sql = "UPDATE " + table_ + " SET epoch=epoch+1, owner=" + who + ", topic_id=COALESCE(topic_id, " +
          literal(claimant.topic_id) + "), cluster_id=COALESCE(cluster_id, " + literal(claimant.cluster_id) +
          "), host_version=" + literal(claimant.host_version) + ", updated_at=UTC_TIMESTAMP()" +
          condition(row.topic, row.partition);
  }
  Status written = connection.execute(sql, object);
  // A row that is made anew means that all is read again, and with it what was marked as dead.
  if (written.ok() && found.empty()) written = marks.forget(row.topic, row.partition, row.next_offset);
  if (!written.ok()) {
    if (!connection.broken()) CNX_TRY(connection.execute("ROLLBACK", object));
    return written;
  }
  CNX_TRY(connection.execute("COMMIT", object));
  const std::int64_t first_offset = row.next_offset;
  const cnx_str topic = row.topic;
  const std::int32_t partition = row.partition;
  row = found.empty() ? cnx_offset_row{} : found.front();
  row.topic = topic;
  row.partition = partition;
  row.epoch += 1;
  if (found.empty()) {
    row.next_offset = first_offset;
    row.last_offset = row.last_timestamp_ms = -1;
  }
  return {};
}

std::string guard_statement(std::string_view table, std::string_view connector, const cnx_claimant& claimant,
                            const cnx_offset_step& step) {
  std::string sql = "UPDATE " + std::string(table) + " SET next_offset=" + std::to_string(step.new_offset);
  if (step.last_offset >= 0)
    sql += ", last_offset=" + std::to_string(step.last_offset) +
           ", last_timestamp_ms=" + literal_or_null(step.last_timestamp_ms);
  return sql + ", updated_at=UTC_TIMESTAMP()" + partition_condition(connector, step.topic, step.partition) +
         " AND epoch=" + std::to_string(step.epoch) + " AND owner=" + literal(claimant.owner) +
         " AND next_offset=" + std::to_string(step.old_offset);
}

Status OffsetStore::move(const cnx_claimant& claimant, const cnx_offset_step& step) {
  return session_.connection().execute(guard_statement(table_, connector_, claimant, step), moving(step));
}

std::string OffsetStore::moving(const cnx_offset_step& step) const {
  return "moving the offset of " + partition_name(step.topic, step.partition) + " in " + table_;
}

Status OffsetStore::begin(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps, bool ahead) {
  forget_guards();
  if (host_.fails_at("mysql-sink.guard.before")) return retry_error("fault point before the guards");
  const std::size_t most = ahead ? kMostDue : 1;
  if (ahead) session_.connection().gather();
  try {
    CNX_TRY(send({"beginning a transaction on " + session_.options().address(), {}, {}, {}}, "START TRANSACTION"));
    for (const auto& step : steps) {
      while (due_.size() >= most) take_oldest();
      if (in_trouble()) break;
      CNX_TRY(send({moving(step), std::string(view(claimant.owner)), std::string(view(step.topic)), step},
                   guard_statement(table_, connector_, claimant, step)));
    }
  } catch (...) {
    session_.close();  // a later call would take these answers for its own
    throw;
  }
  return ahead && !in_trouble() ? Status() : take_guards();
}

Status OffsetStore::send(Due due, const std::string& sql) {
  due_.push_back(std::move(due));
  Status sent = session_.connection().send(sql, due_.back().object);
  if (!sent.ok()) due_.pop_back();
  return sent;
}

void OffsetStore::take_oldest() {
  Due due = std::move(due_.front());
  due_.pop_front();
  Connection& connection = session_.connection();
  Status answer = connection.receive(due.object);
  if (!answer.ok() && !failed_) failed_ = without_record(std::move(answer).error());
  const bool is_guard = !due.topic.empty();
  if (answer.ok() && is_guard) guard_answer_bytes_ = connection.answer_bytes();
  if (answer.ok() && is_guard && connection.found_rows() == 0 && !fenced_) fenced_ = std::move(due);
}

// Until the last answer begins to come. The guards' answers are of one length, and all is gathered: none was taken.
void OffsetStore::doze_for_all() {
  Connection& connection = session_.connection();
  connection.doze(Connection::kLeastAnswer + (due_.size() - 1) * guard_answer_bytes_ + 1);
}

Status OffsetStore::take_guards(std::size_t behind) {
  if (refusal_) return *refusal_;
  if (due_.empty() && !in_trouble()) return {};
  try {
    if (behind > 0 && session_.connection().gathers()) doze_for_all();
    while (!due_.empty()) take_oldest();
    if (!in_trouble() && host_.fails_at("mysql-sink.guard.after"))
      failed_ = retry_error("fault point behind the guards");
    if (!in_trouble()) return {};
    Connection& connection = session_.connection();
    for (; behind > 0 && !connection.broken(); --behind) {
      Status answer = connection.receive("dropping the answer to what was sent behind the guards");
      // When it ends the connection, nothing can be told about the owner.
      if (connection.broken() && !failed_) failed_ = without_record(std::move(answer).error());
    }
    if (!failed_) {
      fenced_->step.topic = str(fenced_->topic);
      failed_ = fenced_by(str(fenced_->owner), fenced_->step);
    }
    refusal_ = std::move(failed_);
  } catch (...) {
    session_.close();  // as in begin()
    throw;
  }
  return *refusal_;
}

void OffsetStore::forget_guards() {
  due_.clear();
  failed_.reset();
  fenced_.reset();
  refusal_.reset();
}

Error OffsetStore::fenced_by(cnx_str owner, const cnx_offset_step& step) {
  const std::string name = partition_name(step.topic, step.partition);
  auto found = select(condition(step.topic, step.partition), "", "reading the owner of " + name);
  if (!found.ok()) return std::move(found).error();
  const std::string mine = "this is '" + std::string(view(owner)) + "' at epoch " + std::to_string(step.epoch) +
                           ", expecting offset " + std::to_string(step.old_offset);
  if (found.value().empty()) return fenced_error(name + ": its row in " + table_ + " is gone; " + mine);
  const cnx_offset_row& now = found.value().front();
  return fenced_error(name + ": owned by '" + std::string(view(now.owner)) + "' of group '" +
                      std::string(view(now.group)) + "' at epoch " + std::to_string(now.epoch) + ", next offset " +
                      std::to_string(now.next_offset) + "; " + mine);
}

Result<cnx_outcome> OffsetStore::compare(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) {
  std::size_t at_new = 0, at_old = 0;
  for (const auto& step : steps) {
    const std::string object = "asking whether " + partition_name(step.topic, step.partition) + " was committed";
    CNX_ASSIGN(const auto found, select(condition(step.topic, step.partition), " FOR UPDATE", object));
    if (found.empty() || found[0].epoch != step.epoch || view(found[0].owner) != view(claimant.owner)) continue;
    at_new += found[0].next_offset == step.new_offset ? 1 : 0;
    at_old += found[0].next_offset == step.old_offset ? 1 : 0;
  }
  return at_new == steps.size()   ? cnx_outcome{CNX_COMMITTED}
         : at_old == steps.size() ? cnx_outcome{CNX_NOT_COMMITTED}
                                  : cnx_outcome{CNX_OUTCOME_FENCED};
}

Result<cnx_outcome> ask_until_unlocked(Session& session, const Host& host, const CancelSwitch& cancel,
                                       const std::string& object, const std::function<Result<cnx_outcome>()>& ask) {
  for (;;) {
    CNX_TRY(session.connection().execute("START TRANSACTION", object));
    auto result = ask();
    if (!result.ok() && session.connection().broken()) return result;
    CNX_TRY(session.connection().execute("ROLLBACK", object));
    // The lost transaction still holds its rows: whatever becomes of it, it ends (idle-transaction timeout).
    const bool blocked = !result.ok() && result.error().native_code == kLockWaitTimeout;
    if (!blocked) return result;
    if (cancel.cancelled() || host.stopping())
      return cancelled_error(object + ": stopped while the transaction in question was still open");
    host.info(object + ": the transaction in question is still open; asking again");
  }
}

Result<cnx_outcome> OffsetStore::outcome(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) {
  texts_.clear();
  return ask_until_unlocked(session_, host_, cancel_, "asking for the outcome of a commit",
                            [&] { return compare(claimant, steps); });
}

Status OffsetStore::advance(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) {
  texts_.clear();
  for (const auto& step : steps) {
    CNX_TRY(move(claimant, step));
    if (session_.connection().found_rows() > 0) continue;
    // An earlier try may have been carried out though its answer was lost: then the row is where it should be.
    CNX_ASSIGN(const auto found, select(condition(step.topic, step.partition), "", "reading the offset just moved"));
    const bool done = !found.empty() && found[0].epoch == step.epoch && view(found[0].owner) == view(claimant.owner) &&
                      found[0].next_offset == step.new_offset;
    if (!done) return fenced_by(claimant.owner, step);
  }
  return {};
}

Status OffsetStore::read(std::vector<cnx_offset_row>& rows) {
  texts_.clear();
  for (auto& row : rows) {
    const cnx_str topic = row.topic;
    const std::int32_t partition = row.partition;
    CNX_ASSIGN(const auto found, select(condition(topic, partition), "", "reading " + table_));
    row = found.empty() ? cnx_offset_row{} : found.front();
    row.topic = topic;
    row.partition = partition;
  }
  return {};
}

Result<std::vector<cnx_offset_row>> OffsetStore::read_all() {
  texts_.clear();
  return select(" WHERE connector=" + quote_text(connector_), " ORDER BY topic, `partition`", "reading " + table_);
}

Status OffsetStore::lock(std::span<cnx_mark_position> positions) {
  texts_.clear();
  for (auto& position : positions) {
    const std::string object = "locking the offset of " + partition_name(position.topic, position.partition);
    CNX_ASSIGN(const auto found, select(condition(position.topic, position.partition), " FOR UPDATE", object));
    position.present = found.empty() ? 0 : 1;
    position.next_offset = found.empty() ? 0 : found[0].next_offset;
  }
  return {};
}

Status OffsetStore::reset(std::span<const cnx_offset_row> rows, MarkStore& marks) {
  texts_.clear();
  Connection& connection = session_.connection();
  const std::string object = "resetting offsets in " + table_;
  CNX_TRY(connection.execute("START TRANSACTION", object));
  for (const auto& row : rows) {
    const std::string sql =
        "INSERT INTO " + table_ + " SET connector=" + quote_text(connector_) +
        ", topic=" + quote_text(view(row.topic)) + ", `partition`=" + std::to_string(row.partition) +
        ", next_offset=" + std::to_string(row.next_offset) +
        ", epoch=1, owner='', group_id='', updated_at=UTC_TIMESTAMP() ON DUPLICATE KEY UPDATE next_offset=" +
        std::to_string(row.next_offset) +
        ", epoch=epoch+1, owner='', last_offset=NULL, last_timestamp_ms=NULL, topic_id=NULL, cluster_id=NULL,"
        " updated_at=UTC_TIMESTAMP()";
    Status written = connection.execute(sql, object);
    if (written.ok()) written = marks.forget(row.topic, row.partition, row.next_offset);
    if (!written.ok()) {
      session_.close();
      return written;
    }
  }
  return connection.execute("COMMIT", object);
}

}  // namespace cnx::mysql
