// SPDX-License-Identifier: Apache-2.0
#include "kafka/range_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace cnx::host::kafka {
namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::int64_t kTellEveryMs = 1'000;
constexpr std::int64_t kSilenceMs = 30'000;
constexpr std::int64_t kTransactionMs = 120'000;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Status scan_range(PartitionReader& reader, const TopicPartition& at, std::int64_t from, std::int64_t to,
                  const OnRecord& take, const PositionLog::OnWait& on_wait) {
  if (from >= to) return {};
  CNX_TRY(reader.start(at, from));
  std::int64_t position = from;
  std::int64_t moved_ms = now_ms();
  std::int64_t told_ms = 0;
  bool at_end = false;
  while (position < to) {
    CNX_ASSIGN(const Polled polled, reader.next(kBatch, kTellEveryMs));
    for (const cnx_record& record : polled.batch.records()) {
      if (record.offset >= to) return {};
      CNX_TRY(take(record));
      position = record.offset + 1;
      moved_ms = now_ms();
      at_end = false;
    }
    for (const PartitionEnd& end : polled.ends) {
      if (end.position > position) moved_ms = now_ms();
      position = std::max(position, end.position);
      at_end = true;
    }
    const std::int64_t silent_ms = now_ms() - moved_ms;
    if (!at_end && silent_ms >= kSilenceMs)
      return retry_error(fmt::format("{}: the broker gave nothing for {} s", to_string(at), silent_ms / 1000));
    if (position >= to || silent_ms < kTellEveryMs || silent_ms - told_ms < kTellEveryMs) continue;
    told_ms = silent_ms;
    if (on_wait) on_wait({at, position, to, silent_ms});
    if (silent_ms >= kTransactionMs)
      return retry_error(
          fmt::format("{}: a transaction has been open at offset {} for {} s; abort it with "
                      "'kafka-transactions --abort' or wait until it has ended",
                      to_string(at), position, silent_ms / 1000));
  }
  return {};
}

}  // namespace cnx::host::kafka
