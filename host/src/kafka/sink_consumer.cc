// SPDX-License-Identifier: Apache-2.0
#include "kafka/sink_consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "kafka/data_queue.h"
#include "kafka/error_map.h"
#include "kafka/fetch_settings.h"
#include "kafka/group_session.h"

namespace cnx::host::kafka {
namespace {

constexpr std::string_view kLogger = "kafka";
constexpr std::int64_t kRangeMs = 2000;

// How soon a fetch follows when a full queue has room again; each look is a wake-up of the client's thread, and these
// were a fifth of what fetching costs when they came every 5 ms. Far shorter than a batch takes to be written.
constexpr const char* kLookAgainMs = "10";

constexpr std::int64_t kSlowQueueBytes = 256 << 20;

Properties settings(const SinkConsumerOptions& options, const GroupMember& member, const Properties& overrides) {
  // Without the property librdkafka sleeps a second whenever its queue was full: measured 35k instead of 94k
  // messages/s.
  const bool has_backoff = has_property("fetch.queue.backoff.ms");
  const std::int64_t queue_bytes = std::max(options.fetch_queue_bytes, has_backoff ? 1024 : kSlowQueueBytes);
  Properties ours = settings_of(member);
  ours.merge(fetch_settings(queue_bytes, overrides));
  ours.merge(Properties{
      {"isolation.level", "read_committed"},
      {"enable.partition.eof", "true"},
      {"fetch.wait.max.ms", std::to_string(options.ends_within_ms)},  // records end the wait
  });
  if (has_backoff) ours.emplace("fetch.queue.backoff.ms", kLookAgainMs);
  return ours;
}

// Tasks of one connector share the group; the instance tells them apart.
std::string client_name(const SinkConsumerOptions& options) {
  const std::string& instance = options.group_instance_id;
  return fmt::format("sink consumer {}", instance.empty() ? options.group_id : instance);
}

}  // namespace

class SinkConsumer::Impl {
 public:
  Impl(std::shared_ptr<ClientHandle> client, const GroupMember& member, RebalanceListener& listener, StopToken stop)
      : client_(std::move(client)),
        stop_(std::move(stop)),
        data_(client_),
        group_(client_, member, data_, listener),
        on_stop_(stop_, [this] { data_.wake(); }) {}

  const ClientHandle& client() const { return *client_; }
  const std::shared_ptr<ClientHandle>& shared_client() const { return client_; }
  DataQueue& data() { return data_; }
  GroupSession& group() { return group_; }

  Result<Polled> poll(std::size_t max_records, std::int64_t timeout_ms) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    for (;;) {
      if (std::optional<Error> failure = group_.failure()) return *std::move(failure);
      bool more = false;
      Polled polled = group_.take(max_records, more);
      if (!polled.empty()) {
        // Records may have been fetched long ago; an end was just told by the broker.
        if (!polled.ends.empty()) client_->note_success();
        for (PartitionFault& fault : polled.faults) explain(fault);
        return polled;
      }
      if (more) continue;
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0 || !data_.wait(left.count())) {
        // A wake() may have been for a failure.
        if (std::optional<Error> failure = group_.failure()) return *std::move(failure);
        return Polled{};
      }
    }
  }

 private:
  void explain(PartitionFault& fault) const {
    if (fault.error.native_code != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET &&
        fault.error.native_code != RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
      return;
    }
    const Result<Watermarks> range = query_watermarks(*client_, fault.at, kRangeMs, stop_);
    fault.error.action = Action::kFatal;
    fault.out_of_range = true;
    fault.error.message.append(
        range.ok() ? fmt::format("; {} can be read from {} to {}", to_string(fault.at), range->low, range->high)
                   : fmt::format("; its range is not known: {}", range.error().message));
  }

  const std::shared_ptr<ClientHandle> client_;
  const StopToken stop_;
  DataQueue data_;
  GroupSession group_;
  const StopCallback on_stop_;
};

SinkConsumer::SinkConsumer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SinkConsumer::~SinkConsumer() { close(); }

