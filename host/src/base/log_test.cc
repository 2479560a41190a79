// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/secrets.h"

namespace cnx::host {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class Recorder final : public log::Backend {
 public:
  bool enabled(log::Level level) const override { return level >= least; }
  void write(log::Level level, std::string_view logger, std::string_view message) override {
    lines.push_back(std::string(log::name_of(level)) + " " + std::string(logger) + ": " + std::string(message));
  }
  log::Level least = log::Level::kInfo;
  std::vector<std::string> lines;
};

class Log : public ::testing::Test {
 protected:
  void SetUp() override { log::set_backend(&recorder_); }
  void TearDown() override { log::set_backend(nullptr); }
  Recorder recorder_;
};

TEST_F(Log, FormatsAndNamesLevelAndLogger) {
  log::info("orders", "got {} of {}", 3, "seven");
  log::warning("orders", "slow");
  log::error("sink", "{:.1f}", 2.25);
  EXPECT_THAT(recorder_.lines, ElementsAre("INFO orders: got 3 of seven", "WARNING orders: slow", "ERROR sink: 2.2"));
}

TEST_F(Log, LeavesOutWhatIsNotEnabled) {
  log::debug("orders", "detail");
  EXPECT_TRUE(recorder_.lines.empty());
  recorder_.least = log::Level::kDebug;
  log::debug("orders", "detail");
  EXPECT_THAT(recorder_.lines, ElementsAre("DEBUG orders: detail"));
}

TEST_F(Log, KeepsAMessageOnOneLine) {
  log::info("api", "answer: {}", "a\nERROR - forged\r\x1b[31m\t\x01");
  EXPECT_THAT(recorder_.lines, ElementsAre("INFO api: answer: a\\nERROR - forged\\r\\u001b[31m\\t\\u0001"));
}

TEST_F(Log, MasksSecrets) {
  secrets().add("log-test-secret\nsecond");
  log::info("api", "token {}", "log-test-secret\nsecond");
  log::write(log::Level::kInfo, "plugin", "escaped before: log-test-secret\\nsecond!");
  EXPECT_THAT(recorder_.lines, ElementsAre("INFO api: token ****", "INFO plugin: escaped before: ****!"));
}

TEST_F(Log, TurnsAFormattingFaultIntoAMessage) {
  log::vwrite(log::Level::kInfo, "x", "{} {}", fmt::make_format_args(1));
  ASSERT_EQ(recorder_.lines.size(), 1u);
  EXPECT_THAT(recorder_.lines[0], StartsWith("INFO x: (message could not be formatted: "));
}

TEST(LogLevel, IsFoundByNameInAnyCase) {
  EXPECT_EQ(log::level_of("debug"), log::Level::kDebug);
  EXPECT_EQ(log::level_of("Warn"), log::Level::kWarning);
  EXPECT_EQ(log::level_of("WARNING"), log::Level::kWarning);
  EXPECT_EQ(log::level_of("chatty"), std::nullopt);
}

TEST(LogBackend, IsStderrUntilOneIsSet) {
  log::set_backend(nullptr);
  testing::internal::CaptureStderr();
  log::warning("start", "no config");
  log::debug("start", "unseen");
  log::flush();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "WARNING - no config\n");
}

}  // namespace
}  // namespace cnx::host
