// SPDX-License-Identifier: Apache-2.0
#include "kafka/producer_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "kafka/error_map.h"

namespace cnx::host::kafka {
namespace {

constexpr int kPollMs = 50;
constexpr int kMetadataMs = 1000;

// Ours for both producers. The broker and the topic judge the size of a record, not a third limit in the client; a
// batch stays below librdkafka's batch.size in any case. lz4 was the fastest of the codecs measured, on both sides.
const Properties kSettings = {
    {"acks", "all"},
    {"enable.idempotence", "true"},
    {"partitioner", "murmur2_random"},  // as Java's client: one key, one partition, whoever writes
    {"compression.type", "lz4"},
    {"linger.ms", "5"},
    {"message.max.bytes", "100000000"},
    {"queue.buffering.max.kbytes", "131072"},
    {"topic.metadata.propagation.max.ms", "10000"},  // a topic that is missing for longer is an error
};

// What comes back with a record's report; `stamped`: by the client, since the record has no time of its own.
void* tag_of(std::uint32_t session, bool stamped) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(session) * 2 + (stamped ? 1 : 0));
}

Status add_headers(rd_kafka_headers_t& to, const cnx_record& record) {
  for (std::int32_t i = 0; i < record.header_count; ++i) {
    const cnx_header& header = record.headers[i];
    if (const auto code = rd_kafka_header_add(&to, header.name.data, static_cast<ssize_t>(header.name.size),
                                              header.value.data, static_cast<ssize_t>(header.value.size))) {
      return to_error(code, "adding a header");
    }
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<ProducerCore>> ProducerCore::create(const ClientConfig& config, Properties ours,
                                                           std::string name) {
  ours.insert(kSettings.begin(), kSettings.end());
  CNX_ASSIGN(ConfPtr conf, make_conf(ClientRole::kProducer, config, ours));
  CNX_ASSIGN(std::shared_ptr<ClientHandle> client,
             ClientHandle::create(RD_KAFKA_PRODUCER, std::move(conf), std::move(name), config.bootstrap_servers));
  return std::shared_ptr<ProducerCore>(new ProducerCore(std::move(client)));
}

ProducerCore::ProducerCore(std::shared_ptr<ClientHandle> client) : client_(std::move(client)) {
  client_->set_on_delivery(&on_delivery, this);
}

ProducerCore::~ProducerCore() = default;

void ProducerCore::begin_session() {
  ++session_;
  outstanding_ = 0;
  error_.reset();
  highest_.clear();
}

// A client that is connected already looks for a new topic's leaders only once a second; asking saves that second.
rd_kafka_topic_t* ProducerCore::topic(std::string_view name) {
  const auto known = topics_.find(name);
  if (known != topics_.end()) return known->second.get();
  const std::string owned(name);
  TopicPtr made(rd_kafka_topic_new(client_->get(), owned.c_str(), nullptr));
  if (!made) return nullptr;
  const rd_kafka_metadata_t* metadata = nullptr;
  if (!rd_kafka_metadata(client_->get(), 0, made.get(), &metadata, kMetadataMs)) rd_kafka_metadata_destroy(metadata);
  return topics_.emplace(owned, std::move(made)).first->second.get();
}

rd_kafka_resp_err_t ProducerCore::produce(const cnx_record& record) {
  rd_kafka_topic_t* to = topic({record.topic.data, record.topic.size});
  if (!to) return rd_kafka_last_error();
  rd_kafka_headers_t* headers = nullptr;
  if (record.header_count > 0) {
    headers = rd_kafka_headers_new(static_cast<std::size_t>(record.header_count));
    if (!add_headers(*headers, record).ok()) {
      rd_kafka_headers_destroy(headers);
      return RD_KAFKA_RESP_ERR__INVALID_ARG;
    }
  }
  // A null pointer is a null key or value; an empty text is not.
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      client_->get(), RD_KAFKA_V_RKT(to), RD_KAFKA_V_PARTITION(record.partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(record.key.data, record.key.size),
      RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data), record.value.size),
      RD_KAFKA_V_TIMESTAMP(std::max<std::int64_t>(record.timestamp_ms, 0)), RD_KAFKA_V_HEADERS(headers),
      RD_KAFKA_V_OPAQUE(tag_of(session_, record.timestamp_ms <= 0)), RD_KAFKA_V_END);
  if (code && headers) rd_kafka_headers_destroy(headers);
  return code;
}

