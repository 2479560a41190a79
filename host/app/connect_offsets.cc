// SPDX-License-Identifier: Apache-2.0
#include "connect_offsets.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "connect_views.h"
#include "kafka/admin.h"
#include "runtime/sink_offsets.h"
#include "source_positions.h"

namespace cnx::host::app {
namespace {

using observe::error_answer;
using observe::json_answer;

constexpr std::int64_t kAnswerMs = 10'000;

observe::Answer refused(const Error& error) {
  const int status = error.action == Action::kConfig ? 400 : error.action == Action::kRetry ? 409 : 500;
  return error_answer(status, error.message);
}

observe::Answer done(const OffsetsOf& of, std::string_view what) {
  log::info("admin", "connector '{}': {}, by request", of.plan.name(), what);
  return json_answer(text_of({{"message", what}}));
}

// JSON where the plugin's text is some, for a reader's sake.
Json offset_of_source(const std::string& value) {
  const Json json = Json::parse(value, nullptr, false);
  return json.is_object() ? json : Json{{"value", value}};
}

Result<Json> source_offsets(const OffsetsOf& of) {
  CNX_ASSIGN(const std::vector<SourcePosition> positions, source_positions(of.job, of.plan, of.stop));
  Json offsets = Json::array();
  for (const SourcePosition& position : positions) {
    Json partition{{"topic", position.topic}};
    if (!position.range.empty()) partition["range"] = position.range;
    if (position.part) partition["part"] = *position.part;
    offsets.push_back({{"partition", std::move(partition)}, {"offset", offset_of_source(position.value)}});
  }
  return offsets;
}

Result<Json> sink_offsets(const OffsetsOf& of) {
  CNX_ASSIGN(const auto admin, kafka::Admin::open(of.plan.client, kAnswerMs, of.stop));
  CNX_ASSIGN(const auto sink, runtime::SinkOffsets::open(of.job, of.plan, *admin, of.clock, of.stop));
  CNX_ASSIGN(std::vector<runtime::SinkPosition> positions, sink->stored());
  std::ranges::sort(positions, {}, &runtime::SinkPosition::at);
  Json offsets = Json::array();
  for (const runtime::SinkPosition& position : positions) {
    offsets.push_back({{"partition", {{"kafka_topic", position.at.topic}, {"kafka_partition", position.at.partition}}},
                       {"offset", {{"kafka_offset", position.next_offset}}}});
  }
  return offsets;
}

/// One entry of a request to alter; nullopt as offset: the earliest.
struct Wanted {
  kafka::TopicPartition at;
  std::optional<std::int64_t> offset;
};

Result<Wanted> wanted_of(const Json& entry, const runtime::ConnectorPlan& plan) {
  const auto field = [](const Json& of, const char* name) { return of.is_object() ? of.value(name, Json()) : Json(); };
  const Json partition = field(entry, "partition");
  const Json topic = field(partition, "kafka_topic");
  const Json number = field(partition, "kafka_partition");
  const Json offset = field(entry, "offset");
  const Json value = field(offset, "kafka_offset");
  const bool complete = entry.is_object() && entry.contains("offset");  // one that is forgotten is no reset
  const auto fits = [](const Json& json, std::int64_t most) {
    return json.is_number_integer() && json >= 0 && json <= most;
  };
  if (!topic.is_string() || !fits(number, INT32_MAX) || !complete || !(offset.is_null() || fits(value, INT64_MAX))) {
    return config_error(
        R"(an entry is {"partition": {"kafka_topic": "t", "kafka_partition": 0}, "offset": {"kafka_offset": 42}}, )"
        "or has null as offset");
  }
  Wanted wanted{{topic.get<std::string>(), number.get<std::int32_t>()}, std::nullopt};
  if (!offset.is_null()) wanted.offset = value.get<std::int64_t>();
  const auto& topics = plan.settings.topics;
  if (std::ranges::find(topics, wanted.at.topic) == topics.end())
    return config_error(fmt::format("connector {} does not read topic '{}'", plan.name(), wanted.at.topic));
  return wanted;
}

Result<kafka::PartitionOffset> resolved(const Wanted& wanted, kafka::Admin& admin) {
  CNX_ASSIGN(const auto topic, admin.describe_topic(wanted.at.topic));
  if (!topic || wanted.at.partition < 0 || wanted.at.partition >= topic->partitions)
    return config_error(fmt::format("there is no partition {}", kafka::to_string(wanted.at)));
  CNX_ASSIGN(const kafka::Watermarks log, admin.watermarks(wanted.at));
  const std::int64_t offset = wanted.offset.value_or(log.low);
  if (offset < log.low || offset > log.high) {
    return config_error(
        fmt::format("offset {}: {} holds offsets {} to {}", offset, kafka::to_string(wanted.at), log.low, log.high));
  }
  return kafka::PartitionOffset{wanted.at, offset};
}

Status move(const OffsetsOf& of, kafka::Admin& admin, const std::vector<Wanted>& wanted) {
  std::vector<kafka::PartitionOffset> to;
  for (const Wanted& one : wanted) {
    CNX_ASSIGN(const kafka::PartitionOffset offset, resolved(one, admin));
    to.push_back(offset);
  }
  CNX_ASSIGN(const auto sink, runtime::SinkOffsets::open(of.job, of.plan, admin, of.clock, of.stop));
  std::string note;
  CNX_TRY(sink->reset(to, note));
  for (const kafka::PartitionOffset& offset : to)
    log::info("admin", "connector '{}': {} goes on at {}", of.plan.name(), kafka::to_string(offset.at), offset.offset);
  if (!note.empty()) log::warning("admin", "connector '{}': {}", of.plan.name(), note);
  return {};
}

Status move_all_to_earliest(const OffsetsOf& of) {
  CNX_ASSIGN(const auto admin, kafka::Admin::open(of.plan.client, kAnswerMs, of.stop));
  std::vector<Wanted> wanted;
  for (const std::string& name : of.plan.settings.topics) {
    CNX_ASSIGN(const auto topic, admin->describe_topic(name));
    if (!topic) return config_error(fmt::format("topic '{}' does not exist", name));
    for (std::int32_t partition = 0; partition < topic->partitions; ++partition)
      wanted.push_back({{name, partition}, std::nullopt});
  }
  return move(of, *admin, wanted);
}

Result<std::vector<Wanted>> parse_wanted(std::string_view body, const runtime::ConnectorPlan& plan) {
  const Json json = Json::parse(body, nullptr, false);
  const Json offsets = json.is_object() ? json.value("offsets", Json()) : Json();
  if (!offsets.is_array() || offsets.empty())
    return config_error(R"(Partitions / offsets need to be provided for an alter offsets request: {"offsets": [...]})");
  std::vector<Wanted> wanted;
  for (const Json& entry : offsets) {
    CNX_ASSIGN(Wanted one, wanted_of(entry, plan));
    wanted.push_back(std::move(one));
  }
  return wanted;
}

}  // namespace

observe::Answer read_offsets(const OffsetsOf& of) {
  const Result<Json> offsets = of.plan.is_source() ? source_offsets(of) : sink_offsets(of);
  if (!offsets.ok()) return error_answer(500, offsets.error().message);
  return json_answer(text_of({{"offsets", *offsets}}));
}

std::optional<observe::Answer> refuse_unless_stopped(const runtime::ConnectorPlan& plan,
                                                     const runtime::ConnectorControl& control) {
  bool stopped = control.wish(plan.name()) == runtime::Wish::kStop;
  for (const runtime::TaskSnapshot& task : control.tasks())
    stopped = stopped && (task.connector != plan.name() || task.state == runtime::TaskState::kStopped);
  if (stopped) return std::nullopt;
  return error_answer(400, fmt::format("Connectors must be in the STOPPED state before their offsets can be modified: "
                                       "PUT /connectors/{}/stop first, here and on every other worker",
                                       plan.name()));
}

observe::Answer alter_offsets(const OffsetsOf& of, std::string_view body) {
  if (of.plan.is_source()) {
    return error_answer(400, fmt::format("{} is a source, whose positions are its own: they can only be removed, all "
                                         "of them (DELETE)",
                                         of.plan.name()));
  }
  const auto wanted = parse_wanted(body, of.plan);
  if (!wanted.ok()) return refused(wanted.error());
  const auto admin = kafka::Admin::open(of.plan.client, kAnswerMs, of.stop);
  if (!admin.ok()) return refused(admin.error());
  if (const Status moved = move(of, **admin, *wanted); !moved.ok()) return refused(moved.error());
  return done(of, "The offsets for this connector have been altered successfully");
}

observe::Answer delete_offsets(const OffsetsOf& of) {
  if (of.plan.is_source()) {
    const auto removed = remove_source_positions(of.job, of.plan, std::nullopt, of.stop);
    if (!removed.ok()) return refused(removed.error());
  } else if (const Status moved = move_all_to_earliest(of); !moved.ok()) {
    return refused(moved.error());
  }
  return done(of, "The offsets for this connector have been reset successfully");
}

}  // namespace cnx::host::app
