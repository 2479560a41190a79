// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "commands.h"
#include "exit_code.h"
#include "findings.h"
#include "kafka/admin.h"
#include "preflight.h"
#include "runtime/topics.h"

namespace cnx::host::app {
namespace {

constexpr std::int64_t kAnswerMs = 30'000;

Result<bool> exists(kafka::Admin& admin, const std::string& topic) {
  CNX_ASSIGN(const auto info, admin.describe_topic(topic));
  return info.has_value();
}

void init_topics(const runtime::Job& job, FindingPrinter& found) {
  const auto admin = kafka::Admin::open(job.client, kAnswerMs, {});
  if (!admin.ok()) return found.error("worker.bootstrap.servers", admin.error().message);
  // One topic after the other by hand, so that one that cannot be made does not keep the others from being made.
  for (const runtime::JobTopic& topic : runtime::topics_of(job)) {
    const std::string object = "topic " + topic.spec.name;
    const Result<bool> made = topic.ours ? (*admin)->ensure_topic(topic.spec) : exists(**admin, topic.spec.name);
    if (!made.ok()) {
      found.error(object, made.error().message);
      if (made.error().action == Action::kRetry) return;  // nobody answers: the next would wait as long
    } else if (topic.ours) {
      found.ok(object, topic.purpose + (*made ? ", made" : ", was there"));
    } else if (!*made) {
      found.warning(object, topic.purpose + ", does not exist, and init makes no topic that others write",
                    "make it before the first run, or correct the sink's 'topics'");
    }
  }
}

}  // namespace

int init_command(const InitArguments& arguments) {
  const auto job = make_job(arguments.config, {});
  if (!job) return kExitUsage;
  FindingPrinter found(arguments.json);
  init_topics(*job, found);
  const SystemClock clock;
  for (const runtime::ConnectorPlan& plan : job->connectors) preflight(plan, Preflight::kInit, clock, found);
  return found.finish() ? kExitDone : kExitFailed;
}

}  // namespace cnx::host::app
