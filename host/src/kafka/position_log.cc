// SPDX-License-Identifier: Apache-2.0
#include "kafka/position_log.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "kafka/library.h"
#include "kafka/murmur2.h"

namespace cnx::host::kafka {
namespace {

using Positions = std::map<std::string, std::string>;

constexpr std::size_t kBatch = 1000;
constexpr std::int64_t kTellEveryMs = 1000;

std::string_view view(const cnx_str& text) { return {text.data ? text.data : "", text.size}; }

void remember(Positions& positions, const cnx_record& record, std::string_view prefix) {
  const std::string_view key = view(record.key);
  if (!record.key.data || !key.starts_with(prefix)) return;
  if (record.value.data) {
    positions.insert_or_assign(std::string(key), std::string(view(record.value)));
  } else {
    positions.erase(std::string(key));
  }
}

}  // namespace

PositionLog::PositionLog(std::string topic, std::unique_ptr<PartitionReader> committed,
                         std::unique_ptr<PartitionReader> all, StopToken stop)
    : topic_(std::move(topic)), committed_(std::move(committed)), all_(std::move(all)), stop_(std::move(stop)) {}

Result<std::unique_ptr<PositionLog>> PositionLog::open(const ClientConfig& config, std::string topic, StopToken stop) {
  CNX_ASSIGN(auto committed, PartitionReader::open(config, Isolation::kReadCommitted, stop));
  CNX_ASSIGN(auto all, PartitionReader::open(config, Isolation::kReadUncommitted, stop));
  return std::unique_ptr<PositionLog>(
      new PositionLog(std::move(topic), std::move(committed), std::move(all), std::move(stop)));
}

std::int32_t PositionLog::partition_of(std::string_view group, std::string_view connector, std::int32_t partitions) {
  std::string name(group);
  name.push_back('\0');  // neither part can hold it, so two pairs never make one name
  name.append(connector);
  return static_cast<std::int32_t>((murmur2(name) & 0x7fffffff) % static_cast<std::uint32_t>(partitions));
}

Result<Positions> PositionLog::read(std::int32_t partition, std::string_view prefix, const OnWait& on_wait) {
  const TopicPartition at{topic_, partition};
  CNX_ASSIGN(const Watermarks log, all_->watermarks(at));
  Positions positions;
  if (log.low == log.high) return positions;
  // The number: with a logical offset the client asks its way first, half a second later when it does not know the
  // leader yet.
  CNX_TRY(committed_->start(at, log.low));
  const auto begun = std::chrono::steady_clock::now();
  std::int64_t told_ms = 0;
  std::int64_t position = log.low;
  while (position < log.high) {
    if (stop_.requested()) return cancelled_error();
    auto next = committed_->next(kBatch, kTellEveryMs);
    if (!next.ok()) {
      Error error = std::move(next).error();
      if (error.native_code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) error.action = Action::kRetry;  // the log moved on
      return error;
    }
    const Polled& polled = *next;
    for (const cnx_record& record : polled.batch.records()) {
      remember(positions, record, prefix);
      position = record.offset + 1;
    }
    for (const PartitionEnd& end : polled.ends) position = std::max(position, end.position);
    const std::int64_t waited_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count();
    if (position < log.high && waited_ms - told_ms >= kTellEveryMs) {
      told_ms = waited_ms;
      if (on_wait) on_wait({at, position, log.high, waited_ms});
    }
  }
  return positions;
}

}  // namespace cnx::host::kafka
