// SPDX-License-Identifier: Apache-2.0
//
// Internal: which partitions a consumer may hand out, and under which generation.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/types.h"

namespace cnx::host::kafka {

/// A partition is absent, held (assigned, nothing of it is handed out) or reading. Generations only grow, so one never
/// names two assignments. Not thread-safe.
class Assignment {
 public:
  [[nodiscard]] std::uint64_t next_generation() { return ++last_generation_; }

  void add(const TopicPartition& at, std::uint64_t generation, bool reading);
  void remove(const TopicPartition& at);
  /// Removes all; returns what there was.
  std::vector<TopicPartition> clear();

  /// nullopt: absent or held.
  [[nodiscard]] std::optional<std::uint64_t> reading(std::string_view topic, std::int32_t partition) const;
  /// True when `at` is assigned under exactly that generation, held or not.
  [[nodiscard]] bool has(const TopicPartition& at, std::uint64_t generation) const;

  /// No effect on a partition that is absent.
  void hold(const TopicPartition& at);
  /// Reading, under a new generation that is returned. `at` must be assigned.
  std::uint64_t read(const TopicPartition& at);

 private:
  struct Key {
    std::string_view topic;
    std::int32_t partition;
  };
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      const int order = std::string_view(a.topic).compare(std::string_view(b.topic));
      return order != 0 ? order < 0 : a.partition < b.partition;
    }
  };
  struct State {
    std::uint64_t generation = 0;
    bool reading = false;
  };

  std::map<TopicPartition, State, Less> states_;
  std::uint64_t last_generation_ = 0;
};

/// For people, short however many there are: "orders[0-11,13], returns[2]".
[[nodiscard]] std::string names_of(std::span<const TopicPartition> partitions);

}  // namespace cnx::host::kafka
