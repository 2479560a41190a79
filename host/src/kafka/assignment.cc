// SPDX-License-Identifier: Apache-2.0
#include "kafka/assignment.h"

#include <cassert>

namespace cnx::host::kafka {

void Assignment::add(const TopicPartition& at, std::uint64_t generation, bool reading) {
  states_.insert_or_assign(at, State{generation, reading});
}

void Assignment::remove(const TopicPartition& at) { states_.erase(at); }

std::vector<TopicPartition> Assignment::clear() {
  std::vector<TopicPartition> partitions;
  for (const auto& [at, state] : states_) partitions.push_back(at);
  states_.clear();
  return partitions;
}

std::optional<std::uint64_t> Assignment::reading(std::string_view topic, std::int32_t partition) const {
  const auto found = states_.find(Key{topic, partition});
  if (found == states_.end() || !found->second.reading) return std::nullopt;
  return found->second.generation;
}

bool Assignment::has(const TopicPartition& at, std::uint64_t generation) const {
  const auto found = states_.find(at);
  return found != states_.end() && found->second.generation == generation;
}

void Assignment::hold(const TopicPartition& at) {
  const auto found = states_.find(at);
  if (found != states_.end()) found->second.reading = false;
}

std::uint64_t Assignment::read(const TopicPartition& at) {
  const auto found = states_.find(at);
  assert(found != states_.end());
  found->second = {next_generation(), true};
  return found->second.generation;
}

}  // namespace cnx::host::kafka
