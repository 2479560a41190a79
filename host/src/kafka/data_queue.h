// SPDX-License-Identifier: Apache-2.0
//
// Internal: the queue that fetched messages wait in, apart from everything else a client has to say.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "kafka/client_handle.h"
#include "kafka/library.h"
#include "kafka/sink_consumer.h"

namespace cnx::host::kafka {

/// take() from one thread at a time; wake() from any.
class DataQueue {
 public:
  /// The generation under which messages of a partition are wanted now; nullopt: drop them.
  using GenerationOf = std::function<std::optional<std::uint64_t>(std::string_view topic, std::int32_t partition)>;

  explicit DataQueue(std::shared_ptr<ClientHandle> client);
  ~DataQueue();
  DataQueue(const DataQueue&) = delete;
  DataQueue& operator=(const DataQueue&) = delete;

  [[nodiscard]] rd_kafka_queue_t* get() const { return queue_.get(); }

  /// What is there now, up to `max_messages` messages and events; sets `more` when something was taken, even if all of
  /// it was dropped. Does not wait.
  [[nodiscard]] Polled take(std::size_t max_messages, const GenerationOf& generation_of, bool& more);

  /// Whether messages may be taken out many at once, which costs a third of taking them one by one (0.2 us a message).
  /// Not under a cooperative protocol: rd_kafka_consume_batch_queue takes the event of an end at offset n for a
  /// message, and notes n + 1 as the position from which librdkafka goes on after its own pause in every such rebalance
  /// (2.8.0): a record would be skipped. An eager one starts each partition anew at an offset that we name. Until told:
  /// one by one. [as take()]
  void take_at_once(bool may) { at_once_ = may && rd_kafka_version() >= kSoundBatches; }

  /// Waits until something may be there, for `timeout_ms`, or a wake(). True: look again.
  [[nodiscard]] bool wait(std::int64_t timeout_ms);
  void wake();

 private:
  static void on_not_empty(rd_kafka_t* client, void* self);
  [[nodiscard]] std::size_t pop(std::size_t max_messages);

  const std::shared_ptr<ClientHandle> client_;
  const QueuePtr queue_;
  std::vector<rd_kafka_message_t*> popped_;
  bool at_once_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool not_empty_ = false;  // guarded by mutex_
  bool woken_ = false;      // guarded by mutex_
};

}  // namespace cnx::host::kafka
