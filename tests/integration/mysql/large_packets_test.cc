// SPDX-License-Identifier: Apache-2.0
//
// Rows that together, or alone, pass what one packet of the protocol takes (0xFFFFFF bytes; a longer one is sent in
// parts, the last of which may be empty), and what the server takes (max_allowed_packet; 16 MiB is MariaDB's default).
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

constexpr std::size_t kPart = 0xFFFFFF;
constexpr std::size_t kMiB = std::size_t{1} << 20;
// A period that divides no power of two, so that parts that were mixed up, lost or doubled show.
constexpr std::string_view kPattern = "0123456789abcdefg";

std::string text_of(std::size_t bytes) {
  std::string text;
  text.reserve(bytes + kPattern.size());
  while (text.size() < bytes) text += kPattern;
  text.resize(bytes);
  return text;
}

/// How many rows of `t` are not as text_of() makes them.
constexpr const char* kBroken =
    "SELECT COUNT(*) FROM t WHERE name <> LEFT(REPEAT('0123456789abcdefg', LENGTH(name) DIV 17 + 1), LENGTH(name))";

class LargePackets : public MysqlWriteTest {
 protected:
  void SetUp() override {
    MysqlWriteTest::SetUp();
    if (!IsSkipped()) sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name LONGTEXT CHARACTER SET ascii)");
  }
  static Rows rows_of(const std::vector<std::string>& texts) {
    std::vector<std::vector<testing::Cell>> cells;
    for (std::size_t i = 0; i < texts.size(); ++i)
      cells.push_back({static_cast<std::int64_t>(i), std::string_view(texts[i])});
    return {{ColumnSpec::int64("id").key(), ColumnSpec::text("name", 0)}, std::move(cells)};
  }
};
CNX_BOTH_WRITE_METHODS(LargePackets);

TEST_P(LargePackets, ARowAroundTheEndOfAPartArrivesWhole) {
  if (std::stoull(line("SELECT @@max_allowed_packet")) < 2 * kPart) GTEST_SKIP() << "the server takes one part only";
  const auto sink = started();
  // A bulk statement of this row is 25 bytes longer than its text: command, head, types, number and length.
  for (const std::size_t bytes : {kPart - 25, kPart - 24, kPart + 1}) {
    SCOPED_TRACE(bytes);
    const Status written = write(*sink, rows_of({text_of(bytes)}));
    ASSERT_TRUE(written.ok()) << written.error().message;
    EXPECT_EQ(line("SELECT LENGTH(name) FROM t"), std::to_string(bytes));
    EXPECT_EQ(line(kBroken), "0");
  }
}

TEST_P(LargePackets, RowsThatTogetherPassAPartArriveWhole) {
  const auto sink = started();
  const Status written = write(*sink, rows_of(std::vector<std::string>(24, text_of(kMiB + 1))));
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(line("SELECT COUNT(*), SUM(LENGTH(name)) FROM t"), "24|" + std::to_string(24 * (kMiB + 1)));
  EXPECT_EQ(line(kBroken), "0");
}

/// The server takes 16 MiB from new connections: nothing else may run beside these (CMakeLists.txt).
class ServerOfSmallPackets : public LargePackets {
 protected:
  void SetUp() override {
    LargePackets::SetUp();
    if (IsSkipped()) return;
    usual_ = line("SELECT @@GLOBAL.max_allowed_packet");
    sql("SET GLOBAL max_allowed_packet=16777216");
  }
  void TearDown() override {
    if (!usual_.empty()) sql("SET GLOBAL max_allowed_packet=" + usual_);
    LargePackets::TearDown();
  }

 private:
  std::string usual_;
};
CNX_BOTH_WRITE_METHODS(ServerOfSmallPackets);

TEST_P(ServerOfSmallPackets, GetsRowsThatTogetherPassItInSeveralStatements) {
  const auto sink = started();
  const Status written = write(*sink, rows_of(std::vector<std::string>(24, text_of(kMiB))));
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(line("SELECT COUNT(*), SUM(LENGTH(name)) FROM t"), "24|" + std::to_string(24 * kMiB));
  EXPECT_EQ(line(kBroken), "0");
}

TEST_P(ServerOfSmallPackets, ARowThatItDoesNotTakeIsNamedAndTheOthersAreWrittenWithoutIt) {
  const auto sink = started();
  const Rows rows = rows_of({text_of(kMiB), text_of(17 * kMiB), text_of(kMiB)});
  const auto epoch = claim(*sink);
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 3)}}).ok());
  CollectedRejects rejects;
  const Status refused = sink->write(rows.view(), Selection(rows.raw(), {}), rejects.sink());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kRecord);
  ASSERT_THAT(rejects.rejects, SizeIs(1));
  EXPECT_EQ(rejects.rejects[0].row, 1u);
  EXPECT_THAT(rejects.rejects[0].message, HasSubstr("max_allowed_packet"));
  sink->abort();
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 3)}}).ok()) << "the connection is as it was";
  const std::uint32_t good[] = {0, 2};
  const Status written = sink->write(rows.view(), Selection(rows.raw(), {good, 2}), rejects.sink());
  ASSERT_TRUE(written.ok()) << written.error().message;
  bool unknown = false;
  ASSERT_TRUE(sink->commit(unknown).ok());
  EXPECT_THAT(lines("SELECT id FROM t ORDER BY id"), ElementsAre("0", "2"));
}

}  // namespace
}  // namespace cnx::mysql
