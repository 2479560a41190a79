// SPDX-License-Identifier: Apache-2.0
#include "runtime/topics.h"

#include <gmock/gmock.h>

namespace cnx::host::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ConnectorPlan source(const std::string& name, const std::string& topic) {
  ConnectorPlan plan;
  plan.settings.name = name;
  plan.settings.kind = config::ConnectorKind::kSource;
  plan.settings.topic_partitions = 3;
  plan.topic = topic;
  return plan;
}
ConnectorPlan sink(const std::string& name, std::vector<std::string> topics, const std::string& dead_letters = "") {
  ConnectorPlan plan;
  plan.settings.name = name;
  plan.settings.kind = config::ConnectorKind::kSink;
  plan.settings.topics = std::move(topics);
  plan.settings.dead_letter_topic = dead_letters;
  return plan;
}
/// "name" or, when it is not made by us, "(name)".
std::vector<std::string> names(const Job& job) {
  std::vector<std::string> all;
  for (const JobTopic& topic : topics_of(job))
    all.push_back(topic.ours ? topic.spec.name : "(" + topic.spec.name + ")");
  return all;
}

TEST(Topics, AJobsTopicsAreNamedOnceAndOnlyWhatItWritesIsMade) {
  Job job;
  job.worker.offsets_topic = "positions";
  job.worker.assignments_topic = "seats";
  job.connectors.push_back(source("orders", "raw"));
  job.connectors.push_back(sink("mysql", {"raw", "foreign"}, "dlq"));
  job.connectors.push_back(sink("archive", {"raw"}, "dlq"));
  EXPECT_THAT(names(job), ElementsAre("positions", "seats", "raw", "dlq", "(foreign)"));
  EXPECT_EQ(topics_of(job)[2].spec.partitions, 3);
}

TEST(Topics, PositionsAreCompacted) {
  Job job;
  job.worker.offsets_topic = "positions";
  job.connectors.push_back(source("orders", "raw"));
  EXPECT_EQ(topics_of(job)[0].spec.configs.at("cleanup.policy"), "compact");
}

TEST(Topics, WithoutASourceThereAreNoPositions) {
  Job job;
  job.connectors.push_back(sink("mysql", {"raw"}));
  EXPECT_THAT(names(job), ElementsAre("(raw)"));
  EXPECT_THAT(names(Job{}), IsEmpty());
}

}  // namespace
}  // namespace cnx::host::runtime
