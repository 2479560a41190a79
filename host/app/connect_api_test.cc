// SPDX-License-Identifier: Apache-2.0
#include "connect_api.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>

namespace cnx::host::app {
namespace {

using Json = nlohmann::json;
using observe::Answer;
using runtime::TaskSnapshot;
using runtime::TaskState;
using runtime::Wish;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Notes what is asked of it.
class FakeWorker final : public runtime::ConnectorControl {
 public:
  [[nodiscard]] std::vector<TaskSnapshot> tasks() const override { return tasks_; }
  [[nodiscard]] Wish wish(const std::string& connector) const override {
    const auto found = wishes_.find(connector);
    return found == wishes_.end() ? Wish::kRun : found->second;
  }
  [[nodiscard]] Status ask(const std::string& connector, Wish wish) override {
    if (over_) return retry_error("the run is at its end");
    wishes_[connector] = wish;
    return {};
  }
  [[nodiscard]] Status restart(const std::string& connector, std::span<const int> tasks) override {
    for (const int task : tasks) restarted_.push_back(connector + "-" + std::to_string(task));
    return {};
  }
  [[nodiscard]] std::string cluster_id() const override { return "cluster"; }

  std::vector<TaskSnapshot> tasks_;
  std::map<std::string, Wish> wishes_;
  std::vector<std::string> restarted_;
  bool over_ = false;
};

TaskSnapshot task(const std::string& connector, int number, TaskState state, std::string message = "") {
  TaskSnapshot made;
  made.connector = connector;
  made.task = number;
  made.state = state;
  made.message = std::move(message);
  return made;
}

class ConnectApiTest : public ::testing::Test {
 protected:
  ConnectApiTest() {
    job.worker.worker_id = "etl-1";
    job.connectors.resize(2);
    job.connectors[0].settings.name = "orders";
    job.connectors[0].settings.kind = config::ConnectorKind::kSource;
    job.connectors[0].topic = "raw";
    job.connectors[1].settings.name = "sink";
    job.connectors[1].settings.topics = {"raw", "more"};
    job.connectors[1].shown = {{"name", "sink"}, {"connection.password", "****"}};
    job.registry = std::make_unique<plugin::PluginRegistry>(plugin::PluginRegistry::scan({"/nonexistent"}));
    worker.tasks_ = {task("orders", 0, TaskState::kDone), task("sink", 0, TaskState::kRunning),
                     task("sink", 1, TaskState::kFailed, "no right")};
  }
  Answer ask(const std::string& method, const std::string& target, const std::string& body = "") {
    observe::ApiCall call;
    EXPECT_TRUE(observe::parse_target(target, call));
    call.method = method;
    call.body = body;
    return api.answer(call);
  }
  Json get(const std::string& target) {
    const Answer answer = ask("GET", target);
    EXPECT_EQ(answer.status, 200) << target << " " << answer.body;
    return Json::parse(answer.body);
  }
  int status(const std::string& method, const std::string& target, const std::string& body = "") {
    return ask(method, target, body).status;
  }

