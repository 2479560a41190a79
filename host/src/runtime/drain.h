// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
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

/// Decides when the sinks of a bounded run are through: first every record that the sources wrote is committed in the
/// target, then every partition is at its end, so that the lag is 0. What other workers have is read from the target.
/// One thread.
class Drain {
 public:
  /// Where the partitions of a sink stand in its target, whoever writes them.
  using Ask = std::function<Result<EndOffsets>(const ConnectorPlan&)>;

  Drain(const Job& job, const Clock& clock, StopToken stop, Ask ask)
      : job_(job), clock_(clock), stop_(std::move(stop)), ask_(std::move(ask)) {}

  /// `written`: end offsets of all sources. True: nothing is left to wait for. Connectors in `failed` are not waited
  /// for.
  [[nodiscard]] bool done(const EndOffsets& written, const std::vector<TaskSnapshot>& tasks,
                          const std::set<std::string>& failed);

  /// What is waited for now, for people; "" = nothing.
  [[nodiscard]] const std::string& waiting_for() const { return waiting_for_; }

  /// True when other workers have committed a part: it is in nobody's counts here.
  [[nodiscard]] bool shared() const { return shared_; }

 private:
  using Committed = std::map<std::string, std::map<kafka::TopicPartition, std::int64_t>>;  // by connector
  [[nodiscard]] bool reached(const EndOffsets& ends, const Committed& committed, const std::set<std::string>& failed);
  void look_for_log_ends(const EndOffsets& written);
  void ask_targets(const EndOffsets& ends, Committed& committed, const std::set<std::string>& failed);

  /// What other workers have committed, as a target said last.
  struct Elsewhere {
    std::int64_t asked_ms = 0;
    EndOffsets stands;
    std::string error;
  };

  const Job& job_;
  const Clock& clock_;
  const StopToken stop_;
  const Ask ask_;
  std::map<std::string, Elsewhere> elsewhere_;  // by connector
  bool shared_ = false;
  std::unique_ptr<kafka::Admin> admin_;
  EndOffsets log_ends_;
  bool log_ends_known_ = false;
  std::int64_t drained_ms_ = 0;
  std::string waiting_for_;
};

/// Asks the targets through sinks of its own, which connect at the first question and stay. Everything is borrowed.
[[nodiscard]] Drain::Ask ask_sinks(const Job& job, const Clock& clock, const StopToken& stop);

}  // namespace cnx::host::runtime
