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

/// Orders and pages as the API gives them.
std::vector<std::string> samples() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(CNX_SAMPLES)) {
    if (!entry.is_regular_file() || entry.path().filename() == "token-200.json") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return texts;
}

struct Bad {
  const char* file;
  const char* words;
};

class Conformance : public ::testing::TestWithParam<Bad> {};

TEST_P(Conformance, FindsTheFaultAndNamesIt) {
  limit_ms = GetParam().file == std::string_view("POLL_HANGS") ? 600 : 10'000;
  EXPECT_THAT(faults(run(std::string(CNX_BAD_PLUGINS "/") + GetParam().file + ".so", {})),
              Contains(HasSubstr(GetParam().words)));
}

INSTANTIATE_TEST_SUITE_P(
    Bad, Conformance,
    ::testing::Values(
        Bad{"SECOND_SYMBOL", "symbols: exports helper_that_should_be_hidden"},
        Bad{"KEY_WITHOUT_DOC", "tables: c-source: key 'size' has no doc"},
        Bad{"DEFAULT_OUT_OF_RANGE", "key 'size' has a default outside its range"},
        Bad{"NULL_FUNCTION", "c-sink: the sink's table: its function idle is NULL"},
        Bad{"RECORD_VANISHES",
            "c-transform life: apply to a record without key and value left the record of origin 5 "
            "neither as output, nor filtered, nor rejected: it would vanish"},
        Bad{"ORIGIN_FROM_NOWHERE", "origin 100000 is none of those that came in"},
        Bad{"ERROR_WITHOUT_MESSAGE", "apply to one record failed with FATAL and no message"},
        Bad{"CRASH_ON_NOTHING", "c-transform life: crashed with Aborted in apply to no records"},
        Bad{"POLL_HANGS", "c-source life: poll did not come back within 600 ms"},
        Bad{"LEAKS", "100 lives of an instance left"},
        Bad{"NOT_REPEATABLE", "apply to one record gave another result the second time"},
        Bad{"IGNORES_POSITION", "does not go on behind it: records would be lost or come twice"},
        Bad{"REFUSES_AND_SAYS_OK", "named bad rows and said OK: they would be counted as written"},
        Bad{"EXITS", "c-transform life: ended the process with exit code 7 in apply to no records"},
        Bad{"IGNORES_CANCEL", "poll while it is cancelled returned OK after cancel, instead of CANCELLED"},
        Bad{"STARTS_HALF_A_FEATURE", "c-sink: feature cnx.sink-offsets/1: its function claim is NULL"},
        Bad{"EMITS_TWICE", "apply to one record emitted one batch twice: it would be released twice"},
        Bad{"SHOWS_THE_SECRET", "create with a wrong password shows the secret in its message"},
        Bad{"BLAMES_NO_KEY", "create with a wrong password does not name the key: something is wrong"},
        Bad{"STOPS_ONCE", "c-source life: crashed with Aborted in stop, a second time"},
        Bad{"LEAVES_FILES_OPEN", "files or sockets stay open after all instances are destroyed: 120"},
        Bad{"TAKES_INDEX_FOR_ORIGIN", "origin 0 is none of those that came in"},
        Bad{"KEEPS_THE_OUTPUT", "apply to one record emitted through the output of an apply that is over"},
        Bad{"LOGS_AFTER_DESTROY", "c-source life: create: log.write was called after destroy"},
        Bad{"GOES_ON_WHEN_ACKED", "polled before its acks it gave other records than in turns with them"},
        Bad{"SHARES_ITS_VALUES", "poll changed a batch that it had given before and that was not released"},
        Bad{"KNOWS_ONE_ACK", "c-source life: crashed with Aborted in acked, for the oldest of several batches"},
        Bad{"ACKS_ALL_AT_ONCE", "what was polled before its ack would be lost or come twice"},
        Bad{"ENDS_WHEN_UNACKED", "polled before its acks it gave other records than in turns with them"},
        Bad{"SPOILS_THE_LAST", "polled before its acks it gave other records than in turns with them"},
        Bad{"GIVES_OTHERS_AGAIN",
            "a second instance with the same input and clock gave other records: record 6 of topic 't', no key is "
            "another one from byte 1"},
        Bad{"SWAPS_TWO_OF_A_KEY", "gave other records: record 3 of topic 't', key 'k' is another one from byte 1"},
        Bad{"FORGETS_A_WALK",
            "what was polled before its ack would be lost or come twice: record 3 of topic 't', key 'b'"},
        Bad{"LOSES_ONE_OF_A_LONG_RANGE",
            "does not go on behind it: records would be lost or come twice: record 1 of topic 't', key '1' was given "
            "by "
            "one of them alone"},
        Bad{"REPEATS_ONE_OF_A_LONG_RANGE",
            "does not go on behind it: records would be lost or come twice: record 2 of topic 't', key '0' was given "
            "by "
            "one of them alone"}),
    [](const auto& bad) { return std::string(bad.param.file); });

