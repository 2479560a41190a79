// SPDX-License-Identifier: Apache-2.0
//
// The consumer's side of a writer: which partitions are held or read, and what the log is like.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/claimer.h"
#include "runtime/sink_writer.h"
#include "runtime/testing/fake_target.h"

namespace cnx::host::runtime::testing {

class FakePartitions final : public PartitionControl {
 public:
  explicit FakePartitions(Journal& journal) : journal_(journal) {}

  void hold(const kafka::TopicPartition& at, std::uint64_t) override {
    journal_.push_back("hold " + kafka::to_string(at));
  }

  Result<std::uint64_t> start_at(const kafka::TopicPartition& at, std::uint64_t, std::int64_t offset) override {
    journal_.push_back("start " + kafka::to_string(at) + " at " + std::to_string(offset));
    if (!start_faults.empty()) {
      Error error = std::move(start_faults.front());
      start_faults.pop_front();
      return error;
    }
    return ++last_generation;
  }

  void commit_hint(std::span<const kafka::PartitionOffset> offsets) override {
    for (const auto& hint : offsets) hints[hint.at] = hint.offset;
    ++hint_calls;
  }

  std::optional<std::int64_t> log_end(const kafka::TopicPartition&) override { return end; }

  std::optional<std::int64_t> end;
  std::deque<Error> start_faults;
  std::uint64_t last_generation = 100;
  std::map<kafka::TopicPartition, std::int64_t> hints;
  int hint_calls = 0;

 private:
  Journal& journal_;
};

class FakeLog final : public LogView {
 public:
  kafka::Watermarks marks{0, 1'000'000};
  std::map<std::int64_t, std::int64_t> timestamps;  ///< by offset
  std::optional<std::int64_t> group_hint;
  std::optional<Error> fault;
  int asked_timestamps = 0;
  std::set<std::int64_t> records;   ///< offsets that first_record() finds
  std::optional<Error> look_fault;  ///< of the next first_record()
  std::function<void()> on_look;
  std::vector<std::pair<std::int64_t, std::int64_t>> looks;  ///< what first_record() was asked for

  Result<kafka::Watermarks> watermarks(const kafka::TopicPartition&) override {
    if (fault) return *fault;
    return marks;
  }
  Result<std::optional<std::int64_t>> timestamp_at(const kafka::TopicPartition&, std::int64_t offset) override {
    ++asked_timestamps;
    const auto found = timestamps.find(offset);
    return found == timestamps.end() ? std::optional<std::int64_t>{} : std::optional<std::int64_t>(found->second);
  }
  Result<std::optional<std::int64_t>> first_record(const kafka::TopicPartition&, std::int64_t from,
                                                   std::int64_t to) override {
    looks.emplace_back(from, to);
    if (on_look) on_look();
    if (look_fault) return *std::exchange(look_fault, std::nullopt);
    const auto found = records.lower_bound(from);
    return found == records.end() || *found >= to ? std::optional<std::int64_t>{} : std::optional(*found);
  }
  std::optional<std::int64_t> hint(const kafka::TopicPartition&) override { return group_hint; }
};

}  // namespace cnx::host::runtime::testing
