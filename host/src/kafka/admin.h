// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/client_config.h"
#include "kafka/types.h"

namespace cnx::host::kafka {

class ClientHandle;

/// A topic to be made. -1: the broker's default.
struct TopicSpec {
  std::string name;
  std::int32_t partitions = -1;
  std::int32_t replication_factor = -1;
  Properties configs;  ///< the topic's own: retention.ms, cleanup.policy, …
};

struct TopicInfo {
  std::string name;
  std::int32_t partitions = 0;
  std::string id;  ///< changes when the topic is made anew; empty where librdkafka or broker do not tell
};

/// Admin::describe_topic() as a value, for who must not hold a client: over the connections of one that is there
/// already.
using DescribeTopic = std::function<Result<std::optional<TopicInfo>>(const std::string& name, std::int64_t timeout_ms,
                                                                     const StopToken& stop)>;

/// Questions and orders to the cluster. Every call waits at most `timeout_ms` given to open(), or until a stop
/// (CANCELLED). RETRY: nobody answered, AUTH, CONFIG: refused. Thread-safe.
class Admin {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Admin>> open(const ClientConfig& config, std::int64_t timeout_ms,
                                                           StopToken stop);
  /// Internal: over another client's connections. watermarks() sees what that client's isolation level shows.
  [[nodiscard]] static std::unique_ptr<Admin> over(std::shared_ptr<ClientHandle> client, std::int64_t timeout_ms,
                                                   StopToken stop);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  /// The id that the cluster gave itself; this is also the check that a broker can be reached at all.
  [[nodiscard]] Result<std::string> cluster_id();

  /// Makes the topic when it is missing and waits until its leaders are known. True: made now. An existing topic is
  /// left as it is, whatever `spec` says.
  [[nodiscard]] Result<bool> ensure_topic(const TopicSpec& spec);

  /// nullopt: there is no such topic.
  [[nodiscard]] Result<std::optional<TopicInfo>> describe_topic(const std::string& name);

  /// Log start and high watermark (open transactions included).
  [[nodiscard]] Result<Watermarks> watermarks(const TopicPartition& at);

  /// The first offset whose record is not older than `timestamp_ms` (epoch); the log end when there is none.
  [[nodiscard]] Result<std::int64_t> offset_for_time(const TopicPartition& at, std::int64_t timestamp_ms);

  /// All offsets that `group` has committed; none for an unknown group.
  [[nodiscard]] Result<std::vector<PartitionOffset>> committed_offsets(const std::string& group);

  /// Sets committed offsets of a group without members. RETRY while it has members.
  [[nodiscard]] Status set_committed_offsets(const std::string& group, std::span<const PartitionOffset> offsets);

 private:
  Admin(std::shared_ptr<ClientHandle> client, std::int64_t timeout_ms, StopToken stop);
  /// `ask(timeout_ms)` in short steps while it says RETRY.
  template <class Ask>
  auto until_answered(Ask ask) const -> decltype(ask(0));

  const std::shared_ptr<ClientHandle> client_;
  const std::int64_t timeout_ms_;
  const StopToken stop_;
};

}  // namespace cnx::host::kafka
