// SPDX-License-Identifier: Apache-2.0
//
// How a bad record is found when the sink cannot tell which one it is.
#include <cmath>

#include "runtime/commit.h"
#include "runtime/testing/commit_fixture.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CommitBisectTest : public testing::CommitTest {
 protected:
  /// Refuses a write that holds all rows of `together`, without naming one.
  static auto refuse_together(std::vector<std::string> together) {
    return [together = std::move(together)](const std::vector<std::string>& rows, std::vector<RejectedRow>&) -> Status {
      for (const auto& name : together)
        if (std::find(rows.begin(), rows.end(), name) == rows.end()) return {};
      return record_error("duplicate key", 1062);
    };
  }
};

TEST_F(CommitBisectTest, AnUnnamedBadRecordIsFoundWithoutASeparateCommit) {
  auto batch = sealed(range(0, 0, 7));
  target.on_write = refuse({"0@5"}, false);
  const Committed sums = commit(*batch);
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@5"));
  EXPECT_EQ(dead_letters.last.message, "a row does not fit");
  EXPECT_EQ(dead_letters.last.native_code, 1264);
  EXPECT_EQ(count("commit"), 1);
  EXPECT_EQ(count("begin"), count("abort") + 1);
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@1", "0@2", "0@3", "0@4", "0@6", "0@7"));
  EXPECT_EQ(sums.dead, 1u);
  expect_complete(*batch, sums);
}

TEST_F(CommitBisectTest, EachPlaceInABatchIsFound) {
  for (const std::int64_t bad : {0, 1, 2, 3, 4, 5, 6}) {
    SCOPED_TRACE(bad);
    own(0);
    dead_letters.sent.clear();
    target.table.clear();
    auto batch = sealed(range(0, 0, 6));
    target.on_write = refuse({"0@" + std::to_string(bad)}, false);
    EXPECT_EQ(commit(*batch).written, 6u);
    EXPECT_THAT(dead_letters.sent, ElementsAre("0@" + std::to_string(bad)));
    EXPECT_EQ(target.table.size(), 6u);
  }
}

TEST_F(CommitBisectTest, ABadRecordCostsAboutLogNProbes) {
  constexpr std::int64_t kRecords = 1000;
  const std::vector<std::string> bad{"0@3", "0@499", "0@500", "0@999"};
  auto batch = sealed(range(0, 0, kRecords - 1));
  target.on_write = refuse(bad, false);
  const Committed sums = commit(*batch);
  EXPECT_EQ(dead_letters.sent, bad);
  EXPECT_EQ(sums.written, kRecords - bad.size());
  EXPECT_EQ(target.table.size(), kRecords - bad.size());
  const double probes_each = 2 * std::log2(kRecords);
  EXPECT_LE(static_cast<double>(count("begin")), static_cast<double>(bad.size()) * probes_each);
}

TEST_F(CommitBisectTest, ARecordThatIsBadOnlyTogetherWithAnEarlierOneIsTheDeadOne) {
  auto batch = sealed(range(0, 0, 9));
  target.on_write = refuse_together({"0@2", "0@6"});
  static_cast<void>(commit(*batch));
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@6"));
  EXPECT_EQ(target.table.size(), 9u);
}

TEST_F(CommitBisectTest, AllRecordsBadMakesABatchOfDeadLetters) {
  auto batch = sealed(range(0, 0, 4));
  target.on_write = refuse({"0@0", "0@1", "0@2", "0@3", "0@4"}, false);
  const Committed sums = commit(*batch);
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@0", "0@1", "0@2", "0@3", "0@4"));
  EXPECT_EQ(count("commit"), 0);
  EXPECT_EQ(target.offsets[p(0)].next_offset, 5);
  EXPECT_EQ(sums.dead, 5u);
}

TEST_F(CommitBisectTest, FilteredAndDeadRecordsInBetweenAreNotBlamed) {
  auto batch = sealed(
      {{0, 0, Fate::kFiltered}, {0, 1}, {0, 2, Fate::kDead}, {0, 3, Fate::kFiltered}, {0, 4}, {0, 5, Fate::kFiltered}});
  target.on_write = refuse({"0@4"}, false);
  const Committed sums = commit(*batch);
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@2", "0@4"));
  EXPECT_THAT(target.table, ElementsAre("0@1"));
  EXPECT_EQ(sums.filtered, 3u);
  expect_complete(*batch, sums);
}

TEST_F(CommitBisectTest, RecordsOfALostPartitionAreNeitherProbedNorBlamed) {
  auto batch =
      sealed({{0, 0, Fate::kRows, 1, kGeneration - 1}, {1, 0}, {0, 1, Fate::kRows, 1, kGeneration - 1}, {1, 1}});
  target.on_write = refuse({"0@0", "1@1"}, false);
  const Committed sums = commit(*batch);
  EXPECT_THAT(dead_letters.sent, ElementsAre("1@1"));
  EXPECT_THAT(target.table, ElementsAre("1@0"));
  EXPECT_EQ(sums.released, 2u);
}

