// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulk_writer.h"
#include "cancel.h"
#include "cnx/component.hpp"
#include "mark_store.h"
#include "multi_row_writer.h"
#include "offset_store.h"
#include "planner.h"
#include "row_checks.h"
#include "session.h"
#include "settings.h"

namespace cnx::mysql {

/// Rows → a table of MySQL or MariaDB, in one transaction with the Kafka offsets that they came from. Never retries: an
/// error says what to do, the host does it. All calls on the owner thread but cancel().
class MysqlSink final : public MarkSink {
 public:
  static constexpr std::string_view kName = "mysql-sink";
  static constexpr std::string_view kDoc =
      "Writes rows to MySQL or MariaDB exactly once: rows and Kafka offsets commit in one transaction.";
  static constexpr cnx_batch_kind kInput = CNX_ROWS;
  static constexpr const auto& kKeys = kSettingKeys;

  static Result<std::unique_ptr<MysqlSink>> create(Host host, const Config& config);
  static void validate(const Config& config, Findings& findings) { Settings::validate(config, findings); }
  /// `check` and `init` against the live server, `preview` without one; see preflight.h and render.h.
  static Status preflight(Host host, const Config& config, std::span<const BatchView> shapes, Findings& findings);
  static Status init(Host host, const Config& config, std::span<const BatchView> shapes, Findings& findings);
  static Status render(const Config& config, const BatchView& batch, const Selection& rows,
                       const StatementSink& statement);

  MysqlSink(Host host, Settings settings);

  Status start() override;
  Status prepare(const BatchView& shape) override;
  Status write(const BatchView& batch, const Selection& rows, Rejects& rejects) override;
  void idle() override;
  void cancel() noexcept override { cancel_.cancel(); }
  void stop() override;

  Status claim(const cnx_claimant& claimant, std::vector<cnx_offset_row>& rows) override;
  Status begin(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) override;
  Status commit(bool& unknown) override;
  void abort() override;
  Result<cnx_outcome> outcome(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) override;
  Status advance(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps) override;
  Status read(std::vector<cnx_offset_row>& rows) override;
  Result<std::vector<cnx_offset_row>> read_all() override;
  Status reset(std::span<const cnx_offset_row> rows) override;

  Status bury(std::span<const cnx_mark> marks) override;
  Status begin_replay(std::span<cnx_mark_position> positions) override;
  Status redeem(std::string_view replay, std::span<const cnx_mark> marks) override;
  Result<cnx_outcome> replay_outcome(std::string_view replay, std::span<const cnx_mark> marks) override;
  Status read_marks(std::span<cnx_mark> marks) override;
  bool overwrites() override { return settings_.insert_mode == InsertMode::kUpsert; }

 private:
  // A connection to begin a transaction on.
  Status ready();
  // The same for statements outside of a transaction, each of which is committed by itself.
  Status connected();
  // Begins a transaction by `beginning`: once more on a new connection when the one that rested had died.
  Status begin_by(auto&& beginning);
  // And with it what is open on it.
  void drop_connection();
  // Begins a transaction with its guards.
  Status guard(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps);
  Status write_rows(const BatchView& batch, const Selection& rows, Rejects& rejects);
  Status write_runs(WritePlan& plan, const BatchView& batch, Rejects& rejects);
  Status send(const WriteJob& job);
  void tell_cut_texts(const WritePlan& plan);
  void remember_topic(std::string_view topic);

  const Host host_;
  const Settings settings_;
  CancelSwitch cancel_;  // the only member that other threads touch
  Session session_;
  OffsetStore offsets_;
  MarkStore marks_;
  Planner planner_;
  RowChecks checks_;
  BulkWriter bulk_;
  MultiRowWriter multi_row_;
  Metric cut_texts_;
  std::vector<std::uint32_t> order_;
  std::string topic_;  // of the rows, for ${topic}; "" = none or several
  bool several_topics_ = false;
  bool committed_ = false;        // the last transaction
  std::uint64_t planned_on_ = 0;  // the connection (Session::generation) on which the plans were made
  // Set while a transaction is open, which counts as one call: a cancel between two calls of it ends it, too.
  std::optional<CancelSwitch::Call> transaction_;
};

}  // namespace cnx::mysql
