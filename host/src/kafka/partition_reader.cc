// SPDX-License-Identifier: Apache-2.0
#include "kafka/partition_reader.h"

#include <fmt/format.h>

#include <chrono>

#include "kafka/data_queue.h"
#include "kafka/error_map.h"

namespace cnx::host::kafka {
namespace {

constexpr std::int64_t kAnswerMs = 10'000;
constexpr std::int64_t kLookMs = 200;
// Aborted records are fetched and thrown away on the way to the first good one.
constexpr std::int64_t kFirstRecordMs = 30'000;

Properties settings(Isolation isolation, ReadAhead ahead) {
  const bool little = ahead == ReadAhead::kLittle;
  return {
      {"isolation.level", isolation == Isolation::kReadCommitted ? "read_committed" : "read_uncommitted"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"enable.partition.eof", "true"},
      {"queued.max.messages.kbytes", little ? "1024" : "16384"},
      {"queued.min.messages", little ? "1" : "100000"},  // fewer than that: one more fetch
      {"max.partition.fetch.bytes", little ? "65536" : "1048576"},
      {"fetch.wait.max.ms", "20"},  // the end of a partition is told after it; nobody reads here for long
  };
}

}  // namespace

Result<std::unique_ptr<PartitionReader>> PartitionReader::open(const ClientConfig& config, Isolation isolation,
                                                               StopToken stop, ReadAhead ahead) {
  CNX_ASSIGN(ConfPtr conf, make_conf(ClientRole::kConsumer, config, settings(isolation, ahead)));
  CNX_ASSIGN(std::shared_ptr<ClientHandle> client,
             ClientHandle::create(RD_KAFKA_CONSUMER, std::move(conf), "reader", config.bootstrap_servers));
  return std::unique_ptr<PartitionReader>(new PartitionReader(std::move(client), std::move(stop)));
}

PartitionReader::PartitionReader(std::shared_ptr<ClientHandle> client, StopToken stop)
    : client_(std::move(client)), stop_(std::move(stop)), data_(std::make_unique<DataQueue>(client_)) {}

PartitionReader::~PartitionReader() { end(); }

Result<Watermarks> PartitionReader::watermarks(const TopicPartition& at) {
  return query_watermarks(*client_, at, kAnswerMs, stop_);
}

Status PartitionReader::start(const TopicPartition& at, std::int64_t offset) {
  end();
  const TopicPtr topic(rd_kafka_topic_new(client_->get(), at.topic.c_str(), nullptr));
  if (!topic) return client_->error(rd_kafka_last_error(), "reading " + to_string(at));
  if (rd_kafka_consume_start_queue(topic.get(), at.partition, offset, data_->get()) != 0) {
    return client_->error(rd_kafka_last_error(), fmt::format("reading {} from offset {}", to_string(at), offset));
  }
  reading_ = at;
  return {};
}

void PartitionReader::end() {
  if (!reading_) return;
  const TopicPtr topic(rd_kafka_topic_new(client_->get(), reading_->topic.c_str(), nullptr));
  if (topic) rd_kafka_consume_stop(topic.get(), reading_->partition);
  reading_.reset();
  fault_.reset();
}

Result<Polled> PartitionReader::next(std::size_t max_records, std::int64_t timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  const auto wanted = [this](std::string_view topic, std::int32_t partition) -> std::optional<std::uint64_t> {
    if (!reading_ || topic != reading_->topic || partition != reading_->partition) return std::nullopt;
    return 0;
  };
  if (fault_) return *fault_;
  const StopCallback on_stop(stop_, [this] { data_->wake(); });
  for (;;) {
    bool more = false;
    Polled polled = data_->take(max_records, wanted, more);
    if (!polled.faults.empty()) fault_ = std::move(polled.faults.front().error);
    polled.faults.clear();
    if (!polled.empty()) {
      client_->note_success();
      return polled;
    }
    if (fault_) return *fault_;
    if (more) continue;
    client_->hear_faults();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() > 0 && data_->wait(left.count())) continue;
    std::optional<Error> fault = client_->fault();
    if (fault && fault->action != Action::kRetry) return *std::move(fault);
    return Polled{};
  }
}

Result<std::optional<MessageBatch>> PartitionReader::read_at(const TopicPartition& at, std::int64_t offset) {
  CNX_ASSIGN(const Watermarks range, watermarks(at));
  if (offset < range.low || offset >= range.high) return std::optional<MessageBatch>();
  CNX_TRY(start(at, offset));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kAnswerMs);
  while (std::chrono::steady_clock::now() < deadline) {
    if (stop_.requested()) return cancelled_error();
    CNX_ASSIGN(Polled polled, next(1, kLookMs));
    if (polled.empty()) continue;
    end();
    const bool found = !polled.batch.empty() && polled.batch.records().front().offset == offset;
    return found ? std::optional<MessageBatch>(std::move(polled.batch)) : std::nullopt;
  }
  end();
  return client_->error(RD_KAFKA_RESP_ERR__TIMED_OUT, fmt::format("reading offset {} of {}", offset, to_string(at)));
}

Result<std::optional<std::int64_t>> PartitionReader::first_record(const TopicPartition& at, std::int64_t from,
                                                                  std::int64_t to) {
  if (from >= to) return std::optional<std::int64_t>{};
  CNX_TRY(start(at, from));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kFirstRecordMs);
  while (std::chrono::steady_clock::now() < deadline) {
    if (stop_.requested()) return cancelled_error();
    CNX_ASSIGN(const Polled polled, next(1, kLookMs));
    if (!polled.batch.empty()) {
      end();
      const std::int64_t found = polled.batch.records().front().offset;
      return found < to ? std::optional(found) : std::nullopt;
    }
    if (polled.ends.empty() || polled.ends.back().position < to) continue;
    end();
    return std::optional<std::int64_t>{};
  }
  end();
  return client_->error(RD_KAFKA_RESP_ERR__TIMED_OUT, fmt::format("reading {} from offset {}", to_string(at), from));
}

}  // namespace cnx::host::kafka