TEST(ConformanceOfGoodPlugins, FindsNothingWrongWithThatInC) {
  const auto checks = run(CNX_BAD_PLUGINS "/NONE.so", {});
  EXPECT_THAT(faults(checks), IsEmpty());
  EXPECT_THAT(not_tried(checks), IsEmpty());
}

TEST(ConformanceOfGoodPlugins, FindsNothingWrongWhenKeysComeInAnotherOrderEachTime) {
  const auto checks = run(CNX_BAD_PLUGINS "/TWO_WALKS.so", {});
  EXPECT_THAT(faults(checks), IsEmpty());
  EXPECT_THAT(not_tried(checks), IsEmpty());
}

TEST(ConformanceOfGoodPlugins, FindsNothingWrongWithARangeOfManyPolls) {
  const auto checks = run(CNX_BAD_PLUGINS "/LONG_RANGE.so", {});
  EXPECT_THAT(faults(checks), IsEmpty());
  EXPECT_THAT(not_tried(checks), IsEmpty());
}

TEST(ConformanceOfGoodPlugins, SaysAFaultOnceHoweverManyRecordsHaveIt) {
  const auto checks = run(CNX_BAD_PLUGINS "/EMITS_TWICE.so", {});
  EXPECT_LE(faults(checks).size(), 10u);
}

TEST(ConformanceOfGoodPlugins, RefusesAKeyThatNoComponentHas) {
  EXPECT_THAT(faults(run(CNX_BAD_PLUGINS "/NONE.so", {{{"sise", "1"}}})),
              Contains(HasSubstr("no component has the key 'sise' that was given")));
}

TEST(ConformanceOfGoodPlugins, FindsNothingWrongWithWhatNeedsNoServer) {
  const std::string lines =
      (std::filesystem::temp_directory_path() / ("conformance-" + std::to_string(::getpid()))).string();
  std::ofstream(lines) << "one\ntwo\n";
  ASSERT_GT(samples().size(), 8u);
  for (const auto& checks :
       {run(CNX_PLUGINS "/order-transform.so", {{}, samples()}), run(CNX_PLUGINS "/stdout-sink.so", {}),
        run(CNX_PLUGINS "/file-source.so", {{{"path", lines}, {"topic", "t"}, {"follow", "false"}}})}) {
    EXPECT_THAT(faults(checks), IsEmpty());
    EXPECT_THAT(not_tried(checks), IsEmpty());
  }
  std::filesystem::remove(lines);
}

TEST(ConformanceOfGoodPlugins, SaysWhereItsClockStandsWhenASourceHasNothing) {
  const std::string empty =
      (std::filesystem::temp_directory_path() / ("conformance-empty-" + std::to_string(::getpid()))).string();
  std::ofstream(empty).close();
  const auto checks = run(CNX_PLUGINS "/file-source.so", {{{"path", empty}, {"topic", "t"}, {"follow", "false"}}});
  std::filesystem::remove(empty);
  EXPECT_THAT(not_tried(checks), Contains(HasSubstr("said its end without any; what is asked for has to lie before "
                                                    "2023-11-14 22:13:20 UTC")));
}

TEST(ConformanceOfGoodPlugins, SaysWhatCannotBeTriedWithoutAServer) {
  const auto sink =
      run(CNX_PLUGINS "/mysql-sink.so",
          {{{"connection.url", "mysql://127.0.0.1:1/ods"}, {"connection.user", "u"}, {"pk.fields", "id"}}});
  EXPECT_THAT(faults(sink), IsEmpty());
  EXPECT_THAT(not_tried(sink), Contains(HasSubstr("mysql-sink life: start: connecting to 127.0.0.1:1")));
  const auto source = run(CNX_PLUGINS "/walmart-source.so", {{{"topic", "t"},
                                                              {"base.url", "http://127.0.0.1:1"},
                                                              {"account", "a"},
                                                              {"accounts.a.client.id", "i"},
                                                              {"accounts.a.client.secret", "s"}}});
  EXPECT_THAT(faults(source), IsEmpty());
  EXPECT_THAT(not_tried(source), Contains(HasSubstr("walmart-source life: records and positions: 50 polls gave none")));
  EXPECT_THAT(not_tried(run(CNX_PLUGINS "/order-transform.so", {})),
              Contains(HasSubstr("order-transform life: what it emits")));
}

}  // namespace
}  // namespace cnx::testing::kit
