// SPDX-License-Identifier: Apache-2.0
#include "setup.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace cnx::host::app {
namespace {

using ::testing::HasSubstr;

/// A configuration in a folder of its own, with a plugin folder that is empty.
class SetupTest : public ::testing::Test {
 protected:
  SetupTest() {
    const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("cnx_setup_") + test->name() + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "plugins");
  }
  ~SetupTest() override { std::filesystem::remove_all(folder_); }

  ConfigOptions config(const std::string& yaml) {
    const std::string path = folder_ / "a.yml";
    std::ofstream(path) << "worker:\n  plugin.path: " << (folder_ / "plugins").string() << "\n" << yaml;
    return {{path}, {}, {}};
  }
  static config::Environment no_environment() {
    return [](const std::string&) { return std::nullopt; };
  }

  std::filesystem::path folder_;
};

TEST_F(SetupTest, ReportsAllProblemsAtOnce) {
  ConfigOptions options = config(
      "  log.levle: INFO\nconnectors:\n  a: {topics: t}\n  b: {connector.class: nowhere-sink, topics: "
      "\"${env:GONE}\"}\n");
  options.set = {"nonsense"};
  JobSetup setup(options, {}, no_environment());
  EXPECT_FALSE(setup.finish());
  const std::string text = setup.problems().text();
  for (const char* part :
       {"did you mean 'log.level'", "worker.bootstrap.servers", "connectors.a.connector.class: is missing",
        "'nowhere-sink'", "environment variable GONE", "--set"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST_F(SetupTest, CallsNothingMissingThatMayStandUnderAMisspeltName) {
  for (const char* yaml : {"  bootstrap.server: b:1\n", "workers:\n  bootstrap.servers: b:1\n"}) {
    JobSetup setup(config(yaml + std::string("connectors: {}\n")), {}, no_environment());
    EXPECT_FALSE(setup.finish());
    EXPECT_THAT(setup.problems().text(), HasSubstr("did you mean"));
    EXPECT_THAT(setup.problems().text(), ::testing::Not(HasSubstr("is missing"))) << yaml;
  }
}

TEST_F(SetupTest, LeavesMissingVariablesAloneWhenSecretsAreNotNeeded) {
  JobSetup setup(config("connectors:\n  b: {connector.class: nowhere-sink, topics: \"${env:GONE}\"}\n"), {false, false},
                 no_environment());
  EXPECT_FALSE(setup.finish());
  EXPECT_THAT(setup.problems().text(), ::testing::Not(HasSubstr("GONE")));
  EXPECT_THAT(setup.problems().text(), ::testing::Not(HasSubstr("bootstrap.servers")));
}

TEST_F(SetupTest, AFileThatCannotBeReadIsToldAloneAndNotWhatIsMissingForItsSake) {
  for (const char* text : {"  bootstrap.servers: [b:1\nconnectors: {a: {topics: t}}\n", "  x: \"open\n"}) {
    ConfigOptions options = config(text);
    options.set = {"connectors.a.topics=u"};
    JobSetup setup(options, {}, no_environment());
    EXPECT_FALSE(setup.finish());
    EXPECT_EQ(setup.problems().sorted().size(), 1u) << setup.problems().text();
    EXPECT_THAT(setup.problems().text(), HasSubstr("a.yml:"));
  }
}

TEST_F(SetupTest, NeedsAConnector) {
  JobSetup setup(config("connectors: {}\n"), {false, false}, no_environment());
  EXPECT_THAT(setup.problems().text(), HasSubstr("connector"));
}

constexpr const char* kLogin =
    "  bootstrap.servers: b:1\n  security.protocol: SASL_SSL\n  sasl: {mechanism: PLAIN, username: u, password: ";

TEST_F(SetupTest, WarnsOfSecretsThatEverybodyMayRead) {
  const std::string file = folder_ / "password";
  std::ofstream(file) << "planted-file-secret\n";
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  JobSetup setup(config(std::string(kLogin) + "\"${file:" + file + "}\"}\nconnectors: {a: {topics: t}}\n"), {},
                 no_environment());
  EXPECT_FALSE(setup.finish());
  ASSERT_EQ(setup.warnings().size(), 1u);
  EXPECT_EQ(setup.warnings()[0].key, "worker.sasl.password");
  EXPECT_EQ(setup.warnings()[0].message, "everybody may read " + file + ", which holds this secret");
  EXPECT_EQ(setup.warnings()[0].mend, "chmod o-rw " + file);
}

TEST_F(SetupTest, WarnsOfALiteralSecretInAReadableFileOnly) {
  const ConfigOptions options = config(std::string(kLogin) + "planted-literal}\nconnectors: {a: {topics: t}}\n");
  std::filesystem::permissions(options.files[0], std::filesystem::perms(0644));
  JobSetup readable(options, {}, no_environment());
  EXPECT_FALSE(readable.finish());
  ASSERT_EQ(readable.warnings().size(), 1u);
  EXPECT_THAT(readable.warnings()[0].mend, HasSubstr("${file:PATH}"));
  std::filesystem::permissions(options.files[0], std::filesystem::perms(0600));
  JobSetup own(options, {}, no_environment());
  EXPECT_FALSE(own.finish());
  EXPECT_TRUE(own.warnings().empty());
}

TEST_F(SetupTest, RefusesAConfigurationThatEverybodyMayWrite) {
  const ConfigOptions options = config("connectors: {a: {topics: t}}\n");
  std::filesystem::permissions(options.files[0], std::filesystem::perms(0646));
  JobSetup setup(options, {}, no_environment());
  EXPECT_FALSE(setup.finish());
  EXPECT_THAT(setup.problems().text(), HasSubstr(options.files[0] + ": everybody may write to it"));
  EXPECT_THAT(setup.problems().text(), HasSubstr("chmod o-w " + options.files[0]));
}

TEST(ClientConfig, LetsAConnectorOverrideTheWorker) {
  config::WorkerSettings worker;
  worker.bootstrap_servers = "b:1";
  worker.consumer_override = {{"a", "1"}, {"b", "1"}};
  config::ConnectorSettings connector;
  connector.consumer_override = {{"b", "2"}};
  const kafka::ClientConfig made = client_config(worker, &connector);
  EXPECT_EQ(made.bootstrap_servers, "b:1");
  EXPECT_EQ(made.consumer, (kafka::Properties{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(client_config(worker, nullptr).consumer, worker.consumer_override);
}

}  // namespace
}  // namespace cnx::host::app