Error ProducerCore::describe(rd_kafka_resp_err_t code, const cnx_record& record) const {
  const TopicPartition to{std::string(record.topic.data, record.topic.size), record.partition};
  return client_->error(code, fmt::format("writing a record of {} bytes to {}", record.key.size + record.value.size,
                                          record.partition < 0 ? to.topic : to_string(to)));
}

Status ProducerCore::queue(std::span<const cnx_record> records, const StopToken& stop) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (;;) {
      const rd_kafka_resp_err_t code = produce(records[i]);
      if (!code) break;
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) return describe(code, records[i]).in(fmt::format("record {}", i));
      if (stop.requested()) return cancelled_error();
      rd_kafka_poll(client_->get(), kPollMs);
      if (error_) return *error_;
    }
    ++outstanding_;
  }
  rd_kafka_poll(client_->get(), 0);
  if (error_) return *error_;
  return {};
}

Status ProducerCore::await_deliveries(const StopToken& stop) {
  // Ends by itself: a message that is not acknowledged within message.timeout.ms is reported as failed.
  while (outstanding_ > 0) {
    if (stop.requested()) return cancelled_error();
    rd_kafka_flush(client_->get(), kPollMs);
    // No broker ever let us in, and none will: what was never sent need not wait for its time to be over.
    if (client_->is_shut_out()) rd_kafka_purge(client_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
  }
  if (error_) return *error_;
  return {};
}

void ProducerCore::on_delivery(const rd_kafka_message_t& message, void* self) {
  static_cast<ProducerCore*>(self)->account(message);
}

void ProducerCore::account(const rd_kafka_message_t& message) {
  if (message._private != tag_of(session_, true) && message._private != tag_of(session_, false)) return;
  --outstanding_;
  if (!message.err) {
    raise_highest(message);
  } else if (!error_) {
    error_ = refusal(message);
  }
}

// The present time refused accuses a clock, not the record: every further one would be refused, too.
Error ProducerCore::refusal(const rd_kafka_message_t& message) const {
  const TopicPartition to{rd_kafka_topic_name(message.rkt), message.partition};
  Error error =
      client_->error(message.err, fmt::format("writing a record of {} bytes to {}", message.key_len + message.len,
                                              message.partition < 0 ? to.topic : to_string(to)));
  if (message.err != RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP || message._private != tag_of(session_, true)) return error;
  error.action = Action::kRetry;
  error.message +=
      "; it was stamped with this machine's present time: set this machine's clock (or the broker's, if that is wrong)";
  return error;
}

bool ProducerCore::broker_refused() const {
  return error_ && (error_->action != Action::kRetry || error_->native_code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP);
}

void ProducerCore::raise_highest(const rd_kafka_message_t& message) {
  const char* topic = rd_kafka_topic_name(message.rkt);
  for (PartitionOffset& known : highest_) {
    if (known.at.partition != message.partition || known.at.topic != topic) continue;
    known.offset = std::max(known.offset, message.offset);
    return;
  }
  highest_.push_back({{topic, message.partition}, message.offset});
}

std::vector<PartitionOffset> ProducerCore::highest() const {
  std::vector<PartitionOffset> offsets = highest_;
  std::ranges::sort(offsets);
  return offsets;
}

std::optional<Error> ProducerCore::fatal() const {
  char reason[512] = "";
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(client_->get(), reason, sizeof reason);
  if (!code) return std::nullopt;
  Error error = client_->error(code, "the producer ended", reason);
  if (error.action == Action::kRetry) error.action = Action::kFatal;
  return error;
}

}  // namespace cnx::host::kafka
