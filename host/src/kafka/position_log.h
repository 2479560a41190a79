// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/client_config.h"
#include "kafka/partition_reader.h"
#include "kafka/types.h"

namespace cnx::host::kafka {

/// What a read of positions waits for.
struct PositionWait {
  TopicPartition at;
  std::int64_t position = 0;  ///< read so far
  std::int64_t target = 0;    ///< the high watermark that must be passed
  std::int64_t waited_ms = 0;
};

/// The topic of source positions (compacted): key → last committed value. Positions are written by the source's own
/// TransactionalProducer, in the transaction of the records. One owner thread.
class PositionLog {
 public:
  using OnWait = std::function<void(const PositionWait&)>;

  [[nodiscard]] static Result<std::unique_ptr<PositionLog>> open(const ClientConfig& config, std::string topic,
                                                                 StopToken stop);

  /// The partition that holds all positions of a connector. The same for ever, so the topic's partition count must
  /// never change: `partitions` is that count.
  [[nodiscard]] static std::int32_t partition_of(std::string_view group, std::string_view connector,
                                                 std::int32_t partitions);

  /// The last committed value of every key that begins with `prefix`; tombstones are left out. Takes the high watermark
  /// first and reads until it is passed: an open transaction of anybody in that partition is waited for, and told to
  /// `on_wait` about once a second. Keys and values are raw bytes. CANCELLED on a stop.
  [[nodiscard]] Result<std::map<std::string, std::string>> read(std::int32_t partition, std::string_view prefix,
                                                                const OnWait& on_wait);

 private:
  PositionLog(std::string topic, std::unique_ptr<PartitionReader> committed, std::unique_ptr<PartitionReader> all,
              StopToken stop);

  const std::string topic_;
  const std::unique_ptr<PartitionReader> committed_;  // read_committed: the records
  const std::unique_ptr<PartitionReader> all_;        // read_uncommitted: the true end of the log
  const StopToken stop_;
};

}  // namespace cnx::host::kafka
