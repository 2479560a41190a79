// SPDX-License-Identifier: Apache-2.0
#include "preview_output.h"

#include <gtest/gtest.h>

#include <memory>

#include "cnx/testing/rows.hpp"
#include "findings.h"
#include "source_positions.h"

namespace cnx::host::app {
namespace {

using runtime::Fate;
using testing::Rows;

using testing::kNull;

std::string all_of(std::FILE* file) {
  std::rewind(file);
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  return text;
}

/// Three documents from number 10 on: two rows, a filtered part, and a dead one that made a row before it died.
class PreviewTest : public ::testing::Test {
 protected:
  PreviewTest()
      : rows_({ColumnSpec::int64("id"), ColumnSpec::text("name", 10)},
              {{std::int64_t{1}, "a"}, {std::int64_t{2}, kNull}, {std::int64_t{3}, "dead"}}, "", {0, 0, 2}) {
    plan_.values = {{"table.name.format", "of_${topic}"}};
    for (int i = 0; i < 3; ++i) {
      cnx_record record{};
      record.topic = {"orders", 6};
      batch_.records.push_back(record);
    }
    batch_.fates = {Fate::kRows, Fate::kFiltered, Fate::kDead};
    batch_.outputs = {&rows_.raw()};
    batch_.dead.push_back({2, "TRANSFORMATION", "flatten", "$.lines[0]", "id", "no number", 0});
  }

  std::string printed(PreviewFormat format) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), &std::fclose);
    const auto output = PreviewOutput::make(format, plan_, file.get(), 80);
    EXPECT_TRUE(output->add({batch_, filtered_, 10, &paths_}).ok());
    output->finish();
    return all_of(file.get());
  }

  runtime::ConnectorPlan plan_;
  Rows rows_;
  runtime::SealedBatch batch_;
  std::vector<plugin::FilteredPart> filtered_{{1, "empty", "$"}};
  std::vector<std::string> paths_{"$", "$[1]", "$[2]"};
};

TEST_F(PreviewTest, PrintsOneJsonObjectALineInTheOrderOfTheInput) {
  EXPECT_EQ(printed(PreviewFormat::kJson),
            "{\"row\":{\"id\":1,\"name\":\"a\"},\"table\":\"of_orders\",\"op\":\"upsert\",\"origin\":10}\n"
            "{\"row\":{\"id\":2,\"name\":null},\"table\":\"of_orders\",\"op\":\"upsert\",\"origin\":10}\n"
            "{\"filtered\":{\"origin\":11,\"rule\":\"empty\",\"path\":\"$[1]\"}}\n"
            "{\"dead\":{\"origin\":12,\"path\":\"$[2].lines[0]\",\"message\":\"no number\",\"column\":\"id\"}}\n");
}

TEST_F(PreviewTest, PrintsAlignedTablesAndThenWhatGaveNoRow) {
  EXPECT_EQ(printed(PreviewFormat::kTable),
            "of_orders: 2 rows\n"
            "origin  id  name\n"
            "------  --  ----\n"
            "10      1   a\n"
            "10      2   NULL\n\n"
            "dead: document 12, $[2].lines[0] (column id): no number\n"
            "filtered by empty: document 11, $[1]\n");
}

TEST_F(PreviewTest, CountsNoRowOfADeadRecord) {
  PreviewSums sums;
  count({batch_, filtered_, 0, &paths_}, sums);
  EXPECT_EQ(sums.documents, 3u);
  EXPECT_EQ(sums.rows, 2u);
  EXPECT_EQ(sums.filtered, 1u);
  EXPECT_EQ(sums.dead, 1u);
}

TEST_F(PreviewTest, PrefersTheTargetOfTheRows) {
  const Rows named({ColumnSpec::int64("id")}, {{std::int64_t{1}}}, "elsewhere");
  EXPECT_EQ(table_of(named.raw(), plan_, "orders"), "elsewhere");
  EXPECT_EQ(table_of(rows_.raw(), plan_, "orders"), "of_orders");
  EXPECT_EQ(table_of(rows_.raw(), {}, "orders"), "orders");
}

TEST(JoinedPath, PutsThePlaceOfAPartBeforeThePathWithinIt) {
  EXPECT_EQ(joined_path("$.list.elements.order[3]", "$.orderLines.orderLine[0]"),
            "$.list.elements.order[3].orderLines.orderLine[0]");
  EXPECT_EQ(joined_path("$", "$.x"), "$.x");
  EXPECT_EQ(joined_path("$[2]", "$"), "$[2]");
  EXPECT_EQ(joined_path("$[2]", "quantity"), "quantity");
}

TEST(Findings, AreOneLineWithTheMend) {
  EXPECT_EQ(line_of({CNX_FINDING_WARNING, "table t", "has\nno key", "add one"}),
            "warning table t: has\\nno key; add one");
  EXPECT_EQ(line_of({CNX_FINDING_OK, "broker", "reached", ""}), "ok broker: reached");
}

TEST(ParsePositionKey, TellsPositionsOfOthersApart) {
  const std::string key = R"({"group":"g","connector":"c","topic":"t","range":"r","part":"p"})";
  const auto found = parse_position_key(key, "g", "c");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->topic, "t");
  EXPECT_EQ(found->range, "r");
  EXPECT_EQ(found->part, "p");
  EXPECT_FALSE(parse_position_key(key, "g", "other"));
  EXPECT_FALSE(parse_position_key("not json", "g", "c"));
  EXPECT_FALSE(parse_position_key("[]", "g", "c"));
  EXPECT_EQ(parse_position_key(R"({"group":"g","connector":"c","topic":"t","range":"r"})", "g", "c")->part,
            std::nullopt);
}

}  // namespace
}  // namespace cnx::host::app
