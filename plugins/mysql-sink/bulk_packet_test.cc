// SPDX-License-Identifier: Apache-2.0
#include "bulk_packet.h"

#include <gmock/gmock.h>

#include "cnx/testing/rows.hpp"

namespace cnx::mysql {
namespace {

using testing::kNull;
using testing::Rows;
using namespace std::string_literals;

constexpr std::int64_t kNoon = 1'762'862'400'000'000;  // 2025-11-11 12:00:00

/// A table of columns of one kind each, and the packets of rows for it.
class Table {
 public:
  Table(const std::vector<ColumnSpec>& columns, std::vector<ColumnKind> kinds) {
    raw_rejects_.reject = [](void*, std::uint32_t, cnx_str, cnx_str, std::int64_t) {};
    plan_.table.columns.resize(columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      StatementColumn spec;
      spec.name = view(columns[c].name);
      spec.type = columns[c].type;
      spec.scale = columns[c].scale;
      spec.is_key = (columns[c].flags & CNX_COLUMN_KEY) != 0;
      plan_.columns.push_back(std::move(spec));
      plan_.table.columns[c].kind = kinds[c];
      plan_.live.push_back(&plan_.table.columns[c]);
    }
  }
  Table(const Table&) = delete;

  StatementColumn& column(std::size_t index) { return plan_.columns[index]; }
  ColumnInfo& live(std::size_t index) { return plan_.table.columns[index]; }
  std::string packet(const Rows& rows, const std::vector<std::uint32_t>& order, bool deletes = false) {
    return std::string(packet_.write({plan_, rows.view(), order, deletes, rejects_}, order, 0x01020304));
  }

