// SPDX-License-Identifier: Apache-2.0
//
// A target in memory: a table of rows, a table of offsets with guards, and faults on demand.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/target.h"
#include "runtime/testing/batches.h"

namespace cnx::host::runtime::testing {

/// What the fakes of one test were asked to do, in order: "begin", "write 3", "commit", "send 1" …
using Journal = std::vector<std::string>;

inline constexpr const char* kMe = "me";

/// One thread but for cancel(), as Target. Breaking the order of calls fails the test.
class FakeTarget final : public Target {
 public:
  /// A COMMIT (or a lone UPDATE) that goes wrong.
  struct Fault {
    Error error;
    bool carried_out = false;  ///< the target did it all the same
    bool unknown = true;       ///< the answer was lost
  };

  explicit FakeTarget(Journal& journal) : journal_(journal) {}

  // The target's content.
  std::map<kafka::TopicPartition, ClaimedPosition> offsets;  // `owner`: of now
  std::vector<std::string> table;                            // committed rows, as row_name() calls them
  std::vector<std::string> marks;                            // committed marks of dead records: "0@5"

  // Faults: the next calls end with these, in order.
  std::deque<Error> begin_faults, bury_faults, write_faults, prepare_faults, claim_faults, verify_faults,
      outcome_faults;
  std::deque<Fault> commit_faults, advance_faults;
  /// Looks at the rows of a write in its transaction: an error refuses them.
  std::function<Status(const std::vector<std::string>& rows, std::vector<RejectedRow>& rejects)> on_write;
  std::function<void()> on_commit, on_cancel, on_claim, on_verify;  // before anything else
  std::function<void()> after_commit;                               // when it is carried out, or not

  bool is_exactly_once = true;
  bool has_marks = false;
  int prepared = 0;
  int idled = 0;

  /// Another owner takes the partition over.
  void steal(const kafka::TopicPartition& at) {
    ++offsets[at].epoch;
    offsets[at].owner = "another";
  }
  /// The partition as if it had been claimed by us before.
  void own(const kafka::TopicPartition& at, std::int64_t next_offset, std::int64_t epoch = 1) {
    offsets[at] = {};
    offsets[at].next_offset = next_offset;
    offsets[at].epoch = epoch;
    offsets[at].existed = true;
    offsets[at].owner = kMe;
  }

  void stop() override {}
  void cancel() override {
    if (on_cancel) on_cancel();
  }
  void idle() override { ++idled; }
  [[nodiscard]] bool exactly_once() const override { return is_exactly_once; }

  Result<std::optional<ClaimedPosition>> look(const kafka::TopicPartition& at) override {
    const auto found = offsets.find(at);
    if (found == offsets.end()) return std::optional<ClaimedPosition>{};
    return std::optional<ClaimedPosition>(found->second);
  }

  Result<ClaimedPosition> claim(const kafka::TopicPartition& at, std::int64_t earliest) override {
    journal_.push_back("claim " + kafka::to_string(at));
    if (on_claim) on_claim();
    if (auto fault = next(claim_faults)) return *fault;
    const auto [row, made] = offsets.try_emplace(at);
    if (made) row->second.next_offset = earliest;
    ClaimedPosition before = row->second;
    before.existed = !made;
    before.again = before.owner == kMe;
    before.epoch = ++row->second.epoch;
    row->second.existed = true;
    row->second.owner = kMe;
    return before;
  }

  Result<std::vector<Loss>> verify(std::span<const OffsetStep> held) override {
    journal_.push_back("verify " + std::to_string(held.size()));
    if (on_verify) on_verify();
    if (auto fault = next(verify_faults)) return *fault;
    std::vector<Loss> losses;
    for (std::size_t i = 0; i < held.size(); ++i)
      if (!is_mine(held[i])) losses.push_back({i, place(held[i]) + " belongs to " + offsets[at(held[i])].owner});
    return losses;
  }

  Status prepare(const cnx_batch&) override {
    EXPECT_FALSE(open_) << "prepare within a transaction";
    ++prepared;
    if (auto fault = next(prepare_faults)) return *fault;
    return {};
  }

  [[nodiscard]] bool keeps_marks() const override { return has_marks; }
  Status bury(std::span<const plugin::Mark> dead) override {
    EXPECT_TRUE(open_) << "bury without a transaction";
    journal_.push_back("bury " + std::to_string(dead.size()));
    if (auto fault = next(bury_faults)) return *fault;
    for (const plugin::Mark& mark : dead) {
      EXPECT_EQ(mark.timestamp_ms, timestamp_of(mark.offset));
      buried_.push_back(std::to_string(mark.partition) + "@" + std::to_string(mark.offset));
    }
    return {};
  }

  Status begin(std::span<const OffsetStep> steps) override {
    EXPECT_FALSE(open_) << "begin within a transaction";
    journal_.push_back("begin");
    if (auto fault = next(begin_faults)) return *fault;
    for (const OffsetStep& step : steps) {
      if (step.new_offset <= step.old_offset) return fatal_error(place(step) + ": a step that leads nowhere");
      if (!is_mine(step)) return fenced_error(place(step) + " belongs to " + offsets[at(step)].owner);
    }
    open_ = true;
    steps_.assign(steps.begin(), steps.end());
    return {};
  }

