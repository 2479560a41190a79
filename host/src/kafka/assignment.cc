// SPDX-License-Identifier: Apache-2.0
#include "kafka/assignment.h"

#include <algorithm>
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

std::string names_of(std::span<const TopicPartition> partitions) {
  std::vector<TopicPartition> all(partitions.begin(), partitions.end());
  std::sort(all.begin(), all.end());
  std::string text;
  for (std::size_t i = 0, last = 0; i < all.size(); i = last + 1) {
    last = i;
    const auto goes_on = [&](std::size_t at) {
      return at + 1 < all.size() && all[at + 1].topic == all[i].topic && all[at + 1].partition == all[at].partition + 1;
    };
    while (goes_on(last)) ++last;
    const bool same_topic = i > 0 && all[i - 1].topic == all[i].topic;
    if (i > 0) text += same_topic ? "," : "], ";
    if (!same_topic) text += all[i].topic + "[";
    text += std::to_string(all[i].partition);
    if (last > i) text += "-" + std::to_string(all[last].partition);
  }
  return text.empty() ? text : text + "]";
}

}  // namespace cnx::host::kafka
