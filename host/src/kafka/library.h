// SPDX-License-Identifier: Apache-2.0
//
// Internal: librdkafka's types with owners. Only sources of this module include it.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>

#include "kafka/types.h"

namespace cnx::host::kafka {

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const {
    destroy(object);
  }
};

using ConfPtr = std::unique_ptr<rd_kafka_conf_t, Destroy<&rd_kafka_conf_destroy>>;
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, Destroy<&rd_kafka_queue_destroy>>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, Destroy<&rd_kafka_event_destroy>>;
using TopicPtr = std::unique_ptr<rd_kafka_topic_t, Destroy<&rd_kafka_topic_destroy>>;
using ErrorPtr = std::unique_ptr<rd_kafka_error_t, Destroy<&rd_kafka_error_destroy>>;
using ListPtr = std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy<&rd_kafka_topic_partition_list_destroy>>;

/// Versions as rd_kafka_version() counts them. What is linked counts, not what was compiled against.
inline constexpr int kSeekTimeoutInMs = 0x02010000;   ///< before, rd_kafka_seek_partitions took microseconds
inline constexpr int kSoundBatches = 0x02010000;      ///< before, batches and pauses together skipped offsets
inline constexpr int kSoundCooperative = 0x02080000;  ///< cooperative-sticky had endless loops up to 2.6.0

[[nodiscard]] inline ListPtr make_list(std::size_t size = 1) {
  return ListPtr(rd_kafka_topic_partition_list_new(static_cast<int>(size)));
}

inline rd_kafka_topic_partition_t& add(rd_kafka_topic_partition_list_t& list, const TopicPartition& at,
                                       std::int64_t offset) {
  rd_kafka_topic_partition_t* added = rd_kafka_topic_partition_list_add(&list, at.topic.c_str(), at.partition);
  added->offset = offset;
  return *added;
}

}  // namespace cnx::host::kafka
