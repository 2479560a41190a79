// SPDX-License-Identifier: Apache-2.0
#include "dlq_letters.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/secrets.h"
#include "dlq/marks.h"

namespace cnx::host::app {
namespace {

const char* plural(std::uint64_t count) { return count == 1 ? "" : "s"; }

Status check_sink(const runtime::ConnectorPlan& plan) {
  if (plan.is_source())
    return config_error(fmt::format("--connector {}: is a source; dead letters are of sinks", plan.name()));
  if (plan.settings.dead_letter_topic.empty())
    return config_error(
        fmt::format("connectors.{}: has no errors.deadletterqueue.topic.name, so it has no dead letters", plan.name()));
  return {};
}

}  // namespace

ConfigOptions config_of(const DlqArguments& arguments) {
  ConfigOptions options = arguments.config;
  if (!arguments.connector.empty()) options.only = {arguments.connector};
  options.only_option = "--connector";
  return options;
}

Result<std::vector<const runtime::ConnectorPlan*>> letter_sinks(const runtime::Job& job,
                                                                const DlqArguments& arguments) {
  std::vector<const runtime::ConnectorPlan*> sinks;
  for (const runtime::ConnectorPlan& plan : job.connectors) {
    const Status fit = check_sink(plan);
    if (fit.ok()) sinks.push_back(&plan);
    if (!fit.ok() && !arguments.connector.empty()) return fit.error();
  }
  if (sinks.empty())
    return config_error("no sink of these files has errors.deadletterqueue.topic.name, so there are no dead letters");
  return sinks;
}

Result<const runtime::ConnectorPlan*> sink_meant(const runtime::Job& job, const DlqArguments& arguments) {
  CNX_ASSIGN(const auto sinks, letter_sinks(job, arguments));
  if (sinks.size() == 1) return sinks.front();
  std::string names;
  for (const runtime::ConnectorPlan* plan : sinks) names += (names.empty() ? "" : ", ") + plan->name();
  return config_error("several sinks have dead letters; choose one by --connector: " + names);
}

Result<SinkLetters> read_letters(const runtime::ConnectorPlan& plan) {
  SinkLetters letters;
  letters.plan = &plan;
  CNX_ASSIGN(letters.topic, dlq::LetterTopic::open(plan.client, plan.settings.dead_letter_topic));
  letters.index = std::make_unique<dlq::LetterIndex>(plan.name());
  CNX_ASSIGN(letters.topic_exists, letters.topic->read(*letters.index, [](const kafka::PositionWait& wait) {
    fmt::print(stderr, "waiting for an open transaction in {} at offset {} (end {}), {} s\n", kafka::to_string(wait.at),
               wait.position, wait.target, wait.waited_ms / 1000);
  }));
  return letters;
}

Result<OpenSink> open_sink(const runtime::ConnectorPlan& plan, const Clock& clock, bool only_looks) {
  plugin::HostServices services;
  services.connector = plan.name();
  services.clock = &clock;
  OpenSink open{std::make_unique<plugin::HostContext>(std::move(services)), nullptr};
  plugin::ConfigValues values = plan.values;
  for (auto& [key, value] : values)
    if (only_looks && (key == "auto.create" || key == "auto.evolve")) value = "false";
  CNX_ASSIGN(open.sink, plugin::SinkInstance::create(*plan.component, *open.host, values));
  if (open.sink->marks() == nullptr)
    return config_error(
        fmt::format("connectors.{}: sink '{}' keeps no marks of dead records ({}), so nobody can tell "
                    "what became of a letter, and a replay could write rows twice",
                    plan.name(), plan.component->name, CNX_EXT_SINK_MARKS));
  CNX_TRY(open.sink->start());
  return open;
}

void find_states(SinkLetters& letters) {
  if (letters.index->letters().empty()) return;
  const SystemClock clock;
  const auto open = open_sink(*letters.plan, clock);
  const Status found =
      open.ok() ? dlq::read_states(*open->sink->marks(), letters.index->letters()) : Status(open.error());
  if (!found.ok())
    fmt::print(stderr, "{}: what became of the letters is unknown: {}\n", letters.plan->name(),
               secrets().mask(found.error().message));
}

void choose(SinkLetters& letters, const dlq::Filter& filter) {
  letters.chosen.clear();
  for (const dlq::Letter& letter : letters.index->letters())
    if (filter.matches(letter)) letters.chosen.push_back(&letter);
}

void tell_left_out(const SinkLetters& letters) {
  const std::string& topic = letters.topic->name();
  if (!letters.topic_exists)
    fmt::print(stderr, "{}: there is no topic '{}' yet: nothing has died\n", letters.plan->name(), topic);
  if (const auto count = letters.index->foreign(); count > 0) {
    const dlq::Place& first = letters.index->first_foreign();
    fmt::print(stderr,
               "{}: {} record{} without the headers of a dead letter (the first at {}[{}] offset {}); not listed, and "
               "never replayed\n",
               letters.plan->name(), count, plural(count), topic, first.partition, first.offset);
  }
  for (const auto& [connector, count] : letters.index->others())
    fmt::print(stderr, "{}: {} letter{} of connector '{}' in the same topic\n", letters.plan->name(), count,
               plural(count), connector);
}

}  // namespace cnx::host::app
