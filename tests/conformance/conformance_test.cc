// SPDX-License-Identifier: Apache-2.0
//
// The conformance suite finds each of the faults of plugin.c, in words that name it, and none in what we ship.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cnx/testing/kit/kit.hpp"

namespace cnx::testing::kit {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> faults(const std::vector<Check>& checks) {
  std::vector<std::string> all;
  for (const Check& check : checks)
    for (const std::string& fault : check.outcome.faults)
      all.push_back(check.component + " " + check.name + ": " + fault);
  return all;
}

std::vector<std::string> not_tried(const std::vector<Check>& checks) {
  std::vector<std::string> all;
  for (const Check& check : checks)
    if (!check.outcome.not_tried.empty())
      all.push_back(check.component + " " + check.name + ": " + check.outcome.not_tried);
  return all;
}

struct Bad {
  const char* file;
  const char* words;
};

class Conformance : public ::testing::TestWithParam<Bad> {};

TEST_P(Conformance, FindsTheFaultAndNamesIt) {
  limit_ms = 1500;
  EXPECT_THAT(faults(run(std::string(CNX_BAD_PLUGINS "/") + GetParam().file + ".so", {})),
              Contains(HasSubstr(GetParam().words)));
}

INSTANTIATE_TEST_SUITE_P(
    Bad, Conformance,
    ::testing::Values(Bad{"SECOND_SYMBOL", "symbols: exports helper_that_should_be_hidden"},
                      Bad{"KEY_WITHOUT_DOC", "tables: c-source: key 'size' has no doc"},
                      Bad{"DEFAULT_OUT_OF_RANGE", "key 'size' has a default outside its range"},
                      Bad{"NULL_FUNCTION", "c-sink: a function of the sink's table is NULL"},
                      Bad{"RECORD_VANISHES",
                          "c-transform life: apply to a record without key and value: record 0 ended neither as "
                          "output, nor filtered, nor rejected"},
                      Bad{"ORIGIN_FROM_NOWHERE", "origin 100000 is none of the 1 records that came in"},
                      Bad{"ERROR_WITHOUT_MESSAGE", "apply to one record failed with FATAL and no message"},
                      Bad{"CRASH_ON_NOTHING", "c-transform life: crashed with Aborted in apply to no records"},
                      Bad{"POLL_HANGS", "c-source life: poll did not come back within 1500 ms"},
                      Bad{"LEAKS", "100 lives of an instance left"},
                      Bad{"NOT_REPEATABLE", "apply to one record gave another result the second time"},
                      Bad{"IGNORES_POSITION", "does not go on behind it: records would be lost or come twice"},
                      Bad{"REFUSES_AND_SAYS_OK", "named bad rows and said OK: they would be counted as written"},
                      Bad{"EXITS", "c-transform life: ended the process with exit code 7 in apply to no records"},
                      Bad{"IGNORES_CANCEL", "a poll after cancel returned OK instead of CANCELLED"}),
    [](const auto& bad) { return std::string(bad.param.file); });

TEST(ConformanceOfGoodPlugins, FindsNothingWrongWithThatInC) {
  const auto checks = run(CNX_BAD_PLUGINS "/NONE.so", {});
  EXPECT_THAT(faults(checks), IsEmpty());
  EXPECT_THAT(not_tried(checks), IsEmpty());
}

TEST(ConformanceOfGoodPlugins, FindsNothingWrongWithWhatNeedsNoServer) {
  const std::string lines =
      (std::filesystem::temp_directory_path() / ("conformance-" + std::to_string(::getpid()))).string();
  std::ofstream(lines) << "one\ntwo\n";
  for (const auto& checks :
       {run(CNX_PLUGINS "/order-transform.so", {}), run(CNX_PLUGINS "/stdout-sink.so", {}),
        run(CNX_PLUGINS "/file-source.so", {{"path", lines}, {"topic", "t"}, {"follow", "false"}})}) {
    EXPECT_THAT(faults(checks), IsEmpty());
    EXPECT_THAT(not_tried(checks), IsEmpty());
  }
  std::filesystem::remove(lines);
}

TEST(ConformanceOfGoodPlugins, SaysWhatCannotBeTriedWithoutAServer) {
  const auto sink = run(CNX_PLUGINS "/mysql-sink.so",
                        {{"connection.url", "mysql://127.0.0.1:1/ods"}, {"connection.user", "u"}, {"pk.fields", "id"}});
  EXPECT_THAT(faults(sink), IsEmpty());
  EXPECT_THAT(not_tried(sink), Contains(HasSubstr("mysql-sink life: start: connecting to 127.0.0.1:1")));
  EXPECT_THAT(faults(run(CNX_PLUGINS "/walmart-source.so", {{"topic", "t"}})), IsEmpty());
}

}  // namespace
}  // namespace cnx::testing::kit
