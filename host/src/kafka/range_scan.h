// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "cnx/abi/batch.h"
#include "cnx/result.hpp"
#include "kafka/partition_reader.h"
#include "kafka/position_log.h"

namespace cnx::host::kafka {

/// Gets each record; borrowed during the call. An error ends the scan.
using OnRecord = std::function<Status(const cnx_record& record)>;

/// Gives `take` the committed records of `at` with offsets `from` … `to` - 1, in order; `from` is not below the log
/// start, `to` not above the high watermark. A transaction that is open in that range is waited for, which `on_wait`
/// (may be null) is told about once a second. RETRY: nobody answered for 30 s, or it stayed open for two minutes.
/// `reader` must read committed records.
[[nodiscard]] Status scan_range(PartitionReader& reader, const TopicPartition& at, std::int64_t from, std::int64_t to,
                                const OnRecord& take, const PositionLog::OnWait& on_wait = nullptr);

}  // namespace cnx::host::kafka
