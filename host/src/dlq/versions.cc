// SPDX-License-Identifier: Apache-2.0
#include "dlq/versions.h"

#include <fmt/format.h>

#include <algorithm>

#include "cnx/text.hpp"
#include "kafka/admin.h"

namespace cnx::host::dlq {
namespace {

constexpr std::int64_t kAnswerMs = 10'000;

class KafkaLog final : public OriginalLog {
 public:
  KafkaLog(std::unique_ptr<kafka::Admin> admin, std::unique_ptr<kafka::PartitionReader> reader)
      : admin_(std::move(admin)), reader_(std::move(reader)) {}

  Result<std::optional<kafka::Watermarks>> range(const kafka::TopicPartition& at) override {
    CNX_ASSIGN(const auto info, admin_->describe_topic(at.topic));
    if (!info || at.partition >= info->partitions) return std::optional<kafka::Watermarks>{};
    CNX_ASSIGN(const kafka::Watermarks log, admin_->watermarks(at));
    return std::optional(log);
  }

  Status scan(const kafka::TopicPartition& at, std::int64_t from, std::int64_t to,
              const kafka::OnRecord& take) override {
    return kafka::scan_range(*reader_, at, from, to, take);
  }

 private:
  const std::unique_ptr<kafka::Admin> admin_;
  const std::unique_ptr<kafka::PartitionReader> reader_;
};

kafka::TopicPartition at_of(const Letter& letter) { return {std::string(letter.id.topic), letter.id.partition}; }

}  // namespace

Result<std::unique_ptr<OriginalLog>> open_original_log(const kafka::ClientConfig& client) {
  CNX_ASSIGN(auto admin, kafka::Admin::open(client, kAnswerMs, {}));
  CNX_ASSIGN(auto reader, kafka::PartitionReader::open(client, kafka::Isolation::kReadCommitted, {}));
  return std::unique_ptr<OriginalLog>(std::make_unique<KafkaLog>(std::move(admin), std::move(reader)));
}

void Versions::watch(const Letter& letter) {
  if (!letter.key) return;
  Partition& partition = partitions_[at_of(letter)];
  auto& last = partition.last.try_emplace(*letter.key, letter.id.offset).first->second;
  last = std::max(last, letter.id.offset);
  partition.first_letter = std::min(partition.first_letter, letter.id.offset);
}

void Versions::note(const Letter& letter) {
  if (!letter.key) return;
  const auto partition = partitions_.find(at_of(letter));
  if (partition == partitions_.end()) return;
  const auto last = partition->second.last.find(*letter.key);
  if (last != partition->second.last.end()) last->second = std::max(last->second, letter.id.offset);
}

Status Versions::begin(const kafka::TopicPartition& at, Partition& partition, std::int64_t next_offset) {
  CNX_ASSIGN(const auto log, log_.range(at));
  partition.scanned_to = next_offset;
  if (!log) {
    partition.lost = fmt::format("there is no {} any more", kafka::to_string(at));
  } else if (log->high < next_offset) {
    partition.lost = fmt::format("{} ends at offset {}, before {}, where the connector stands: it was made anew",
                                 kafka::to_string(at), log->high, next_offset);
  } else {
    partition.log_start = log->low;
    partition.scanned_to = std::max(partition.first_letter + 1, log->low);
  }
  return {};
}

Status Versions::scan_to(const kafka::TopicPartition& at, std::int64_t next_offset) {
  const auto found = partitions_.find(at);
  if (found == partitions_.end()) return {};
  Partition& partition = found->second;
  if (partition.scanned_to < 0) CNX_TRY(begin(at, partition, next_offset));
  if (!partition.lost.empty() || partition.scanned_to >= next_offset) return {};
  CNX_TRY(log_.scan(at, partition.scanned_to, next_offset, [&](const cnx_record& record) -> Status {
    if (is_absent(record.key)) return {};
    const auto last = partition.last.find(std::string(view(record.key)));
    if (last != partition.last.end()) last->second = std::max(last->second, record.offset);
    return {};
  }));
  partition.scanned_to = next_offset;
  return {};
}

Versions::Verdict Versions::verdict(const Letter& letter) const {
  using Kind = Verdict::Kind;
  if (!letter.key) return {Kind::kUnverified, "the record has no key, so nobody can tell its later versions"};
  const Partition& partition = partitions_.at(at_of(letter));
  const std::int64_t last = partition.last.at(*letter.key);
  if (last > letter.id.offset)
    return {Kind::kSuperseded, fmt::format("a later version of this key is at offset {}", last)};
  if (!partition.lost.empty()) return {Kind::kUnverified, partition.lost};
  if (partition.log_start > letter.id.offset + 1)
    return {Kind::kUnverified,
            fmt::format("offsets {} to {} of its partition were removed (retention); a later version "
                        "may have been among them",
                        letter.id.offset + 1, partition.log_start - 1)};
  return {};
}

}  // namespace cnx::host::dlq
