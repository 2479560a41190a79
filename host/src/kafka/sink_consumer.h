// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/admin.h"
#include "kafka/client_config.h"
#include "kafka/message_batch.h"
#include "kafka/rebalance_listener.h"
#include "kafka/start_line.h"
#include "kafka/types.h"

namespace cnx::host::kafka {

struct SinkConsumerOptions {
  std::string group_id;
  std::string group_instance_id;  ///< static membership; empty: none
  std::vector<std::string> topics;
  std::int32_t session_timeout_ms = 10000;
  /// Most bytes fetched and not yet polled, over all partitions. One fetch per broker comes on top: a quarter of it,
  /// compressed, or one larger batch of a producer's. A librdkafka before 2.2 sleeps a second whenever the queue is
  /// full: with such a one it is at least 256 MiB.
  std::int64_t fetch_queue_bytes = 64 << 20;
  /// Most time from the last record of a partition to its PartitionEnd, and, while the others are at their ends, from
  /// start_at() to the first record. The broker is asked again as often.
  std::int64_t ends_within_ms = 500;
};

/// The end of a partition was reached: everything below `position` was handed out, transaction markers included.
struct PartitionEnd {
  TopicPartition at;
  std::uint64_t generation = 0;
  std::int64_t position = 0;
};

/// One partition cannot be read on (offset out of range, topic gone, no permission): only a new consumer could.
struct PartitionFault {
  TopicPartition at;
  std::uint64_t generation = 0;
  Error error;  ///< FATAL for an offset out of range: names the offset and the range that can be read
  bool out_of_range = false;
};

/// Ends and faults stand behind the records of the same result.
struct Polled {
  MessageBatch batch;
  std::vector<PartitionEnd> ends;
  std::vector<PartitionFault> faults;
  [[nodiscard]] bool empty() const { return batch.empty() && ends.empty() && faults.empty(); }
};

/// A member of a consumer group that reads committed records, and commits nothing by itself.
///
/// Two queues: group events are served by a thread of its own, records wait in a bounded queue for poll(). So a caller
/// that does not poll for an hour stops the fetching, and nothing else: no rebalance, no expired poll interval.
///
/// Each assignment, and each start_at(), has a generation, unique in this consumer. Records carry it; a record whose
/// generation is not the partition's present one belongs to a past assignment and is to be dropped. poll() never mixes
/// them up: what it returns was assigned, under that generation, at that moment.
///
/// Thread-safe but for poll(): one thread at a time. Destroying closes.
class SinkConsumer {
 public:
  /// Connects to the group's coordinator in the background. `listener` must outlive the consumer. CONFIG for bad
  /// properties.
  [[nodiscard]] static Result<std::unique_ptr<SinkConsumer>> open(const ClientConfig& config,
                                                                  SinkConsumerOptions options,
                                                                  RebalanceListener& listener, StopToken stop);
  ~SinkConsumer();
  SinkConsumer(const SinkConsumer&) = delete;
  SinkConsumer& operator=(const SinkConsumer&) = delete;

  /// The topics are made: gets to know them in the background, so that join() is quick. Without it join() does so.
  void learn_topics();

  /// Joins the group, in the background, once. `line`: of all members that this process has in the group, so that they
  /// join at one moment; outlives the consumer.
  void join(StartLine* line = nullptr);

  /// Up to `max_records` records; waits up to `timeout_ms` for anything. Empty: time is over, wake() or a stop.
  /// Errors concern the whole consumer and repeat, and only a new consumer reads on: FENCED when another process uses
  /// this group.instance.id (named), AUTH, CONFIG, FATAL, RETRY (it cannot follow its group any more). Passing faults
  /// (broker away) are logged and shown by health(), never returned.
  [[nodiscard]] Result<Polled> poll(std::size_t max_records, std::int64_t timeout_ms);

  /// What poll() would return as its error, for a caller that does not poll for long.
  [[nodiscard]] std::optional<Error> failure() const;

  /// Ends a waiting poll() early, or the next one.
  void wake();

  /// Stops reading `at` and drops what was fetched of it, until start_at(). For outages and for claims to come;
  /// ordinary backpressure is not to poll. Nothing happens when `generation` is no longer the partition's.
  void hold(const TopicPartition& at, std::uint64_t generation);

  /// Begins (again) at `offset`; returns the partition's new generation. FENCED: the partition is no longer assigned
  /// under `generation`. RETRY: the client did not answer in time; the partition stays held.
  [[nodiscard]] Result<std::uint64_t> start_at(const TopicPartition& at, std::uint64_t generation, std::int64_t offset);

  /// Tells the group where we are, so that `kafka-consumer-groups --describe` shows the lag. `offset` is the next one
  /// to read. Returns at once; a failure is logged, since nothing depends on it.
  void commit_hint(std::span<const PartitionOffset> offsets);

  /// What the group has stored for `partitions`; -1: nothing. Waits up to `timeout_ms`.
  [[nodiscard]] Result<std::vector<PartitionOffset>> committed(std::span<const TopicPartition> partitions,
                                                               std::int64_t timeout_ms);

  /// Log start and last stable offset (below it every transaction is finished). RETRY when nobody answers in time.
  [[nodiscard]] Result<Watermarks> watermarks(const TopicPartition& at, std::int64_t timeout_ms);

  /// Describes topics over this consumer's connections, also after its end, when nobody answers any more. [any thread]
  [[nodiscard]] DescribeTopic topic_describer() const;

  /// The end of the log as the last fetch told it, without asking anybody; nullopt: not told yet.
  [[nodiscard]] std::optional<std::int64_t> last_known_end(const TopicPartition& at) const;

  /// The last passing fault that is not over yet ("broker … not available"); empty: all is well.
  [[nodiscard]] std::string health() const;

  /// Leaves: on_revoked for what is assigned, then goodbye to the group (a static member keeps its partitions until the
  /// session expires or it comes back). Waits up to `timeout_ms` beside what on_revoked takes. Idempotent; poll() must
  /// not be running. Batches stay valid.
  void close(std::int64_t timeout_ms = 3000);

 private:
  class Impl;
  explicit SinkConsumer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cnx::host::kafka
