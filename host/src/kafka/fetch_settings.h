// SPDX-License-Identifier: Apache-2.0
//
// Internal: what bounds the memory of fetched records.
#pragma once

#include <cstdint>

#include "kafka/client_config.h"

namespace cnx::host::kafka {

/// Properties of a consumer that holds about `queue_bytes` of records not yet polled, of all its partitions together.
///
/// librdkafka (2.8.0) asks for more as long as fewer bytes than `queued.max.messages.kbytes` wait, and counts the queue
/// that partitions are forwarded to, ours, as one. A fetch comes on top: its bound counts compressed bytes, lz4 makes
/// an eighth of JSON, so it is a small part of the queue, and the same for one partition and for all of them. A batch
/// of the producer's that is larger is brought whole, alone, and the next fetch begins with another partition.
///
/// `overrides`: the user's. A larger max.partition.fetch.bytes is meant of a fetch, too; what is named there is left to
/// it. [any thread]
[[nodiscard]] Properties fetch_settings(std::int64_t queue_bytes, const Properties& overrides);

}  // namespace cnx::host::kafka