 private:
  WritePlan plan_;
  cnx_rejects raw_rejects_{};
  Rejects rejects_{raw_rejects_};
  BulkPacket packet_;
};

const std::string kHead = "\x04\x03\x02\x01\x80\x00"s;  // the statement, and that types follow

TEST(BulkPacket, HoldsTypesAndThenRowByRowAnIndicatorAndAValue) {
  const std::vector<ColumnSpec> columns = {ColumnSpec::int64("id").key(),        ColumnSpec::text("name", 9),
                                           ColumnSpec::decimal("amount", 10, 2), ColumnSpec::make("ok", CNX_BOOL),
                                           ColumnSpec::make("n", CNX_FLOAT64),   ColumnSpec::make("b", CNX_BYTES)};
  Table table(columns, {ColumnKind::kInteger, ColumnKind::kText, ColumnKind::kDecimal, ColumnKind::kInteger,
                        ColumnKind::kFloat, ColumnKind::kBinary});
  const Rows rows(columns, {{std::int64_t{258}, "ab", std::int64_t{-5}, true, 1.0, "\x01"},
                            {std::int64_t{-1}, "", kNull, kNull, kNull, kNull}});
  const std::string types = "\x08\x00\xfe\x00\xfe\x00\x01\x00\x05\x00\xfc\x00"s;
  const std::string first = "\x00\x02\x01\x00\x00\x00\x00\x00\x00"s + "\x00\x02"s + "ab" + "\x00\x05"s + "-0.05" +
                            "\x00\x01"s + "\x00\x00\x00\x00\x00\x00\x00\xf0\x3f"s + "\x00\x01\x01"s;
  const std::string second = "\x00\xff\xff\xff\xff\xff\xff\xff\xff"s + "\x00\x00"s + "\x01\x01\x01\x01";
  EXPECT_EQ(table.packet(rows, {0, 1}), kHead + types + first + second);
  EXPECT_EQ(table.packet(rows, {1}), kHead + types + second);
}

TEST(BulkPacket, HoldsOnlyTheKeyOfDeletes) {
  const std::vector<ColumnSpec> columns = {ColumnSpec::text("name", 9), ColumnSpec::text("id", 9).key()};
  Table table(columns, {ColumnKind::kText, ColumnKind::kText});
  const Rows rows(columns, {{"a", "k"}});
  EXPECT_EQ(table.packet(rows, {0}, true), kHead + "\xfe\x00\x00\x01"s + "k");
}

TEST(BulkPacket, CallsTextsBytesWhereTheyAreStoredInTheCharacterSetTheyAreIn) {
  const std::vector<ColumnSpec> columns = {ColumnSpec::text("id", 9).key(), ColumnSpec::text("same", 9),
                                           ColumnSpec::text("other", 9), ColumnSpec::text("list", 9)};
  Table table(columns, {ColumnKind::kText, ColumnKind::kText, ColumnKind::kText, ColumnKind::kOther});
  const Rows rows(columns, {{"k", "a", "b", "c"}});
  for (const std::size_t c : {0, 1, 3}) table.live(c).charset = "utf8mb4";
  table.live(2).charset = "latin1";
  const std::string values = "\x00\x01k\x00\x01"s + "a" + "\x00\x01"s + "b" + "\x00\x01"s + "c";
  EXPECT_EQ(table.packet(rows, {0}), kHead + "\xfc\x00\xfc\x00\xfe\x00\xfe\x00"s + values);
  EXPECT_EQ(table.packet(rows, {0}, true), kHead + "\xfe\x00\x00\x01k"s);
}

TEST(BulkPacket, HoldsTimesInPartsWhereTheColumnHoldsTimesAndElseAsTexts) {
  const std::vector<ColumnSpec> columns = {ColumnSpec::make("t", CNX_TIMESTAMP), ColumnSpec::make("text", CNX_DATETIME),
                                           ColumnSpec::make("date", CNX_DATE)};
  Table table(columns, {ColumnKind::kTime, ColumnKind::kText, ColumnKind::kDate});
  const Rows rows(columns, {{kNoon + 61'000'000, kNoon, std::int64_t{20403}}, {std::int64_t{-1}, kNull, kNull}});
  EXPECT_EQ(table.packet(rows, {0, 1}), kHead + "\x0c\x00\xfe\x00\xfe\x00"s + "\x00\x07\xe9\x07\x0b\x0b\x0c\x01\x01"s +
                                            "\x00\x13"s + "2025-11-11 12:00:00" + "\x00\x0a"s + "2025-11-11" +
                                            "\x00\x0b\xb1\x07\x0c\x1f\x17\x3b\x3b\x3f\x42\x0f\x00"s + "\x01\x01");
}

TEST(BulkPacket, TellsLengthsInAsManyBytesAsTheyTakeAndCutsTexts) {
  const std::vector<ColumnSpec> columns = {ColumnSpec::text("a", 0)};
  Table table(columns, {ColumnKind::kText});
  const std::string type = "\xfe\x00"s;
  const auto sent = [&](std::size_t length) { return table.packet(Rows(columns, {{std::string(length, 'x')}}), {0}); };
  EXPECT_EQ(sent(250), kHead + type + "\x00\xfa"s + std::string(250, 'x'));
  EXPECT_EQ(sent(251), kHead + type + "\x00\xfc\xfb\x00"s + std::string(251, 'x'));
  EXPECT_EQ(sent(65535), kHead + type + "\x00\xfc\xff\xff"s + std::string(65535, 'x'));
  EXPECT_EQ(sent(65536), kHead + type + "\x00\xfd\x00\x00\x01"s + std::string(65536, 'x'));
  EXPECT_EQ(sent(5'000'000), kHead + type + "\x00\xfd\x40\x4b\x4c"s + std::string(5'000'000, 'x'));
  table.column(0).cut_characters = 3;
  EXPECT_EQ(sent(5), kHead + type + "\x00\x03"s + "xxx");
}

TEST(BulkPacket, GrowsWithItsRows) {
  const std::vector<ColumnSpec> columns = {ColumnSpec::text("a", 0)};
  Table table(columns, {ColumnKind::kText});
  const std::string text(200, 'y');
  std::vector<std::vector<testing::Cell>> values;
  std::vector<std::uint32_t> order;
  std::string expected = kHead + "\xfe\x00"s;
  for (std::uint32_t i = 0; i < 500; ++i) {
    values.push_back({std::string_view(text).substr(0, i % 200)});
    order.push_back(499 - i);
  }
  for (const std::uint32_t row : order)
    expected += '\0' + std::string(1, static_cast<char>(row % 200)) + text.substr(0, row % 200);
  EXPECT_EQ(table.packet(Rows(columns, values), order), expected);
}

}  // namespace
}  // namespace cnx::mysql
