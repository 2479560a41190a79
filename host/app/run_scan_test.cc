// SPDX-License-Identifier: Apache-2.0
#include "run_scan.h"

#include <gmock/gmock.h>

#include "exit_code.h"

namespace cnx::host::app {
namespace {

using ::testing::ElementsAre;
using Arguments = std::vector<std::string>;

TEST(ScanRunArguments, TakesWhatStandsBeforeTheFirstOptionAsFiles) {
  const auto found = scan_run_arguments(Arguments{"a.yml", "conf", "-H", "2"});
  EXPECT_THAT(found.files, ElementsAre("a.yml", "conf"));
}

TEST(ScanRunArguments, DoesNotTakeTheValueOfAnUnknownOptionForAFile) {
  const auto found = scan_run_arguments(Arguments{"-H", "2", "a.yaml"});
  EXPECT_THAT(found.files, ElementsAre("a.yaml"));
}

TEST(ScanRunArguments, ReadsSettingsAndConnectorsInBothForms) {
  const auto found =
      scan_run_arguments(Arguments{"a.yml", "--set", "worker.x=b.yml", "--only=one", "--only", "two", "--set=k=v"});
  EXPECT_THAT(found.files, ElementsAre("a.yml"));
  EXPECT_THAT(found.set, ElementsAre("worker.x=b.yml", "k=v"));
  EXPECT_THAT(found.only, ElementsAre("one", "two"));
}

TEST(ScanRunArguments, BearsAnOptionWithoutItsValue) {
  EXPECT_THAT(scan_run_arguments(Arguments{"a.yml", "--set"}).files, ElementsAre("a.yml"));
}

TEST(ExitCode, FollowsFromTheNextAction) {
  EXPECT_EQ(exit_code_of(config_error("")), kExitUsage);
  EXPECT_EQ(exit_code_of(cancelled_error()), kExitDone);
  for (const Error& error : {fatal_error(""), retry_error(""), auth_error(""), fenced_error("")}) {
    EXPECT_EQ(exit_code_of(error), kExitFailed);
  }
}

}  // namespace
}  // namespace cnx::host::app
