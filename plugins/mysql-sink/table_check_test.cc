// SPDX-License-Identifier: Apache-2.0
#include "table_check.h"

#include <gmock/gmock.h>

#include "cnx/testing/rows.hpp"

namespace cnx::mysql {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ColumnInfo column(std::string name, ColumnKind kind, std::string declared, bool nullable = true) {
  ColumnInfo made;
  made.name = std::move(name);
  made.kind = kind;
  made.declared = std::move(declared);
  made.nullable = nullable;
  return made;
}

TableInfo orders(std::vector<UniqueKey> keys) {
  TableInfo table;
  table.name = {"ods", "walmart_order"};
  table.engine = "InnoDB";
  table.transactional = true;
  table.unique_keys = std::move(keys);
  table.columns = {column("purchaseOrderId", ColumnKind::kInteger, "bigint(20)", false),
                   column("lineNumber", ColumnKind::kInteger, "int(11)", false),
                   column("sku", ColumnKind::kText, "varchar(50)")};
  table.columns[2].max_characters = 50;
  table.columns[2].charset = "utf8mb4";
  return table;
}

Settings upsert() {
  Settings settings;
  settings.key_fields = {"purchaseOrderId", "lineNumber"};
  return settings;
}

std::vector<Problem> columns_of(std::vector<ColumnSpec> specs, const TableInfo& table,
                                const Settings& settings = upsert()) {
  specs.push_back(ColumnSpec::int64("purchaseOrderId"));
  specs.push_back(ColumnSpec::int32("LINENUMBER"));
  const testing::Rows rows(std::move(specs), {});
  return check_columns(Shape::of(rows.view()), table, settings);
}

const UniqueKey kRight = {"PRIMARY", {"lineNumber", "PURCHASEORDERID"}, false};

TEST(KeyCheck, AcceptsTheOneKeyInAnyOrderAndCase) { EXPECT_THAT(check_key(orders({kRight}), upsert()), IsEmpty()); }

TEST(KeyCheck, RefusesTheKeyThatLosesLinesAndSaysWhichAndWhatToDo) {
  const auto problems = check_key(orders({{"PRIMARY", {"purchaseOrderId", "sku"}, false}}), upsert());
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].severity, CNX_FINDING_ERROR);
  EXPECT_THAT(problems[0].message, HasSubstr("PRIMARY (purchaseOrderId, sku)"));
  EXPECT_THAT(problems[0].message, HasSubstr("the others would be lost"));
  EXPECT_THAT(problems[0].mend, HasSubstr("sql/010_move_from_old_key.sql"));
}

TEST(KeyCheck, RefusesASecondUniqueKey) {
  const auto problems = check_key(orders({kRight, {"by_sku", {"sku"}, false}}), upsert());
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(problems[0].mend, HasSubstr("DROP INDEX `by_sku`"));
}

TEST(KeyCheck, RefusesAKeyOnTheBeginningOfAColumn) {
  UniqueKey prefix = kRight;
  prefix.has_prefix = true;
  EXPECT_THAT(check_key(orders({prefix}), upsert()), SizeIs(1));
}

TEST(KeyCheck, RefusesATableWithoutAKeyWithoutTransactionsOrAView) {
  EXPECT_THAT(check_key(orders({}), upsert()), SizeIs(1));
  TableInfo table = orders({kRight});
  table.transactional = false;
  EXPECT_THAT(check_key(table, upsert()), SizeIs(1));
  table.is_view = true;
  EXPECT_THAT(check_key(table, upsert()), SizeIs(1));
}

TEST(KeyCheck, InsertTakesAnyKeys) {
  Settings settings;
  settings.insert_mode = InsertMode::kInsert;
  EXPECT_THAT(check_key(orders({}), settings), IsEmpty());
  EXPECT_THAT(check_key(orders({{"a", {"sku"}, false}, kRight}), settings), IsEmpty());
}

TEST(KeyCheck, WarnsOfKeysThatDifferInCaseOnly) {
  TableInfo table = orders({{"PRIMARY", {"sku"}, false}});
  table.columns[2].collation = "utf8mb4_general_ci";
  Settings settings;
  settings.key_fields = {"sku"};
  const auto problems = check_key(table, settings);
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].severity, CNX_FINDING_WARNING);
}

TEST(ColumnCheck, AcceptsRowsThatFit) {
  EXPECT_THAT(columns_of({ColumnSpec::text("sku", 50)}, orders({kRight})), IsEmpty());
}

TEST(ColumnCheck, RefusesMissingColumnsUnlessTheyWillBeAdded) {
  EXPECT_EQ(columns_of({ColumnSpec::text("extra", 5)}, orders({kRight}))[0].severity, CNX_FINDING_ERROR);
  Settings evolving = upsert();
  evolving.auto_evolve = true;
  EXPECT_EQ(columns_of({ColumnSpec::text("extra", 5)}, orders({kRight}), evolving)[0].severity, CNX_FINDING_WARNING);
}

TEST(ColumnCheck, RefusesKindsThatWouldChangeValues) {
  TableInfo table = orders({kRight});
  table.columns.push_back(column("amount", ColumnKind::kDecimal, "decimal(10,2)"));
  table.columns.push_back(column("ratio", ColumnKind::kFloat, "double"));
  table.columns.push_back(column("at", ColumnKind::kTime, "timestamp"));
  table.columns.push_back(column("colour", ColumnKind::kOther, "enum('red','blue')"));
  for (const ColumnSpec& spec :
       {ColumnSpec::text("amount", 9), ColumnSpec::decimal("ratio", 9, 2), ColumnSpec::text("at", 20),
        ColumnSpec::int64("at"), ColumnSpec::int64("colour"), ColumnSpec::make("sku", CNX_BYTES)}) {
    const auto problems = columns_of({spec}, table);
    ASSERT_THAT(problems, SizeIs(1)) << view(spec.name);
    EXPECT_EQ(problems[0].severity, CNX_FINDING_ERROR);
    EXPECT_THAT(problems[0].object, HasSubstr(std::string(view(spec.name))));
  }
}

TEST(ColumnCheck, WarnsOfNarrowerColumnsAndOtherCharacterSets) {
  TableInfo table = orders({kRight});
  table.columns[2].charset = "latin1";
  const auto problems = columns_of({ColumnSpec::text("sku", 51)}, table);
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_EQ(problems[0].severity, CNX_FINDING_WARNING);
  EXPECT_THAT(problems[1].message, HasSubstr("latin1"));
}

TEST(ColumnCheck, RefusesRequiredColumnsThatGetNoValue) {
  TableInfo table = orders({kRight});
  table.columns.push_back(column("must", ColumnKind::kInteger, "int(11)", false));
  const auto problems = columns_of({}, table);
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(problems[0].object, HasSubstr("must"));
}

TEST(ColumnCheck, RefusesKeysThatTheRowsLack) {
  const testing::Rows rows({ColumnSpec::int64("purchaseOrderId")}, {});
  const auto problems = check_columns(Shape::of(rows.view()), orders({kRight}), upsert());
  ASSERT_FALSE(problems.empty());
  EXPECT_THAT(problems[0].message, HasSubstr("pk.fields"));
}

}  // namespace
}  // namespace cnx::mysql
