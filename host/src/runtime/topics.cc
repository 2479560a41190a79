// SPDX-License-Identifier: Apache-2.0
#include "runtime/topics.h"

#include <fmt/format.h>

#include <algorithm>

namespace cnx::host::runtime {
namespace {

// Connectors are spread over them by hash; the count must never change afterwards (kafka/position_log.h).
constexpr std::int32_t kPositionPartitions = 5;

void add(std::vector<JobTopic>& topics, kafka::TopicSpec spec, std::string purpose, bool ours) {
  const auto known = std::ranges::any_of(topics, [&](const JobTopic& other) { return other.spec.name == spec.name; });
  if (!known) topics.push_back({std::move(spec), std::move(purpose), ours});
}

}  // namespace

std::vector<JobTopic> topics_of(const Job& job) {
  std::vector<JobTopic> topics;
  if (std::ranges::any_of(job.connectors, &ConnectorPlan::is_source)) {
    add(topics, {job.worker.offsets_topic, kPositionPartitions, -1, {{"cleanup.policy", "compact"}}},
        "positions of sources", true);
    add(topics, {job.worker.assignments_topic, kSourceSeats, -1, {{"cleanup.policy", "compact"}}},
        "which worker runs a source", true);
  }
  for (const ConnectorPlan& plan : job.connectors) {
    const auto& s = plan.settings;
    if (plan.topic.empty()) continue;
    add(topics, {plan.topic, s.topic_partitions, s.topic_replication, s.topic_configs},
        fmt::format("written by {}", plan.name()), true);
  }
  for (const ConnectorPlan& plan : job.connectors) {
    const auto& s = plan.settings;
    if (s.dead_letter_topic.empty()) continue;
    add(topics, {s.dead_letter_topic, s.dead_letter_partitions, s.dead_letter_replication, {}},
        fmt::format("dead letters of {}", plan.name()), true);
  }
  for (const ConnectorPlan& plan : job.connectors) {
    for (const std::string& topic : plan.settings.topics) {
      add(topics, {topic, -1, -1, {}}, fmt::format("read by {}", plan.name()), false);
    }
  }
  return topics;
}

Status ensure_topics(const Job& job, kafka::Admin& admin,
                     const std::function<void(const std::string&, bool)>& on_topic) {
  for (const JobTopic& topic : topics_of(job)) {
    if (!topic.ours) continue;
    CNX_ASSIGN(const bool made, admin.ensure_topic(topic.spec));
    on_topic(topic.spec.name, made);
  }
  return {};
}

}  // namespace cnx::host::runtime
