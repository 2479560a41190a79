// SPDX-License-Identifier: Apache-2.0
//
// Internal: a consumer's membership in its group, with the thread that serves it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/stop.h"
#include "kafka/assignment.h"
#include "kafka/client_handle.h"
#include "kafka/data_queue.h"
#include "kafka/library.h"
#include "kafka/rebalance_listener.h"
#include "kafka/start_line.h"
#include "kafka/static_member.h"
#include "kafka/subscription.h"

namespace cnx::host::kafka {

/// A member's settings; what it reads is not in them.
[[nodiscard]] Properties settings_of(const GroupMember& member);

/// Serves the client's main queue, so that the group sees a living member whatever the rest of the process does, and
/// turns its events into assign/unassign calls around the listener. What partitions fetch goes to `data`.
/// All public functions may be called from any thread.
class GroupSession {
 public:
  GroupSession(std::shared_ptr<ClientHandle> client, const GroupMember& member, DataQueue& data,
               RebalanceListener& listener);
  ~GroupSession();
  GroupSession(const GroupSession&) = delete;
  GroupSession& operator=(const GroupSession&) = delete;

  /// Connects to the group's coordinator, in the background.
  void prepare(std::span<const std::string> topics);
  /// The topics are made: gets to know them, in the background. join() does it otherwise.
  void learn_topics();
  /// Joins, in the background, once. `line`: where to wait for the process's other members of the group, or null.
  void join(StartLine* line);

  /// The error that ended the membership, if any.
  [[nodiscard]] std::optional<Error> failure() const;

  /// Takes what is fetched and still assigned. The assignment cannot change meanwhile.
  [[nodiscard]] Polled take(std::size_t max_records, bool& more);

  void hold(const TopicPartition& at, std::uint64_t generation);
  [[nodiscard]] Result<std::uint64_t> start_at(const TopicPartition& at, std::uint64_t generation, std::int64_t offset);

  /// See SinkConsumer::close.
  void leave(std::int64_t timeout_ms);

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  void get_ready();
  [[nodiscard]] bool wait_for_turn();
  void subscribe();
  void serve();
  void serve_leaving();
  void handle(rd_kafka_event_t& event);
  void handle_error(rd_kafka_event_t& event);
  void rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list);
  void assign(const rd_kafka_topic_partition_list_t& list);
  void unassign(const rd_kafka_topic_partition_list_t& list);
  void lose_all();
  void forward(const TopicPartition& at);
  void follow(rd_kafka_topic_partition_list_t* list, bool add);
  [[nodiscard]] bool hold_if_assigned(const TopicPartition& at, std::uint64_t generation);
  void pause(std::span<const TopicPartition> partitions);
  void resume(std::span<const TopicPartition> partitions);
  [[nodiscard]] Status seek(const TopicPartition& at, std::int64_t offset);
  void fail(Error error);

  const std::shared_ptr<ClientHandle> client_;
  const std::string member_;  // "group 'g', group.instance.id 'i'"
  StopSource leaving_;
  StaticMember static_id_;  // of the group thread
  DataQueue& data_;
  RebalanceListener& listener_;
  QueuePtr main_queue_;
  std::thread thread_;
  std::atomic<bool> topics_made_{false};
  std::atomic<bool> may_join_{false};
  StartLine* line_ = nullptr;  // constant once may_join_
  std::atomic<std::int64_t> leave_within_ms_{0};

  // Of the group thread, once prepared.
  std::optional<Subscription> subscription_;
  bool settled_ = false;   // the first assignment is there, or none is waited for
  bool kept_out_ = false;  // the assignment was lost, and librdkafka has not been told that it may join again
  bool closing_ = false;   // it has been told to leave

  // Held while the client's assignment changes or a seek is under way, so that neither meets the other; taken before
  // mutex_, which nothing waits with: poll() needs it.
  std::mutex change_mutex_;
  mutable std::mutex mutex_;
  Assignment assignment_;         // guarded by mutex_
  std::optional<Error> failure_;  // guarded by mutex_
};

}  // namespace cnx::host::kafka
