// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cnx/component.hpp"
#include "session.h"

namespace cnx::mysql {

class MarkStore;

/// The table connect_offsets: the Kafka position per (connector, topic, partition), with the epoch and owner that guard
/// it. The SQL of feature cnx.sink-offsets/1; abi/ext/sink_offsets.h has the meaning of each call. Owner thread only.
class OffsetStore {
 public:
  static constexpr std::string_view kTable = "connect_offsets";

  OffsetStore(std::string connector, std::string database, Session& session, Host host, CancelSwitch& cancel);

  /// Makes the table when it is missing; the user needs CREATE only then.
  Status ensure_table();
  Status claim(const cnx_claimant& claimant, std::vector<cnx_offset_row>& rows, MarkStore& marks);
  /// Sends START TRANSACTION and the guards. `ahead`: the answers to the last of them are due, and the connection
  /// gathers what is sent; else all were taken, one after the other, and an error is what take_guards() says.
  Status begin(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps, bool ahead);
  /// Takes the answers that are due. `behind` commands were sent since: when the guards do not hold, their answers are
  /// taken, too, and dropped. kFenced names the partition and its present owner; the caller rolls back. An error stays
  /// until the next transaction: each call tells it again.
  Status take_guards(std::size_t behind = 0);
  /// Nothing is due, nothing is remembered: the transaction is over.
  void forget_guards();
  /// On the session's connection, which must not be the one that lost its answer.
  Result<cnx_outcome> outcome(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps);
  Status advance(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps);
  Status read(std::vector<cnx_offset_row>& rows);
  Result<std::vector<cnx_offset_row>> read_all();
  /// Locks the rows, in order; needs an open transaction. What is not stored is told as not present.
  Status lock(std::span<cnx_mark_position> positions);
  /// Marks of dead records behind a new position are forgotten with it.
  Status reset(std::span<const cnx_offset_row> rows, MarkStore& marks);

 private:
  Status claim_one(const cnx_claimant& claimant, cnx_offset_row& row, MarkStore& marks);
  // What the answer that comes next is to: a guard, or the START TRANSACTION before them (no topic).
  struct Due {
    std::string object, owner, topic;
    cnx_offset_step step;  // its topic lies in `topic`
  };

  Status move(const cnx_claimant& claimant, const cnx_offset_step& step);
  [[nodiscard]] std::string moving(const cnx_offset_step& step) const;
  Status send(Due due, const std::string& sql);
  void take_oldest();
  void doze_for_all();
  [[nodiscard]] bool in_trouble() const { return failed_ || fenced_; }
  Result<cnx_outcome> compare(const cnx_claimant& claimant, std::span<const cnx_offset_step> steps);
  Status wait_for_locks(int seconds);
  // The rows found by a WHERE clause on top of the connector's, `suffix` appended.
  Result<std::vector<cnx_offset_row>> select(const std::string& condition, const char* suffix, std::string_view object);
  Error fenced_by(cnx_str owner, const cnx_offset_step& step);
  [[nodiscard]] std::string condition(cnx_str topic, std::int32_t partition) const;
  cnx_str keep(const std::optional<std::string>& text);

  const std::string connector_;
  const std::string table_;  // quoted, with its database
  const std::string database_;
  Session& session_;
  const Host host_;
  CancelSwitch& cancel_;
  std::size_t guard_answer_bytes_ = 0;  // as the last one was
  std::deque<std::string> texts_;       // lent out in rows until the next call
  // Of this transaction: the answers that are due, the first bad ones that came, and what was told of them.
  std::deque<Due> due_;
  std::optional<Error> failed_;
  std::optional<Due> fenced_;
  std::optional<Error> refusal_;
};

/// The statements that the store sends, in a form that the server can check without running them.
[[nodiscard]] std::vector<std::string> offset_statements(const TableName& name);

/// The UPDATE that moves a partition's offset; it finds no row when that is not the claimant's, or not where it was.
[[nodiscard]] std::string guard_statement(std::string_view table, std::string_view connector,
                                          const cnx_claimant& claimant, const cnx_offset_step& step);

/// Asks inside transactions of its own until no lock of another one is in the way, or a stop.
[[nodiscard]] Result<cnx_outcome> ask_until_unlocked(Session& session, const Host& host, const CancelSwitch& cancel,
                                                     const std::string& object,
                                                     const std::function<Result<cnx_outcome>()>& ask);

}  // namespace cnx::mysql