  Status write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
               std::vector<RejectedRow>& rejects) override {
    EXPECT_TRUE(open_) << "write outside of a transaction";
    std::vector<std::string> names;
    if (rows.empty())
      for (std::uint32_t row = 0; row < batch.count; ++row) names.push_back(row_name(batch, row));
    for (const std::uint32_t row : rows) names.push_back(row_name(batch, row));
    journal_.push_back("write " + std::to_string(names.size()));
    if (auto fault = next(write_faults)) return *fault;
    std::vector<RejectedRow> refused;
    Status status = on_write ? on_write(names, refused) : Status();
    // Without transactions it keeps what stands before the first row that it refuses.
    if (!is_exactly_once && !status.ok())
      names.erase(names.begin() + (refused.empty() ? 0 : refused.front().row), names.end());
    auto& to = is_exactly_once ? written_ : table;
    to.insert(to.end(), names.begin(), names.end());
    for (RejectedRow& reject : refused) {  // indexes in `names` → rows of the batch
      if (!rows.empty()) reject.row = rows[reject.row];
      rejects.push_back(std::move(reject));
    }
    return status;
  }

  Status commit(bool& unknown) override {
    EXPECT_TRUE(open_) << "commit without a transaction";
    journal_.push_back("commit");
    if (on_commit) on_commit();
    if (commit_faults.empty()) {
      carry_out();
      return {};
    }
    Fault fault = std::move(commit_faults.front());
    commit_faults.pop_front();
    unknown = fault.unknown;
    if (fault.carried_out)
      carry_out();
    else if (fault.unknown)
      forget_transaction();
    if (after_commit) after_commit();
    return std::move(fault.error);
  }

  void abort() override {
    if (open_) journal_.push_back("abort");
    forget_transaction();
  }

  Result<Outcome> outcome(std::span<const OffsetStep> steps) override {
    journal_.push_back("outcome");
    if (auto fault = next(outcome_faults)) return *fault;
    std::size_t at_new = 0, at_old = 0;
    for (const OffsetStep& step : steps) {
      const ClaimedPosition& row = offsets[at(step)];
      if (row.epoch != step.epoch || row.owner != kMe) return Outcome::kFenced;
      at_new += row.next_offset == step.new_offset;
      at_old += row.next_offset == step.old_offset;
    }
    return at_new == steps.size()   ? Outcome::kCommitted
           : at_old == steps.size() ? Outcome::kNotCommitted
                                    : Outcome::kFenced;
  }

  Status advance(std::span<const OffsetStep> steps) override {
    EXPECT_FALSE(open_) << "advance within a transaction";
    journal_.push_back("advance");
    std::optional<Fault> fault;
    if (!advance_faults.empty()) {
      fault = std::move(advance_faults.front());
      advance_faults.pop_front();
    }
    if (fault && !fault->carried_out) return std::move(fault->error);
    for (const OffsetStep& step : steps) {
      if (!is_mine(step)) return fenced_error(place(step) + " belongs to " + offsets[at(step)].owner);
      move(step);
    }
    if (fault) return std::move(fault->error);
    return {};
  }

 private:
  static std::optional<Error> next(std::deque<Error>& faults) {
    if (faults.empty()) return std::nullopt;
    Error error = std::move(faults.front());
    faults.pop_front();
    return error;
  }
  static kafka::TopicPartition at(const OffsetStep& step) { return {step.topic, step.partition}; }
  static std::string place(const OffsetStep& step) { return kafka::to_string(at(step)); }
  bool is_mine(const OffsetStep& step) {
    const auto row = offsets.find(at(step));
    return row != offsets.end() && row->second.owner == kMe && row->second.epoch == step.epoch &&
           row->second.next_offset == step.old_offset;
  }
  void move(const OffsetStep& step) {
    ClaimedPosition& row = offsets[at(step)];
    row.next_offset = step.new_offset;
    if (step.last_offset < 0) return;
    row.last_offset = step.last_offset;
    row.last_timestamp_ms = step.last_timestamp_ms;
  }
  void carry_out() {
    for (const OffsetStep& step : steps_) move(step);
    table.insert(table.end(), written_.begin(), written_.end());
    marks.insert(marks.end(), buried_.begin(), buried_.end());
    forget_transaction();
  }
  void forget_transaction() {
    open_ = false;
    steps_.clear();
    written_.clear();
    buried_.clear();
  }

  Journal& journal_;
  bool open_ = false;
  std::vector<OffsetStep> steps_;
  std::vector<std::string> written_;
  std::vector<std::string> buried_;
};

/// Refuses rows by name: tells which (`named`), or only that there is one.
inline auto refuse(std::vector<std::string> bad, bool named) {
  return
      [bad = std::move(bad), named](const std::vector<std::string>& rows, std::vector<RejectedRow>& rejects) -> Status {
        bool refused = false;
        for (std::uint32_t i = 0; i < rows.size(); ++i) {
          if (std::find(bad.begin(), bad.end(), rows[i]) == bad.end()) continue;
          refused = true;
          if (named) rejects.push_back({i, "amount", "out of range", 1264});
        }
        return refused ? Status(record_error("a row does not fit", 1264)) : Status();
      };
}

}  // namespace cnx::host::runtime::testing
