// SPDX-License-Identifier: Apache-2.0
#include "mysql_sink.h"

#include <utility>

#include "preflight.h"
#include "render.h"
#include "row_order.h"
#include "store_sql.h"

namespace cnx::mysql {

Result<std::unique_ptr<MysqlSink>> MysqlSink::create(Host host, const Config& config) {
  CNX_ASSIGN(Settings settings, Settings::from(config));
  return std::make_unique<MysqlSink>(host, std::move(settings));
}

Status MysqlSink::preflight(Host, const Config& config, std::span<const BatchView> shapes, Findings& findings) {
  CNX_ASSIGN(const Settings settings, Settings::from(config));
  return check_server(settings, shapes, findings);
}

Status MysqlSink::init(Host, const Config& config, std::span<const BatchView> shapes, Findings& findings) {
  CNX_ASSIGN(const Settings settings, Settings::from(config));
  return init_server(settings, shapes, findings);
}

Status MysqlSink::render(const Config& config, const BatchView& batch, const Selection& rows,
                         const StatementSink& statement) {
  CNX_ASSIGN(const Settings settings, Settings::from(config));
  return render_statements(settings, batch, rows, statement);
}

MysqlSink::MysqlSink(Host host, Settings settings)
    : host_(host),
      settings_(std::move(settings)),
      session_(settings_.connection, host, cancel_),
      offsets_(std::string(host.connector()), settings_.connection.database, session_, host, cancel_),
      marks_(std::string(host.connector()), settings_.connection.database, session_, host, cancel_),
      planner_(settings_, session_, host),
      bulk_(session_, offsets_),
      multi_row_(session_),
      cut_texts_(host.counter("sink-truncated-values", "Texts cut to the length of their column (truncate: warn).")) {}

Status MysqlSink::connected() {
  CNX_TRY(ready());
  return session_.set_autocommit(true);
}

Status MysqlSink::ready() {
  if (transaction_) return fatal_error("mysql-sink: a transaction is open; the host has to commit or abort it first");
  CNX_TRY(session_.ensure());
  // A new connection may lead to a server that was restored or altered meanwhile.
  if (std::exchange(planned_on_, session_.generation()) != session_.generation()) planner_.forget();
  return {};
}

Status MysqlSink::start() {
  const CancelSwitch::Call call(cancel_);
  drop_connection();
  planner_.forget();
  CNX_TRY(session_.ensure());
  const ServerInfo& server = session_.server();
  if (settings_.write_method == WriteMethod::kBulk && !server.has_bulk)
    return config_error("write.method: bulk is asked for, but server " + server.version +
                        " has no bulk statements; set write.method: auto");
  const bool bulk = server.has_bulk && settings_.write_method != WriteMethod::kMultiRow;
  host_.info("connected to " + settings_.connection.address() + ", " + server.version + ", writing by " +
             (bulk ? "bulk statements" : "multi-row statements"));
  CNX_TRY(offsets_.ensure_table());
  return marks_.ensure_table();
}

void MysqlSink::stop() {
  abort();
  session_.close();
}

Status MysqlSink::prepare(const BatchView& shape) {
  const CancelSwitch::Call call(cancel_);
  CNX_TRY(ready());
  if (planner_.find(shape, topic_) != nullptr) return {};
  // What a new plan reads and makes belongs to no transaction.
  CNX_TRY(session_.set_autocommit(true));
  CNX_TRY(planner_.plan_for(shape, topic_, true));
  session_.touch();
  return {};
}

void MysqlSink::idle() {
  if (transaction_) return;
  const CancelSwitch::Call call(cancel_);
  // The next call that needs the connection meets the same error and reports it.
  if (const Status alive = session_.ensure(); !alive.ok()) host_.debug("while idle: " + alive.error().message);
}

Status MysqlSink::claim(const cnx_claimant& claimant, std::vector<cnx_offset_row>& rows) {
  const CancelSwitch::Call call(cancel_);
  CNX_TRY(connected());
  for (const auto& row : rows) remember_topic(view(row.topic));
  CNX_TRY(offsets_.claim(claimant, rows, marks_));
  session_.touch();
  return {};
}

void MysqlSink::remember_topic(std::string_view topic) {
  if (several_topics_ || topic == topic_) return;
  several_topics_ = !topic_.empty();
  topic_ = several_topics_ ? std::string_view{} : topic;
}

Status MysqlSink::begin_by(auto&& beginning) {
  CNX_TRY(ready());
  Status begun = beginning();
  // The connection died since the last look at it. Nothing was under way, so this is no retry of anything.
  if (!begun.ok() && !session_.is_open() && !cancel_.cancelled()) {
    host_.info(begun.error().message + "; nothing was under way: a new connection is opened");
    CNX_TRY(ready());
    begun = beginning();
  }
  return begun;
}

Status MysqlSink::begin(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) {
  const CancelSwitch::Call call(cancel_);
  for (const auto& step : steps)
    if (step.new_offset <= step.old_offset)
      return fatal_error(partition_name(step.topic, step.partition) + ": a step from offset " +
                         std::to_string(step.old_offset) + " to " + std::to_string(step.new_offset) + " leads nowhere");
  return begin_by([&] { return guard(claimant, steps); });
}

// Without autocommit nothing is ever committed but by COMMIT, also when a deadlock ended what START TRANSACTION began.
// When one transaction follows the other, the guards' answers are taken when the rows are on their way.
Status MysqlSink::guard(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) {
  const bool follows = std::exchange(committed_, false) && session_.is_busy();
  CNX_TRY(session_.set_autocommit(false));
  transaction_.emplace(cancel_);
  Status guarded = offsets_.begin(claimant, steps, follows);
  if (!guarded.ok()) abort();
  session_.touch();
  return guarded;
}

Status MysqlSink::write(const BatchView& batch, const Selection& rows, Rejects& rejects) {
  const CancelSwitch::Call call(cancel_);
  if (!transaction_) return fatal_error("mysql-sink: write outside of a transaction; the host has to begin one first");
  if (rows.size() == 0) return {};
  Status written = write_rows(batch, rows, rejects);
  // What is wrong with the rows counts for their owner only.
  if (!written.ok()) CNX_TRY(offsets_.take_guards());
  session_.touch();
  return written;
}

Status MysqlSink::write_rows(const BatchView& batch, const Selection& rows, Rejects& rejects) {
  WritePlan* plan = planner_.find(batch, topic_);
  if (plan == nullptr) {
    CNX_TRY(offsets_.take_guards());
    CNX_ASSIGN(plan, planner_.plan_for(batch, topic_, false));
  }
  order_rows(batch, rows, plan->key_columns, order_);
  if (const auto bad = checks_.run(*plan, batch, order_, rejects); bad > 0) {
    const std::string object = "writing to table " + plan->table.name.quoted();
    planner_.forget();
    return record_error(object + ": " + std::to_string(bad) + " of " + std::to_string(rows.size()) +
                        " rows do not fit its columns");
  }
  tell_cut_texts(*plan);
  Status written = write_runs(*plan, batch, rejects);
  if (!written.ok() && (written.error().action == Action::kConfig || written.error().action == Action::kRecord))
    planner_.forget();  // the table may have been altered since it was read
  return written;
}

Status MysqlSink::write_runs(WritePlan& plan, const BatchView& batch, Rejects& rejects) {
  const std::span<const std::uint32_t> all(order_);
  std::size_t begin = 0;
  while (begin < all.size()) {
    const bool deletes = batch.is_delete(all[begin]);
    std::size_t end = begin + 1;
    while (end < all.size() && batch.is_delete(all[end]) == deletes) ++end;
    if (deletes && plan.key_columns.empty())
      return config_error("pk.fields: rows are to be deleted from table " + plan.table.name.quoted() +
                          ", and no column of its key is named; set pk.fields");
    CNX_TRY(send({plan, batch, all.subspan(begin, end - begin), deletes, rejects, checks_.most_text_bytes()}));
    begin = end;
  }
  return {};
}

Status MysqlSink::send(const WriteJob& job) {
  const bool bulk = session_.server().has_bulk && settings_.write_method != WriteMethod::kMultiRow;
  // A statement whose only column is the time of the write has no parameter, which bulk needs.
  const bool has_parameter = job.deletes || job.plan.statements.insert_bulk.find('?') != std::string::npos;
  if (bulk && has_parameter) return bulk_.write(job);
  CNX_TRY(offsets_.take_guards());
  return multi_row_.write(job);
}

void MysqlSink::tell_cut_texts(const WritePlan& plan) {
  if (checks_.cut_texts() == 0) return;
  cut_texts_.add(static_cast<double>(checks_.cut_texts()));
  host_.warning("table " + plan.table.name.quoted() + ": " + std::to_string(checks_.cut_texts()) +
                " texts cut to the length of their column (truncate: warn), the last one in column `" +
                checks_.cut_column() + "`");
}

Status MysqlSink::commit(bool& unknown) {
  const CancelSwitch::Call call(cancel_);
  unknown = false;
  if (!transaction_) return fatal_error("mysql-sink: commit without a transaction");
  CNX_TRY(offsets_.take_guards());
  transaction_.reset();
  const std::string object = "committing on " + settings_.connection.address();
  Connection& connection = session_.connection();
  Status committed = connection.send("COMMIT", object);
  if (committed.ok())
    committed = host_.fails_at("mysql-sink.commit.sent") ? retry_error(object + ": the answer is lost by a fault point")
                                                         : connection.receive(object);
  if (committed.ok()) {
    committed_ = true;
    session_.touch();
    return {};
  }
  // Whatever the error was: only locking reads on a new connection can tell whether the server carried it out.
  unknown = true;
  session_.close();
  committed.error().action = Action::kRetry;
  return committed;
}

void MysqlSink::drop_connection() {
  transaction_.reset();
  offsets_.forget_guards();
  session_.close();
}

void MysqlSink::abort() {
  if (!transaction_) return;
  const CancelSwitch::Call call(cancel_);
  transaction_.reset();
  if (session_.is_open()) static_cast<void>(offsets_.take_guards());
  offsets_.forget_guards();
  if (!session_.is_open() || !session_.connection().execute("ROLLBACK", "rolling back").ok()) session_.close();
}

Result<cnx_outcome> MysqlSink::outcome(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) {
  const CancelSwitch::Call call(cancel_);
  drop_connection();
  CNX_TRY(session_.ensure());
  return offsets_.outcome(claimant, steps);
}

Status MysqlSink::advance(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) {
  const CancelSwitch::Call call(cancel_);
  CNX_TRY(connected());
  CNX_TRY(offsets_.advance(claimant, steps));
  session_.touch();
  return {};
}

Status MysqlSink::read(std::vector<cnx_offset_row>& rows) {
  const CancelSwitch::Call call(cancel_);
  CNX_TRY(connected());
  return offsets_.read(rows);
}

Result<std::vector<cnx_offset_row>> MysqlSink::read_all() {
  const CancelSwitch::Call call(cancel_);
  CNX_TRY(connected());
  return offsets_.read_all();
}

Status MysqlSink::reset(std::span<const cnx_offset_row> rows) {
  const CancelSwitch::Call call(cancel_);
  CNX_TRY(connected());
  return offsets_.reset(rows, marks_);
}

Status MysqlSink::bury(std::span<const cnx_mark> marks) {
  const CancelSwitch::Call call(cancel_);
  if (!transaction_) return fatal_error("mysql-sink: bury outside of a transaction; the host has to begin one first");
  CNX_TRY(offsets_.take_guards());
  return marks_.bury(marks);
}

Status MysqlSink::begin_replay(std::span<cnx_mark_position> positions) {
  const CancelSwitch::Call call(cancel_);
  for (const auto& position : positions) remember_topic(view(position.topic));
  CNX_TRY(begin_by([&] {
    return session_.connection().execute("START TRANSACTION",
                                         "beginning a transaction on " + settings_.connection.address());
  }));
  offsets_.forget_guards();
  transaction_.emplace(cancel_);
  if (Status locked = offsets_.lock(positions); !locked.ok()) {
    abort();
    return locked;
  }
  session_.touch();
  return {};
}

Status MysqlSink::redeem(std::string_view replay, std::span<const cnx_mark> marks) {
  const CancelSwitch::Call call(cancel_);
  if (!transaction_) return fatal_error("mysql-sink: redeem outside of a transaction; the host has to begin one first");
  return marks_.redeem(replay, marks);
}

Result<cnx_outcome> MysqlSink::replay_outcome(std::string_view replay, std::span<const cnx_mark> marks) {
  const CancelSwitch::Call call(cancel_);
  drop_connection();
  CNX_TRY(session_.ensure());
  return marks_.outcome(replay, marks);
}

Status MysqlSink::read_marks(std::span<cnx_mark> marks) {
  const CancelSwitch::Call call(cancel_);
  CNX_TRY(connected());
  return marks_.read(marks);
}

}  // namespace cnx::mysql
