// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/transactional_producer.h"
#include "plugin/source_instance.h"
#include "runtime/job.h"
#include "runtime/position_store.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

struct SourceTransactionsContext {
  const Job& job;
  const ConnectorPlan& plan;
  const Clock& clock;
  TaskStatus& status;
  StopToken turn;  ///< ends the waits between two tries
};

/// The Kafka transactions of a source's turn: records with their positions and the range they belong to, or the state
/// of a range alone. Each is done again while its fault passes by itself (retry_transaction() has the errors). Store
/// and range change only when it is committed for certain; what became of one whose answer was lost is read from the
/// topic by the next turn. [one thread at a time]
class SourceTransactions {
 public:
  /// `producer` and `store` outlive it; `partition` of the topic of positions is the task's.
  SourceTransactions(SourceTransactionsContext context, kafka::TransactionalProducer& producer, PositionStore& store,
                     std::int32_t partition);

  /// Sends `batches` in one transaction; the positions that hold behind the last go to the store, too. `range`: of a
  /// bounded source, takes the new end offsets; nullptr: of one without bounds.
  [[nodiscard]] Status commit(std::span<const plugin::PolledBatch> batches, RangeRecord* range);
  /// Writes `record`, which `range` is then. The positions of a range that is done are removed.
  [[nodiscard]] Status commit_range(RangeRecord record, RangeRecord& range);

 private:
  using Records = std::vector<std::pair<std::string, std::optional<std::string>>>;
  using Positions = std::map<std::string_view, std::optional<std::string_view>>;

  /// `count`: of their records.
  [[nodiscard]] Status commit_once(std::span<const plugin::PolledBatch> batches, std::uint64_t count,
                                   const Positions& held, RangeRecord* range);
  [[nodiscard]] Status produce_positions(const Records& records);
  [[nodiscard]] Status retrying(const char* what, const std::function<Status()>& transaction);

  const SourceTransactionsContext context_;
  kafka::TransactionalProducer& producer_;
  PositionStore& store_;
  const std::int32_t partition_;
};

}  // namespace cnx::host::runtime
