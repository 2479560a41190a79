// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "base/clock.h"
#include "base/strings.h"
#include "commands.h"
#include "exit_code.h"
#include "runtime/sink_offsets.h"
#include "source_positions.h"

namespace cnx::host::app {
namespace {

constexpr std::int64_t kAnswerMs = 10'000;

/// Asks on a terminal; scripts have said it by calling.
bool confirmed(const OffsetsResetArguments& arguments, const std::string& question) {
  if (arguments.yes || ::isatty(STDIN_FILENO) == 0) return true;
  fmt::print(stderr, "{} [y/N] ", question);
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "yes") return true;
  fmt::print(stderr, "nothing was changed\n");
  return false;
}

Status check_arguments(const OffsetsResetArguments& arguments, const runtime::ConnectorPlan& plan) {
  const std::string& to = arguments.to;
  const bool known = to == "earliest" || to == "latest" || to == "none" || parse_int(to).value_or(-1) >= 0;
  if (!known) return config_error(fmt::format("--to {}: write earliest, latest, none, or an offset", to));
  if (plan.is_source() && to != "none") {
    return config_error(
        fmt::format("--to {}: {} is a source, whose positions can only be removed: --to none", to, plan.name()));
  }
  if (!plan.is_source() && to == "none") {
    return config_error(fmt::format("--to none: {} is a sink; write earliest, latest, or an offset", plan.name()));
  }
  if (arguments.partition && plan.is_source()) return config_error("--partition is for sinks");
  if (arguments.partition && !arguments.topic) return config_error("--partition needs --topic");
  return {};
}

/// The partitions that are meant: of the named topic, or of all topics that the sink reads.
Result<std::vector<kafka::TopicPartition>> partitions_meant(const OffsetsResetArguments& arguments,
                                                            const runtime::ConnectorPlan& plan, kafka::Admin& admin) {
  std::vector<std::string> topics = plan.settings.topics;
  if (arguments.topic) {
    if (std::ranges::find(topics, *arguments.topic) == topics.end()) {
      return config_error(fmt::format("--topic {}: {} reads {}", *arguments.topic, plan.name(), join(topics, ", ")));
    }
    topics = {*arguments.topic};
  }
  std::vector<kafka::TopicPartition> meant;
  for (const std::string& topic : topics) {
    CNX_ASSIGN(const auto info, admin.describe_topic(topic));
    if (!info) return config_error(fmt::format("topic '{}' does not exist", topic));
    for (std::int32_t partition = 0; partition < info->partitions; ++partition) {
      if (!arguments.partition || *arguments.partition == partition) meant.push_back({topic, partition});
    }
    if (meant.empty()) {
      return config_error(fmt::format("--partition {}: topic '{}' has partitions 0 to {}", *arguments.partition, topic,
                                      info->partitions - 1));
    }
  }
  if (meant.size() > 1 && parse_int(arguments.to)) {
    return config_error(
        fmt::format("--to {}: an offset is for one partition; name it by --topic and --partition", arguments.to));
  }
  return meant;
}

Result<std::int64_t> offset_meant(const std::string& to, const kafka::TopicPartition& at, kafka::Admin& admin) {
  CNX_ASSIGN(const kafka::Watermarks log, admin.watermarks(at));
  if (to == "earliest") return log.low;
  if (to == "latest") return log.high;
  const std::int64_t offset = *parse_int(to);
  if (offset < log.low || offset > log.high) {
    return config_error(
        fmt::format("--to {}: {} holds offsets {} to {}", offset, kafka::to_string(at), log.low, log.high));
  }
  return offset;
}

std::string present(const std::vector<runtime::SinkPosition>& positions, const kafka::TopicPartition& at) {
  const auto found = std::ranges::find(positions, at, &runtime::SinkPosition::at);
  return found == positions.end() ? "-" : std::to_string(found->next_offset);
}

Status reset_sink(const OffsetsResetArguments& arguments, const runtime::Job& job, const runtime::ConnectorPlan& plan) {
  const SystemClock clock;
  CNX_ASSIGN(const auto admin, kafka::Admin::open(job.client, kAnswerMs, {}));
  CNX_ASSIGN(const auto partitions, partitions_meant(arguments, plan, *admin));
  CNX_ASSIGN(const auto offsets, runtime::SinkOffsets::open(job, plan, *admin, clock));
  CNX_ASSIGN(const runtime::SinkListing before, offsets->list());
  std::vector<kafka::PartitionOffset> to;
  for (const kafka::TopicPartition& at : partitions) {
    CNX_ASSIGN(const std::int64_t offset, offset_meant(arguments.to, at, *admin));
    to.push_back({at, offset});
    fmt::print(stderr, "{}: {} -> {}\n", kafka::to_string(at), present(before.positions, at), offset);
  }
  if (!confirmed(arguments,
                 fmt::format("Move {} partition{} of {}?", to.size(), to.size() == 1 ? "" : "s", plan.name()))) {
    return cancelled_error();
  }
  std::string note;
  CNX_TRY(offsets->reset(to, note));
  for (const kafka::PartitionOffset& offset : to) {
    fmt::print("{} {} goes on at {}\n", plan.name(), kafka::to_string(offset.at), offset.offset);
  }
  if (!note.empty()) fmt::print(stderr, "note: {}\n", note);
  return {};
}

Status reset_source(const OffsetsResetArguments& arguments, const runtime::Job& job,
                    const runtime::ConnectorPlan& plan) {
  const std::string of = arguments.topic ? fmt::format("{} for topic {}", plan.name(), *arguments.topic) : plan.name();
  if (!confirmed(arguments, fmt::format("Remove all positions of {}? It will fetch from its start again.", of))) {
    return cancelled_error();
  }
  CNX_ASSIGN(const std::size_t removed, remove_source_positions(job, plan, arguments.topic));
  fmt::print("{}: {} position{} removed; a running source goes back to its start when it next has something to send\n",
             of, removed, removed == 1 ? "" : "s");
  return {};
}

}  // namespace

int offsets_reset_command(const OffsetsResetArguments& arguments) {
  ConfigOptions options = arguments.config;
  options.only = {arguments.connector};
  options.only_option = "--connector";
  const auto job = make_job(options, {});
  if (!job) return kExitUsage;
  const runtime::ConnectorPlan& plan = job->connectors.front();
  Status status = check_arguments(arguments, plan);
  if (status.ok()) {
    status = plan.is_source() ? reset_source(arguments, *job, plan) : reset_sink(arguments, *job, plan);
  }
  if (status.ok()) return kExitDone;
  if (status.error().action == Action::kCancelled) return kExitFailed;
  return report(status.error());
}

}  // namespace cnx::host::app
