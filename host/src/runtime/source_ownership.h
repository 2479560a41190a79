// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/group_membership.h"
#include "kafka/rebalance_listener.h"
#include "runtime/job.h"

namespace cnx::host::runtime {

/// Which worker runs a source, as Kafka's group coordinator decides it: the workers that know the connector are the
/// members of its consumer group over the assignment topic, and who is given the connector's partition there (its seat)
/// has the turn. The group only says who should; that nobody else can send is the transactional id's fence.
///
/// The task's thread takes turns: begin_turn → work until the turn's token is stopped → end_turn. The group's thread is
/// the listener; a revocation waits until the turn has ended.
class SourceOwnership final : public kafka::RebalanceListener {
 public:
  /// How long a revocation waits for the end of the turn. Below the session timeout; whoever is later than this is
  /// fenced by the next owner.
  static constexpr std::int64_t kGiveBackMs = 8'000;

  /// Makes the membership whose listener is given.
  using Join = std::function<Result<std::unique_ptr<kafka::GroupMembership>>(kafka::RebalanceListener&)>;

  /// `interrupt` [group's thread] wakes the task from whatever it is doing when its turn is over.
  SourceOwnership(const Job& job, const ConnectorPlan& plan, Join join, std::function<void()> interrupt);
  ~SourceOwnership() override;

  /// Joins the group if that is still to be done, and waits for the seat. `on_standby` is called several times a second
  /// while another worker has it; its error ends the wait. The token is stopped when the seat is taken away, or by a
  /// stop of `run` (at or below the task's). Errors: CANCELLED, or what ended the membership; the next call joins anew.
  [[nodiscard]] Result<StopToken> begin_turn(const std::function<Status()>& on_standby, const StopToken& run);

  /// Nothing of the turn is running any more.
  void end_turn();

  /// False when the group has taken the seat away, or may have: then it is another worker's business what is fenced.
  [[nodiscard]] bool ours() const;

  /// After a fence: asks the group's coordinator. Until it has answered, begin_turn() asks again first. RETRY: nobody
  /// answers.
  [[nodiscard]] Result<bool> ask_group();

  /// OK, or what ended the membership during a turn.
  [[nodiscard]] Status check() const;

  /// A newer process has this worker.id: the whole process should end. [any]
  [[nodiscard]] bool displaced() const { return displaced_.load(); }

  /// Leaves the group; others get the seat when the session has expired.
  void leave();

  [[nodiscard]] const kafka::TopicPartition& seat() const { return seat_; }

  // From the group's thread.
  [[nodiscard]] std::vector<std::optional<std::int64_t>> on_assigned(std::span<const kafka::TopicPartition> partitions,
                                                                     std::uint64_t generation) override;
  void on_revoked(std::span<const kafka::TopicPartition> partitions) override;
  void on_lost(std::span<const kafka::TopicPartition> partitions) override;

 private:
  [[nodiscard]] bool wait_for_seat(std::int64_t wait_ms, bool& elsewhere);
  [[nodiscard]] bool take_away(std::span<const kafka::TopicPartition> partitions);

  const Job& job_;
  const ConnectorPlan& plan_;
  const kafka::TopicPartition seat_;
  const Join join_;
  const std::function<void()> interrupt_;
  mutable std::atomic<bool> displaced_{false};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool assigned_ = false;                          // guarded by mutex_: the group has said who has what
  bool ours_ = false;                              // guarded by mutex_
  bool in_turn_ = false;                           // guarded by mutex_
  StopSource turn_;                                // guarded by mutex_
  bool doubtful_ = false;                          // of the task's thread
  std::unique_ptr<kafka::GroupMembership> group_;  // of the task's thread; last, so that it ends first
};

/// The partition of the assignment topic that stands for a source.
[[nodiscard]] kafka::TopicPartition seat_of(const Job& job, const ConnectorPlan& plan);

/// Joins the group of the workers that know the connector. The assignment topic has to be there.
[[nodiscard]] SourceOwnership::Join join_workers(const Job& job, const ConnectorPlan& plan, const StopToken& stop);

}  // namespace cnx::host::runtime
