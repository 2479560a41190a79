// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/admin.h"
#include "runtime/job.h"
#include "runtime/position_store.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// What the drain asks Kafka. One thread.
class DrainView {
 public:
  virtual ~DrainView() = default;
  /// The ends of the topic's partitions, open transactions included; nullopt: there is no such topic.
  [[nodiscard]] virtual Result<std::optional<std::vector<std::int64_t>>> log_ends(const std::string& topic) = 0;
};

/// The cluster's answers, each within seconds; connects at the first question.
class ClusterView final : public DrainView {
 public:
  ClusterView(const kafka::ClientConfig& client, StopToken stop) : client_(client), stop_(std::move(stop)) {}
  [[nodiscard]] Result<std::optional<std::vector<std::int64_t>>> log_ends(const std::string& topic) override;

 private:
  const kafka::ClientConfig& client_;
  const StopToken stop_;
  std::unique_ptr<kafka::Admin> admin_;
};

/// Decides when the sinks of a bounded run are through: first every record that the sources wrote is committed in the
/// target, then every partition is at its end, so that the lag is 0. What other workers have is read from the target.
/// One thread.
class Drain {
 public:
  enum class State {
    kWaiting,
    kDone,
    kLost  ///< records that the sources wrote are no longer in Kafka: it would never end; lost() has the message
  };

  /// Where the partitions of a sink stand in its target, whoever writes them.
  using Ask = std::function<Result<EndOffsets>(const ConnectorPlan&)>;

  Drain(const Job& job, const Clock& clock, DrainView& view, Ask ask)
      : job_(job), clock_(clock), view_(view), ask_(std::move(ask)) {}

  /// `written`: end offsets of all sources. Connectors in `failed` are not waited for. Says every 30 s what it waits
  /// for while nothing moves.
  [[nodiscard]] State look(const EndOffsets& written, const std::vector<TaskSnapshot>& tasks,
                           const std::set<std::string>& failed);

  /// What is waited for now, for people; "" = nothing.
  [[nodiscard]] const std::string& waiting_for() const { return waiting_for_; }
  [[nodiscard]] const std::string& lost() const { return lost_; }
  /// True when other workers have committed a part: it is in nobody's counts here.
  [[nodiscard]] bool shared() const { return shared_; }

 private:
  using Committed = std::map<std::string, EndOffsets>;  // by connector
  struct Open {
    const ConnectorPlan* sink;
    kafka::TopicPartition at;
    std::int64_t end;
    std::int64_t stands;  // -1: not known
  };
  /// What other workers have committed, as a target said last.
  struct Elsewhere {
    std::int64_t asked_ms = 0;
    EndOffsets stands;
    std::string error;
  };

  void ask_targets(const EndOffsets& ends, Committed& committed, const std::set<std::string>& failed);
  [[nodiscard]] std::vector<Open> open(const EndOffsets& ends, const Committed& committed,
                                       const std::set<std::string>& failed) const;
  [[nodiscard]] bool is_lost(const std::vector<Open>& open);
  void say(const std::vector<Open>& open);
  [[nodiscard]] std::optional<EndOffsets> log_ends(const EndOffsets& written);
  [[nodiscard]] std::int64_t now_ms() const { return clock_.monotonic_ns() / 1'000'000; }

  const Job& job_;
  const Clock& clock_;
  DrainView& view_;
  const Ask ask_;
  std::map<std::string, Elsewhere> elsewhere_;  // by connector
  bool shared_ = false;
  std::optional<EndOffsets> log_ends_;
  std::int64_t looked_ms_ = 0;
  std::optional<std::int64_t> drained_for_ms_;  // while somebody looked
  std::optional<std::int64_t> asked_ms_;
  std::string waiting_for_;
  std::int64_t waiting_since_ms_ = 0;
  std::int64_t said_ms_ = 0;
  std::string lost_;
  bool looked_lost_ = false;
};

/// Asks the targets through sinks of its own, which connect at the first question and stay. Everything is borrowed.
[[nodiscard]] Drain::Ask ask_sinks(const Job& job, const Clock& clock, const StopToken& stop);

}  // namespace cnx::host::runtime