Result<std::unique_ptr<SinkConsumer>> SinkConsumer::open(const ClientConfig& config, SinkConsumerOptions options,
                                                         RebalanceListener& listener, StopToken stop) {
  for (const std::string& topic : options.topics) {
    // librdkafka would take it for a pattern, and topics would come and go.
    if (topic.starts_with('^')) return config_error(fmt::format("topic '{}': a name cannot begin with '^'", topic));
  }
  const GroupMember member{options.group_id, options.group_instance_id, options.session_timeout_ms};
  CNX_ASSIGN(ConfPtr conf, make_conf(ClientRole::kConsumer, config, settings(options, member, config.consumer)));
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR);
  CNX_ASSIGN(std::shared_ptr<ClientHandle> client,
             ClientHandle::create(RD_KAFKA_CONSUMER, std::move(conf), client_name(options), config.bootstrap_servers));
  auto impl = std::make_unique<Impl>(std::move(client), member, listener, std::move(stop));
  impl->group().prepare(options.topics);
  return std::unique_ptr<SinkConsumer>(new SinkConsumer(std::move(impl)));
}

void SinkConsumer::learn_topics() { impl_->group().learn_topics(); }

void SinkConsumer::join(StartLine* line) { impl_->group().join(line); }

Result<Polled> SinkConsumer::poll(std::size_t max_records, std::int64_t timeout_ms) {
  return impl_->poll(max_records, timeout_ms);
}

std::optional<Error> SinkConsumer::failure() const { return impl_->group().failure(); }

void SinkConsumer::wake() { impl_->data().wake(); }

void SinkConsumer::hold(const TopicPartition& at, std::uint64_t generation) { impl_->group().hold(at, generation); }

Result<std::uint64_t> SinkConsumer::start_at(const TopicPartition& at, std::uint64_t generation, std::int64_t offset) {
  return impl_->group().start_at(at, generation, offset);
}

void SinkConsumer::commit_hint(std::span<const PartitionOffset> offsets) {
  if (offsets.empty()) return;
  const ListPtr list = make_list(offsets.size());
  for (const PartitionOffset& next : offsets) add(*list, next.at, next.offset);
  if (const auto code = rd_kafka_commit(impl_->client().get(), list.get(), 1 /* asynchronous */)) {
    log::debug(kLogger, "{}", impl_->client().error(code, "committing a hint").message);
  }
}

Result<std::vector<PartitionOffset>> SinkConsumer::committed(std::span<const TopicPartition> partitions,
                                                             std::int64_t timeout_ms) {
  const ListPtr list = make_list(partitions.size());
  for (const TopicPartition& at : partitions) add(*list, at, RD_KAFKA_OFFSET_INVALID);
  if (const auto code = rd_kafka_committed(impl_->client().get(), list.get(), static_cast<int>(timeout_ms))) {
    return impl_->client().error(code, "asking for the group's committed offsets");
  }
  std::vector<PartitionOffset> offsets;
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& entry = list->elems[i];
    if (entry.err)
      return impl_->client().error(entry.err, fmt::format("committed offset of {}[{}]", entry.topic, entry.partition));
    offsets.push_back({{entry.topic, entry.partition}, entry.offset >= 0 ? entry.offset : -1});
  }
  return offsets;
}

Result<Watermarks> SinkConsumer::watermarks(const TopicPartition& at, std::int64_t timeout_ms) {
  return query_watermarks(impl_->client(), at, timeout_ms, {});
}

std::optional<std::int64_t> SinkConsumer::last_known_end(const TopicPartition& at) const {
  std::int64_t low = -1;
  std::int64_t high = -1;
  const auto code = rd_kafka_get_watermark_offsets(impl_->client().get(), at.topic.c_str(), at.partition, &low, &high);
  return code || high < 0 ? std::nullopt : std::optional(high);
}

DescribeTopic SinkConsumer::topic_describer() const {
  return [client = impl_->shared_client()](const std::string& name, std::int64_t timeout_ms, const StopToken& stop) {
    return Admin::over(client, timeout_ms, stop)->describe_topic(name);
  };
}

std::string SinkConsumer::health() const {
  const std::optional<Error> fault = impl_->client().fault();
  return fault ? fault->message : "";
}

void SinkConsumer::close(std::int64_t timeout_ms) { impl_->group().leave(timeout_ms); }

}  // namespace cnx::host::kafka
