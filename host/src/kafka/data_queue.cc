// SPDX-License-Identifier: Apache-2.0
#include "kafka/data_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "kafka/error_map.h"

namespace cnx::host::kafka {
namespace {

/// Sorts popped messages into records, ends and faults.
class Sorter {
 public:
  Sorter(const std::shared_ptr<ClientHandle>& client, const DataQueue::GenerationOf& generation_of, std::size_t most)
      : client_(client), generation_of_(generation_of) {
    messages_.reserve(most);
  }

  void add(rd_kafka_message_t* message) {
    enter_partition(*message);
    if (!generation_) {
      rd_kafka_message_destroy(message);
    } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      add_record(message);
    } else {
      add_event(*message);
      rd_kafka_message_destroy(message);
    }
  }

  Polled finish() && {
    std::erase_if(polled_.ends, [this](const PartitionEnd& end) { return passed(end); });
    if (!messages_.empty()) polled_.batch = MessageBatch(client_, std::move(messages_), std::move(runs_));
    return std::move(polled_);
  }

 private:
  // Messages come in long runs of one partition: looked up once a run.
  void enter_partition(const rd_kafka_message_t& message) {
    if (message.rkt == topic_ && message.partition == partition_) return;
    topic_ = message.rkt;
    partition_ = message.partition;
    topic_name_ = topic_ ? rd_kafka_topic_name(topic_) : "";
    generation_ = generation_of_(topic_name_, partition_);
    in_run_ = false;
  }

  void add_record(rd_kafka_message_t* message) {
    if (!in_run_) {
      runs_.push_back({topic_name_, partition_, *generation_, static_cast<std::uint32_t>(messages_.size()), 0});
      in_run_ = true;
    }
    ++runs_.back().count;
    messages_.push_back(message);
  }

  void add_event(const rd_kafka_message_t& message) {
    TopicPartition at{std::string(topic_name_), partition_};
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      polled_.ends.push_back({std::move(at), *generation_, message.offset});
      return;
    }
    const char* reason = rd_kafka_message_errstr(&message);
    const std::string where = message.offset >= 0 ? fmt::format(" at offset {}", message.offset) : "";
    Error error = to_error(message.err, fmt::format("{}: reading {}{}", client_->name(), to_string(at), where),
                           reason ? reason : "");
    polled_.faults.push_back({std::move(at), *generation_, std::move(error)});
  }

  // An end that later records of the same take went beyond says nothing any more; another one will come.
  bool passed(const PartitionEnd& end) const {
    for (const PartitionRun& run : runs_) {
      if (run.partition != end.at.partition || run.topic != end.at.topic) continue;
      if (messages_[run.first + run.count - 1]->offset >= end.position) return true;
    }
    return false;
  }

  const std::shared_ptr<ClientHandle>& client_;
  const DataQueue::GenerationOf& generation_of_;
  rd_kafka_topic_t* topic_ = nullptr;
  std::int32_t partition_ = -1;
  std::string_view topic_name_;
  std::optional<std::uint64_t> generation_;
  bool in_run_ = false;
  std::vector<rd_kafka_message_t*> messages_;
  std::vector<PartitionRun> runs_;
  Polled polled_;
};

}  // namespace

DataQueue::DataQueue(std::shared_ptr<ClientHandle> client)
    : client_(std::move(client)), queue_(rd_kafka_queue_new(client_->get())) {
  rd_kafka_queue_cb_event_enable(queue_.get(), &on_not_empty, this);
}

DataQueue::~DataQueue() { rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr); }

void DataQueue::on_not_empty(rd_kafka_t*, void* self) {
  auto* queue = static_cast<DataQueue*>(self);
  {
    const std::lock_guard lock(queue->mutex_);
    queue->not_empty_ = true;
  }
  // Without the lock, which the waiting thread needs at once. Disabling the events waits for this call.
  queue->changed_.notify_one();
}

void DataQueue::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

bool DataQueue::wait(std::int64_t timeout_ms) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return not_empty_ || woken_; }))
    return false;
  not_empty_ = false;
  return !std::exchange(woken_, false);
}

std::size_t DataQueue::pop(std::size_t max_messages) {
  popped_.resize(max_messages);
  if (at_once_) {
    const ssize_t taken = rd_kafka_consume_batch_queue(queue_.get(), 0, popped_.data(), max_messages);
    return taken > 0 ? static_cast<std::size_t>(taken) : 0;
  }
  std::size_t count = 0;
  while (count < max_messages) {
    rd_kafka_message_t* message = rd_kafka_consume_queue(queue_.get(), 0);
    if (!message) break;
    popped_[count++] = message;
  }
  return count;
}

Polled DataQueue::take(std::size_t max_messages, const GenerationOf& generation_of, bool& more) {
  const std::size_t count = pop(max_messages);
  more = count > 0;
  Sorter sorter(client_, generation_of, count);
  for (std::size_t i = 0; i < count; ++i) sorter.add(popped_[i]);
  return std::move(sorter).finish();
}

}  // namespace cnx::host::kafka