  runtime::Job job;
  FakeWorker worker;
  ManualClock clock;
  log::Level level = log::Level::kInfo;
  ConnectApi api{job, worker, {[this] { return level; }, [this](log::Level to) { level = to; }}, clock, {}};
};

TEST_F(ConnectApiTest, TellsTheClusterAndItsConnectors) {
  EXPECT_EQ(get("/")["kafka_cluster_id"], "cluster");
  EXPECT_EQ(get("/connectors").dump(), R"(["orders","sink"])");
  const Json both = get("/connectors?expand=status&expand=info&expand=nonsense");
  EXPECT_EQ(both["sink"]["info"]["type"], "sink");
  EXPECT_EQ(both["orders"]["status"]["connector"]["state"], "RUNNING");
  EXPECT_FALSE(get("/connectors?expand=info")["sink"].contains("status"));
}

TEST_F(ConnectApiTest, TellsOneConnector) {
  const Json info = get("/connectors/sink");
  EXPECT_EQ(info["config"].dump(), R"({"connection.password":"****","name":"sink"})");
  EXPECT_EQ(info["tasks"].dump(), R"([{"connector":"sink","task":0},{"connector":"sink","task":1}])");
  EXPECT_EQ(get("/connectors/sink/config"), info["config"]);
  EXPECT_EQ(get("/connectors/sink/tasks")[1]["id"]["task"], 1);
  EXPECT_EQ(get("/connectors/sink/topics").dump(), R"({"sink":{"topics":["raw","more"]}})");
  EXPECT_EQ(get("/connectors/orders/topics").dump(), R"({"orders":{"topics":["raw"]}})");
}

TEST_F(ConnectApiTest, AFailedTaskTellsItsTrace) {
  const Json sink = get("/connectors/sink/status");
  EXPECT_EQ(sink["connector"]["state"], "FAILED");
  EXPECT_EQ(sink["tasks"][0]["state"], "RUNNING");
  EXPECT_FALSE(sink["tasks"][0].contains("trace"));
  EXPECT_EQ(sink["tasks"][1]["worker_id"], "etl-1");
  EXPECT_EQ(get("/connectors/sink/tasks/1/status")["trace"], "no right");
}

TEST_F(ConnectApiTest, PausesResumesAndStops) {
  EXPECT_EQ(status("PUT", "/connectors/sink/pause"), 202);
  EXPECT_EQ(worker.wishes_["sink"], Wish::kPause);
  EXPECT_EQ(get("/connectors/sink/status")["connector"]["state"], "PAUSED");
  EXPECT_EQ(status("PUT", "/connectors/sink/resume"), 202);
  EXPECT_EQ(worker.wishes_["sink"], Wish::kRun);
  EXPECT_EQ(status("PUT", "/connectors/sink/stop"), 204);
  const Json stopped = get("/connectors/sink/status");
  EXPECT_EQ(stopped["connector"]["state"], "STOPPED");
  EXPECT_THAT(stopped["tasks"], IsEmpty());
  worker.over_ = true;
  EXPECT_EQ(status("PUT", "/connectors/sink/resume"), 409);
}

TEST_F(ConnectApiTest, RestartsWhatIsAskedFor) {
  EXPECT_EQ(status("POST", "/connectors/sink/restart"), 204);
  EXPECT_THAT(std::exchange(worker.restarted_, {}), ElementsAre("sink-0", "sink-1"));
  const Answer failed = ask("POST", "/connectors/sink/restart?includeTasks=True&onlyFailed=True");
  EXPECT_EQ(failed.status, 202);
  EXPECT_THAT(std::exchange(worker.restarted_, {}), ElementsAre("sink-1"));
  EXPECT_EQ(Json::parse(failed.body)["tasks"][1]["state"], "RESTARTING");
  EXPECT_EQ(Json::parse(failed.body)["tasks"][0]["state"], "RUNNING");
  EXPECT_EQ(status("POST", "/connectors/sink/tasks/1/restart"), 204);
  EXPECT_THAT(std::exchange(worker.restarted_, {}), ElementsAre("sink-1"));
  worker.wishes_["sink"] = Wish::kStop;
  EXPECT_EQ(status("POST", "/connectors/sink/tasks/1/restart"), 404) << "a stopped connector has no tasks";
}

TEST_F(ConnectApiTest, WhatThereIsNotIs404) {
  for (const char* path : {"/connectors/x", "/connectors/x/status", "/connectors/x/tasks", "/connectors/x/config",
                           "/connectors/x/offsets", "/connectors/x/topics", "/connectors/sink/tasks/7/status",
                           "/connectors/sink/tasks/x/status", "/connector-plugins/x/config", "/admin/loggers/x",
                           "/connectors/sink/tasks-config", "/nothing", "/connectors/sink/status/more"}) {
    const Answer answer = ask("GET", path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(Json::parse(answer.body)["error_code"], 404) << path;
  }
  EXPECT_EQ(status("PUT", "/connectors/x/pause"), 404);
  EXPECT_EQ(status("POST", "/connectors/x/restart"), 404);
  EXPECT_EQ(status("POST", "/connectors/x/tasks/0/restart"), 404);
}

TEST_F(ConnectApiTest, ConfigurationsAreFiles) {
  for (const auto& [method, path] :
       {std::pair{"POST", "/connectors"}, std::pair{"PUT", "/connectors/new/config"},
        std::pair{"PATCH", "/connectors/sink/config"}, std::pair{"DELETE", "/connectors/sink"}}) {
    const Answer answer = ask(method, path, "{}");
    EXPECT_EQ(answer.status, 405) << path;
    EXPECT_EQ(answer.allow, "GET, HEAD") << path;
    EXPECT_THAT(answer.body, HasSubstr("configurations are files here"));
  }
  EXPECT_EQ(ask("DELETE", "/connectors/sink/pause").allow, "PUT");
  EXPECT_EQ(ask("POST", "/connectors/sink/offsets").allow, "GET, HEAD, PATCH, DELETE");
  EXPECT_EQ(status("PUT", "/connectors/sink/topics/reset"), 403);
}

TEST_F(ConnectApiTest, OffsetsOfWhatIsNotStoppedAreLeftAlone) {
  for (const Wish wish : {Wish::kRun, Wish::kPause, Wish::kStop}) {
    worker.wishes_["sink"] = wish;  // its tasks have not ended yet
    const Answer answer = ask("DELETE", "/connectors/sink/offsets");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("PUT /connectors/sink/stop first"));
  }
  for (TaskSnapshot& one : worker.tasks_) one.state = TaskState::kStopped;
  EXPECT_THAT(ask("PATCH", "/connectors/sink/offsets", "{}").body, HasSubstr("need to be provided"));
  const std::string strange = R"({"offsets":[{"partition":{"kafka_topic":"x","kafka_partition":0},"offset":null}]})";
  EXPECT_THAT(ask("PATCH", "/connectors/sink/offsets", strange).body, HasSubstr("does not read topic 'x'"));
  for (const char* entry :
       {R"({"partition":{"kafka_topic":"x","kafka_partition":0}})",
        R"({"partition":{"kafka_topic":"x","kafka_partition":4294967296},"offset":null})",
        R"({"partition":{"kafka_topic":"x","kafka_partition":-1},"offset":null})",
        R"({"partition":{"kafka_topic":"x","kafka_partition":0},"offset":{"kafka_offset":-1}})",
        R"({"partition":{"kafka_topic":"x","kafka_partition":0},"offset":{"kafka_offset":18446744073709551615}})"})
    EXPECT_THAT(ask("PATCH", "/connectors/sink/offsets", fmt::format(R"({{"offsets":[{}]}})", entry)).body,
                HasSubstr("an entry is"))
        << entry;
  worker.wishes_["orders"] = Wish::kStop;
  EXPECT_THAT(ask("PATCH", "/connectors/orders/offsets", strange).body, HasSubstr("can only be removed"));
}

TEST_F(ConnectApiTest, TheLogHasOneLevel) {
  EXPECT_EQ(get("/admin/loggers").dump(), R"({"root":{"last_modified":null,"level":"INFO"}})");
  const Answer set = ask("PUT", "/admin/loggers/root", R"({"level":"debug"})");
  EXPECT_EQ(set.status, 200);
  EXPECT_EQ(set.body, R"(["root"])");
  EXPECT_EQ(level, log::Level::kDebug);
  EXPECT_TRUE(get("/admin/loggers/root")["last_modified"].is_number());
  EXPECT_EQ(status("PUT", "/admin/loggers/root", R"({"level":"LOUD"})"), 404);
  EXPECT_EQ(status("PUT", "/admin/loggers/root", "{}"), 400);
  EXPECT_EQ(status("PUT", "/admin/loggers/root", "no json"), 400);
  EXPECT_EQ(status("PUT", "/admin/loggers/root?scope=cluster", R"({"level":"INFO"})"), 400);
}

TEST_F(ConnectApiTest, OutOfRangeTaskNumbersAreNone) {
  EXPECT_EQ(status("POST", "/connectors/sink/tasks/4294967296/restart"), 404);
  EXPECT_EQ(status("GET", "/connectors/sink/tasks/-1/status"), 404);
}

}  // namespace
}  // namespace cnx::host::app
