// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace cnx::host::kafka {

/// MurmurHash2, 32 bits, with the seed of Apache Kafka's Java client (0x9747b28c), whose partitioner is
/// (hash & 0x7fffffff) % partitions.
[[nodiscard]] std::uint32_t murmur2(std::string_view bytes);

}  // namespace cnx::host::kafka
