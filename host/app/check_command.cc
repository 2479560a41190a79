// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "base/strings.h"
#include "chain_setup.h"
#include "commands.h"
#include "exit_code.h"
#include "findings.h"
#include "kafka/admin.h"
#include "preflight.h"
#include "runtime/topics.h"

namespace cnx::host::app {
namespace {

constexpr std::int64_t kAnswerMs = 10'000;

/// The plugins, and whether the stages of each connector fit together. All of it needs nothing but the files.
void check_connector(const runtime::ConnectorPlan& plan, const Clock& clock, FindingPrinter& found) {
  std::string stages;
  for (const auto& transform : plan.transforms) stages += transform.component->described() + " -> ";
  stages += plan.component->described();
  const std::string object = "connectors." + plan.name();
  if (!plan.is_source()) {
    if (const auto chain = make_chain(plan, clock); !chain.ok()) return found.error(object, chain.error().message);
  }
  found.ok(object, stages);
}

void check_topic(const runtime::Job& job, const runtime::JobTopic& topic, kafka::Admin& admin, FindingPrinter& found) {
  const std::string object = "topic " + topic.spec.name;
  const auto info = admin.describe_topic(topic.spec.name);
  if (!info.ok()) return found.error(object, info.error().message);
  if (!info.value()) {
    if (topic.ours) return found.warning(object, topic.purpose + ", is not there yet", "init or run makes it");
    return found.error(object, topic.purpose + ", does not exist", "make it, or correct the sink's 'topics'");
  }
  const std::int32_t partitions = info.value()->partitions;
  found.ok(object, fmt::format("{}, {} partition{}", topic.purpose, partitions, partitions == 1 ? "" : "s"));
  for (const runtime::ConnectorPlan& plan : job.connectors) {
    const auto& topics = plan.settings.topics;
    if (topics.size() != 1 || topics.front() != topic.spec.name || plan.settings.tasks_max <= partitions) continue;
    found.warning("connectors." + plan.name() + ".tasks.max",
                  fmt::format("{} tasks for {} partition{}: the others have nothing to do", plan.settings.tasks_max,
                              partitions, partitions == 1 ? "" : "s"),
                  "lower tasks.max, or give the topic more partitions");
  }
}

void check_kafka(const runtime::Job& job, FindingPrinter& found) {
  const std::string object = "worker.bootstrap.servers";
  const auto admin = kafka::Admin::open(job.client, kAnswerMs, {});
  if (!admin.ok()) return found.error(object, admin.error().message);
  const auto cluster = (*admin)->cluster_id();
  if (!cluster.ok()) {
    return found.error(object, cluster.error().message,
                       "check the addresses, and that the brokers run; topics are not checked");
  }
  found.ok(object, fmt::format("{}: cluster {}", job.worker.bootstrap_servers, *cluster));
  for (const runtime::JobTopic& topic : runtime::topics_of(job)) check_topic(job, topic, **admin, found);
}

}  // namespace

int check_command(const CheckArguments& arguments) {
  JobSetup setup(arguments.config, {.broker = !arguments.offline, .secrets = true});
  const std::optional<runtime::Job> job = setup.finish();
  if (!job) return report(setup.problems());
  FindingPrinter found(arguments.json);
  found.ok("config", join(arguments.config.files, ", "));
  for (const auto& warning : job->registry->warnings()) found.warning("plugin.path", warning.message, "");
  for (const SetupWarning& warning : setup.warnings()) found.warning(warning.key, warning.message, warning.mend);
  const SystemClock clock;
  for (const runtime::ConnectorPlan& plan : job->connectors) check_connector(plan, clock, found);
  if (!arguments.offline) {
    check_kafka(*job, found);
    for (const runtime::ConnectorPlan& plan : job->connectors) preflight(plan, Preflight::kCheck, clock, found);
  }
  return found.finish() ? kExitDone : kExitFailed;
}

}  // namespace cnx::host::app
