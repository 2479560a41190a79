// SPDX-License-Identifier: Apache-2.0
#include "source_positions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <tuple>

#include "cnx/text.hpp"
#include "kafka/admin.h"
#include "kafka/position_log.h"
#include "kafka/transactional_producer.h"

namespace cnx::host::app {
namespace {

using Json = nlohmann::json;
using Positions = std::vector<SourcePosition>;

constexpr std::int64_t kAnswerMs = 10'000;
constexpr int kMostFenced = 5;

/// The partition of a connector's positions; nullopt: the topic does not exist.
Result<std::optional<kafka::TopicPartition>> place_of(const runtime::Job& job, const runtime::ConnectorPlan& plan,
                                                      const StopToken& stop) {
  CNX_ASSIGN(const auto admin, kafka::Admin::open(plan.client, kAnswerMs, stop));
  const std::string& topic = job.worker.offsets_topic;
  CNX_ASSIGN(const auto info, admin->describe_topic(topic));
  if (!info) return std::optional<kafka::TopicPartition>{};
  const auto partition = kafka::PositionLog::partition_of(job.worker.group_id, plan.name(), info->partitions);
  return std::optional(kafka::TopicPartition{topic, partition});
}

Result<Positions> read(const runtime::Job& job, const runtime::ConnectorPlan& plan, const kafka::TopicPartition& at,
                       const StopToken& stop) {
  CNX_ASSIGN(const auto log, kafka::PositionLog::open(plan.client, at.topic, stop));
  CNX_ASSIGN(const auto records, log->read(at.partition, "", [](const kafka::PositionWait& wait) {
    fmt::print(stderr, "waiting for an open transaction in {} at offset {} (end {}), {} s\n", kafka::to_string(wait.at),
               wait.position, wait.target, wait.waited_ms / 1000);
  }));
  Positions positions;
  for (const auto& [key, value] : records) {
    auto position = parse_position_key(key, job.worker.group_id, plan.name());
    if (!position) continue;
    position->value = value;
    positions.push_back(std::move(*position));
  }
  std::ranges::sort(positions, [](const SourcePosition& a, const SourcePosition& b) {
    return std::tie(a.topic, a.range, a.part) < std::tie(b.topic, b.range, b.part);
  });
  return positions;
}

/// One attempt: after opening the producer nobody else can write these positions, so what is read then is all there is.
Result<std::size_t> remove_once(const runtime::Job& job, const runtime::ConnectorPlan& plan,
                                const kafka::TopicPartition& at, const std::optional<std::string>& topic,
                                const StopToken& stop) {
  kafka::TransactionalProducerOptions options;
  options.transactional_id = runtime::transactional_id(job, plan, 0);
  CNX_ASSIGN(const auto producer, kafka::TransactionalProducer::open(plan.client, options, stop));
  CNX_ASSIGN(Positions positions, read(job, plan, at, stop));
  if (topic) std::erase_if(positions, [&](const SourcePosition& position) { return position.topic != *topic; });
  if (positions.empty()) return std::size_t{0};
  std::vector<cnx_record> tombstones;
  for (const SourcePosition& position : positions) {
    cnx_record record{};
    record.topic = str(at.topic);
    record.partition = at.partition;
    record.offset = -1;
    record.timestamp_ms = -1;
    record.key = str(position.key);
    tombstones.push_back(record);
  }
  CNX_TRY(producer->begin());
  CNX_TRY(producer->produce(tombstones));
  CNX_ASSIGN(const auto written, producer->commit());
  return positions.size();
}

}  // namespace

std::optional<SourcePosition> parse_position_key(const std::string& key, const std::string& group,
                                                 const std::string& connector) {
  const Json json = Json::parse(key, nullptr, false);
  const auto text = [&json](const char* name) -> std::optional<std::string> {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  };
  if (!json.is_object() || text("group") != group || text("connector") != connector) return std::nullopt;
  return SourcePosition{key, text("topic").value_or(""), text("range").value_or(""), text("part"), {}};
}

Result<Positions> source_positions(const runtime::Job& job, const runtime::ConnectorPlan& plan, const StopToken& stop) {
  CNX_ASSIGN(const auto at, place_of(job, plan, stop));
  if (!at) return Positions{};
  return read(job, plan, *at, stop);
}

Result<std::size_t> remove_source_positions(const runtime::Job& job, const runtime::ConnectorPlan& plan,
                                            const std::optional<std::string>& topic, const StopToken& stop) {
  CNX_ASSIGN(const auto at, place_of(job, plan, stop));
  if (!at) return std::size_t{0};
  for (int fenced = 1;; ++fenced) {
    auto removed = remove_once(job, plan, *at, topic, stop);
    if (removed.ok() || removed.error().action != Action::kFenced) return removed;
    // A running source takes its transactional id back at once, and may do so between our two calls.
    if (fenced == kMostFenced) {
      return fatal_error(fmt::format("{}: a running source fenced this reset {} times; stop it and try again",
                                     plan.name(), kMostFenced));
    }
  }
}

}  // namespace cnx::host::app
