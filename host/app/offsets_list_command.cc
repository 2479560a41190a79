// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/strings.h"
#include "cell_text.h"
#include "commands.h"
#include "exit_code.h"
#include "runtime/sink_offsets.h"
#include "source_positions.h"
#include "text_table.h"

namespace cnx::host::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kAnswerMs = 10'000;
constexpr std::size_t kShownValue = 60;

struct Listing {
  TextTable sinks{{"CONNECTOR", "TOPIC", "PARTITION", "NEXT-OFFSET", "END", "LAG", "EPOCH", "OWNER", "LAST-RECORD"},
                  {}};
  TextTable sources{{"CONNECTOR", "TOPIC", "RANGE", "PART", "VALUE"}, {}};
  Json json = Json::array();
};

std::string text_or_dash(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : "-"; }
Json json_or_null(const std::optional<std::int64_t>& number) { return number ? Json(*number) : Json(nullptr); }

std::string shortened(const std::string& value) {
  std::string line = escape_line(value);
  if (line.size() <= kShownValue) return line;
  std::size_t end = kShownValue;
  while (end > 0 && (line[end] & 0xc0) == 0x80) --end;
  return fmt::format("{}… ({} bytes)", line.substr(0, end), value.size());
}

void add(Listing& listing, const std::string& connector, const runtime::SinkPosition& position) {
  const std::string last = position.last_timestamp_ms < 0 ? "-" : time_text(position.last_timestamp_ms * 1000, 0);
  listing.sinks.rows.push_back({connector, position.at.topic, std::to_string(position.at.partition),
                                std::to_string(position.next_offset), text_or_dash(position.end_offset),
                                text_or_dash(position.lag()), std::to_string(position.epoch), position.owner, last});
  listing.json.push_back({{"connector", connector},
                          {"kind", "sink"},
                          {"topic", position.at.topic},
                          {"partition", position.at.partition},
                          {"next_offset", position.next_offset},
                          {"end_offset", json_or_null(position.end_offset)},
                          {"lag", json_or_null(position.lag())},
                          {"epoch", position.epoch},
                          {"owner", position.owner},
                          {"last_timestamp_ms", position.last_timestamp_ms}});
}

void add(Listing& listing, const std::string& connector, const SourcePosition& position) {
  listing.sources.rows.push_back({connector, position.topic, position.range.empty() ? "-" : position.range,
                                  position.part.value_or("(state)"), shortened(position.value)});
  listing.json.push_back({{"connector", connector},
                          {"kind", "source"},
                          {"topic", position.topic},
                          {"range", position.range},
                          {"part", position.part ? Json(*position.part) : Json(nullptr)},
                          {"value", position.value}});
}

Status list_connector(const runtime::Job& job, const runtime::ConnectorPlan& plan, kafka::Admin& admin,
                      const Clock& clock, Listing& listing) {
  if (plan.is_source()) {
    CNX_ASSIGN(const std::vector<SourcePosition> positions, source_positions(job, plan));
    for (const SourcePosition& position : positions) add(listing, plan.name(), position);
    return {};
  }
  CNX_ASSIGN(const auto offsets, runtime::SinkOffsets::open(job, plan, admin, clock));
  CNX_ASSIGN(const runtime::SinkListing found, offsets->list());
  for (const runtime::SinkPosition& position : found.positions) add(listing, plan.name(), position);
  return found.end_unknown ? Status(*found.end_unknown) : Status();
}

void print(const Listing& listing, bool json) {
  if (json) {
    fmt::print("{}\n", listing.json.dump(2, ' ', false, Json::error_handler_t::replace));
    return;
  }
  const char* gap = "";
  for (const TextTable* table : {&listing.sinks, &listing.sources}) {
    if (table->rows.empty()) continue;
    fmt::print("{}{}", gap, render_table(*table, SIZE_MAX));
    gap = "\n";
  }
  if (listing.json.empty()) fmt::print("no positions: nothing has run yet\n");
}

}  // namespace

int offsets_list_command(const OffsetsListArguments& arguments) {
  const auto job = make_job(arguments.config, {});
  if (!job) return kExitUsage;
  auto admin = kafka::Admin::open(job->client, kAnswerMs, {});
  if (!admin.ok()) return report(admin.error());
  const SystemClock clock;
  Listing listing;
  std::vector<Error> errors;
  for (const runtime::ConnectorPlan& plan : job->connectors) {
    Status status = list_connector(*job, plan, **admin, clock, listing);
    if (!status.ok()) errors.push_back(std::move(status).error().in("connectors." + plan.name()));
  }
  print(listing, arguments.json);
  std::fflush(stdout);
  int code = kExitDone;
  for (const Error& error : errors) code = report(error);
  return code;
}

}  // namespace cnx::host::app
