// SPDX-License-Identifier: Apache-2.0
#include "kafka/message_batch.h"

#include <cstring>
#include <utility>

#include "kafka/client_handle.h"
#include "kafka/library.h"

namespace cnx::host::kafka {
namespace {

cnx_str bytes_of(const void* data, std::size_t size) { return {static_cast<const char*>(data), size}; }

}  // namespace

MessageBatch::MessageBatch(std::shared_ptr<ClientHandle> client, std::vector<rd_kafka_message_s*> messages,
                           std::vector<PartitionRun> runs)
    : client_(std::move(client)), messages_(std::move(messages)), runs_(std::move(runs)) {
  records_.reserve(messages_.size());
  for (rd_kafka_message_t* message : messages_) view(*message);
  // Only now do the headers stay where they are.
  const cnx_header* next = headers_.data();
  for (cnx_record& record : records_) {
    if (record.header_count == 0) continue;
    record.headers = next;
    next += record.header_count;
  }
}

MessageBatch::~MessageBatch() { release(); }

MessageBatch::MessageBatch(MessageBatch&& other) noexcept
    : client_(std::move(other.client_)),
      messages_(std::exchange(other.messages_, {})),
      records_(std::exchange(other.records_, {})),
      headers_(std::exchange(other.headers_, {})),
      runs_(std::exchange(other.runs_, {})),
      bytes_(std::exchange(other.bytes_, 0)) {}

MessageBatch& MessageBatch::operator=(MessageBatch&& other) noexcept {
  if (this == &other) return *this;
  release();
  messages_ = std::exchange(other.messages_, {});
  records_ = std::exchange(other.records_, {});
  headers_ = std::exchange(other.headers_, {});
  runs_ = std::exchange(other.runs_, {});
  bytes_ = std::exchange(other.bytes_, 0);
  client_ = std::move(other.client_);
  return *this;
}

void MessageBatch::view(rd_kafka_message_s& message) {
  cnx_record record{};
  const char* topic = rd_kafka_topic_name(message.rkt);
  record.topic = bytes_of(topic, std::strlen(topic));
  record.partition = message.partition;
  record.offset = message.offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(&message, &type);
  record.timestamp_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp;
  record.key = bytes_of(message.key, message.key_len);
  record.value = bytes_of(message.payload, message.len);
  bytes_ += message.key_len + message.len;

  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      headers_.push_back({bytes_of(name, std::strlen(name)), bytes_of(value, size)});
      ++record.header_count;
    }
  }
  records_.push_back(record);
}

void MessageBatch::release() {
  for (rd_kafka_message_t* message : messages_) rd_kafka_message_destroy(message);
  messages_.clear();
  client_.reset();
}

}  // namespace cnx::host::kafka
