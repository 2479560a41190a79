// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/client_config.h"
#include "kafka/message_batch.h"
#include "kafka/sink_consumer.h"
#include "kafka/types.h"

namespace cnx::host::kafka {

class DataQueue;

inline constexpr std::int64_t kBeginning = -2;  ///< log start
inline constexpr std::int64_t kEnd = -1;        ///< log end

enum class Isolation { kReadCommitted, kReadUncommitted };
/// How far a reader reads ahead: for all records of a partition, or for single ones of it.
enum class ReadAhead { kMuch, kLittle };

/// Reads one partition at a time, outside any group: positions, previews, dead letters. One owner thread.
class PartitionReader {
 public:
  [[nodiscard]] static Result<std::unique_ptr<PartitionReader>> open(const ClientConfig& config, Isolation isolation,
                                                                     StopToken stop,
                                                                     ReadAhead ahead = ReadAhead::kMuch);
  ~PartitionReader();
  PartitionReader(const PartitionReader&) = delete;
  PartitionReader& operator=(const PartitionReader&) = delete;

  /// Log start and end; with kReadCommitted the end is the last stable offset, else the high watermark.
  [[nodiscard]] Result<Watermarks> watermarks(const TopicPartition& at);

  /// Reads `at` from `offset`, kBeginning or kEnd on, instead of what was read before.
  [[nodiscard]] Status start(const TopicPartition& at, std::int64_t offset);

  /// Up to `max_records` records; waits up to `timeout_ms`. The end is reported each time it is reached anew. A fault
  /// of the partition is returned as the error (FATAL for an offset out of range), after the records before it; AUTH
  /// when the brokers refuse us. Empty: time is over or a stop.
  [[nodiscard]] Result<Polled> next(std::size_t max_records, std::int64_t timeout_ms);

  /// The one record at exactly `offset` (a batch of one), nullopt when there is none: below the log start, at or behind
  /// the end, compacted, aborted, a marker. Ends what start() began. RETRY when nobody answers within 10 s.
  [[nodiscard]] Result<std::optional<MessageBatch>> read_at(const TopicPartition& at, std::int64_t offset);

  /// The offset of the first record at or behind `from` and below `to`, nullopt when there is none: markers, aborted or
  /// compacted records only. `to` is not above the last stable offset (kReadCommitted) or the end. Ends what start()
  /// began. FATAL: the log starts behind `from`. RETRY when nobody answers within 30 s.
  [[nodiscard]] Result<std::optional<std::int64_t>> first_record(const TopicPartition& at, std::int64_t from,
                                                                 std::int64_t to);

 private:
  PartitionReader(std::shared_ptr<ClientHandle> client, StopToken stop);
  void end();

  const std::shared_ptr<ClientHandle> client_;
  const StopToken stop_;
  const std::unique_ptr<DataQueue> data_;
  std::optional<TopicPartition> reading_;
  std::optional<Error> fault_;  // of reading_, to be told by the next next()
};

}  // namespace cnx::host::kafka