TEST_F(CommitBisectTest, ARecordOfSeveralRowsIsProbedAsOne) {
  auto batch = sealed({{0, 0, Fate::kRows, 3}, {0, 1, Fate::kRows, 3}, {0, 2, Fate::kRows, 3}}, {}, 2);
  std::vector<std::size_t> sizes;
  target.on_write = [&](const std::vector<std::string>& rows, std::vector<RejectedRow>&) -> Status {
    for (const char* part : {"0@0/1", "0@1/1", "0@2/1"}) {  // each record has its rows 0 and 2 in the first table
      const std::string first = std::string(part).substr(0, 3);
      const bool has_first = std::find(rows.begin(), rows.end(), first) != rows.end();
      const bool has_second = std::find(rows.begin(), rows.end(), part) != rows.end();
      if (has_second && !has_first) ADD_FAILURE() << "half of " << first;
    }
    sizes.push_back(rows.size());
    return std::find(rows.begin(), rows.end(), "0@1/1") != rows.end() ? Status(record_error("bad")) : Status();
  };
  static_cast<void>(commit(*batch));
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@1"));
  EXPECT_EQ(target.table.size(), 6u);
}

TEST_F(CommitBisectTest, AProbeThatNamesTheRowsIsBelieved) {
  auto batch = sealed(range(0, 0, 7));
  target.on_write = [&](const std::vector<std::string>& rows, std::vector<RejectedRow>& rejects) -> Status {
    if (rows.size() == 8) return record_error("too many to tell");
    return refuse({"0@1", "0@2"}, true)(rows, rejects);
  };
  static_cast<void>(commit(*batch));
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@1", "0@2"));
  EXPECT_EQ(target.table.size(), 6u);
}

TEST_F(CommitBisectTest, AFaultDuringTheSearchIsAFaultOfTheAttempt) {
  auto batch = sealed(range(0, 0, 7));
  target.on_write = refuse({"0@5"}, false);
  int begins = 0;
  target.on_write = [&](const std::vector<std::string>& rows, std::vector<RejectedRow>& rejects) -> Status {
    if (++begins == 3) return retry_error("connection lost", 2013);
    return refuse({"0@5"}, false)(rows, rejects);
  };
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  EXPECT_EQ(count("begin"), count("abort"));
  EXPECT_THAT(dead_letters.sent, IsEmpty());
  EXPECT_EQ(commit(*batch).dead, 1u);
}

TEST_F(CommitBisectTest, FencedDuringTheSearchWritesNothing) {
  auto batch = sealed(range(0, 0, 7));
  target.on_write = [&](const std::vector<std::string>& rows, std::vector<RejectedRow>& rejects) -> Status {
    target.steal(p(0));
    return refuse({"0@5"}, false)(rows, rejects);
  };
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kFenced);
  EXPECT_THAT(target.table, IsEmpty());
  EXPECT_THAT(dead_letters.sent, IsEmpty());
}

TEST_F(CommitBisectTest, ASinkThatContradictsItselfIsAFatalError) {
  auto batch = sealed({{0, 0}, {0, 1, Fate::kFiltered}});
  int writes = 0;
  target.on_write = [&](const std::vector<std::string>&, std::vector<RejectedRow>&) -> Status {
    return ++writes == 1 ? Status(record_error("bad")) : Status();
  };
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kFatal);
  EXPECT_THAT(result.error().message, HasSubstr("mysql-sink"));
  EXPECT_THAT(target.table, IsEmpty());
}

// ---- sinks without transactions ----

TEST_F(CommitBisectTest, WithoutTransactionsEachRecordIsWrittenAloneWhenTheSinkCannotTell) {
  target.is_exactly_once = false;
  auto batch = sealed(range(0, 0, 3));
  target.on_write = refuse({"0@2"}, false);
  const Committed sums = commit(*batch);
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@1", "0@3")) << "probes would have written some again and again";
  EXPECT_EQ(count("write 4"), 1);
  EXPECT_EQ(count("write 1"), 4);
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@2"));
  EXPECT_EQ(sums.written, 3u);
  expect_complete(*batch, sums);
}

TEST_F(CommitBisectTest, WithoutTransactionsTheSinksWordIsTakenAndTheRestWrittenOnceMore) {
  target.is_exactly_once = false;
  auto batch = sealed(range(0, 0, 3));
  target.on_write = refuse({"0@2"}, true);
  EXPECT_EQ(commit(*batch).dead, 1u);
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@1", "0@0", "0@1", "0@3")) << "at least once";
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@2"));
}

TEST_F(CommitBisectTest, WithoutTransactionsASinkThatNamesOneRowAWriteDoesNotRepeatTheOthersForEver) {
  target.is_exactly_once = false;
  auto batch = sealed(range(0, 0, 9));
  target.on_write = [](const std::vector<std::string>& rows, std::vector<RejectedRow>& rejects) -> Status {
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i] == "0@0" || rows[i] == "0@1" || rows[i] == "0@9") continue;
      rejects.push_back({i, "amount", "out of range", 1264});
      return record_error("a row does not fit", 1264);
    }
    return {};
  };
  EXPECT_EQ(commit(*batch).dead, 7u);
  EXPECT_EQ(std::count(target.table.begin(), target.table.end(), "0@0"), 3);
  EXPECT_EQ(std::count(target.table.begin(), target.table.end(), "0@9"), 1);
  EXPECT_EQ(dead_letters.sent.size(), 7u);
}

TEST_F(CommitBisectTest, WithoutTransactionsABatchWhoseRecordsAreFineAloneIsDone) {
  target.is_exactly_once = false;
  auto batch = sealed(range(0, 0, 3));
  target.on_write = refuse_together({"0@1", "0@3"});
  EXPECT_EQ(commit(*batch).written, 4u);
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@1", "0@2", "0@3"));
  EXPECT_THAT(dead_letters.sent, IsEmpty());
}

}  // namespace
}  // namespace cnx::host::runtime
