// SPDX-License-Identifier: Apache-2.0
//
// Rows that only the server can refuse: which row, column or key the sink names.
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

class RefusedByConstraint : public MysqlWriteTest {
 protected:
  static const std::vector<ColumnSpec>& shape() {
    static const std::vector<ColumnSpec> columns = {ColumnSpec::int64("id").key(), ColumnSpec::text("mail", 99),
                                                    ColumnSpec::int32("n")};
    return columns;
  }
  Status insert(std::vector<std::vector<testing::Cell>> cells, const Pairs& config = {}) {
    rejects_.rejects.clear();
    return write(*started(config), Rows(shape(), std::move(cells)), rejects_);
  }
  // The row is named where the server tells it, else none is: then the host searches.
  void expect_row(std::uint32_t row, std::string_view column) {
    if (!names_rows()) {
      EXPECT_THAT(rejects_.rejects, IsEmpty());
      return;
    }
    ASSERT_THAT(rejects_.rejects, SizeIs(1));
    EXPECT_EQ(rejects_.rejects[0].row, row);
    EXPECT_EQ(rejects_.rejects[0].column, column);
  }
  // MariaDB from 10.7 on, whatever the way of writing.
  bool names_rows() { return ServerInfo::from_version(line("SELECT @@version")).names_rows; }

  CollectedRejects rejects_;
};
CNX_BOTH_WRITE_METHODS(RefusedByConstraint);

TEST_P(RefusedByConstraint, ADuplicateOfTheKeyNamesKeyColumnAndRow) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT)");
  sql("INSERT INTO t VALUES (3, 'ann@example.com', 1)");
  const Pairs config = {{"insert.mode", "insert"}};
  const Status written = insert({{std::int64_t{4}, "d", std::int64_t{1}},
                                 {std::int64_t{3}, "c@example.com", std::int64_t{1}},
                                 {std::int64_t{1}, "a", std::int64_t{1}}},
                                config);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRecord);
  EXPECT_EQ(written.error().native_code, 1062);
  EXPECT_THAT(written.error().message, HasSubstr("key `PRIMARY`"));
  EXPECT_THAT(written.error().message, HasSubstr("column `id`"));
  EXPECT_THAT(written.error().message, Not(HasSubstr("example.com")));
  expect_row(1, "id");
}

TEST_P(RefusedByConstraint, OfTwoEqualKeysOfABatchTheLaterRowIsNamed) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT)");
  const Status written = insert({{std::int64_t{7}, "first", std::int64_t{1}},
                                 {std::int64_t{3}, "x", std::int64_t{1}},
                                 {std::int64_t{7}, "second", std::int64_t{1}}},
                                {{"insert.mode", "insert"}});
  ASSERT_FALSE(written.ok());
  expect_row(2, "id");
}

// Sorted by id, the row of the earlier record comes second and would be the one that the server names.
TEST_P(RefusedByConstraint, ADuplicateInAnotherKeyIsLeftToTheSearchByRecords) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99) UNIQUE, n INT)");
  const Status written = insert(
      {{std::int64_t{9}, "ann@example.com", std::int64_t{1}}, {std::int64_t{3}, "ann@example.com", std::int64_t{1}}},
      {{"insert.mode", "insert"}});
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error().message, HasSubstr("key `mail`"));
  EXPECT_THAT(written.error().message, Not(HasSubstr("ann@")));
  EXPECT_THAT(rejects_.rejects, IsEmpty());
}

// Sorted by bytes, the capital letter of the later record comes first.
TEST_P(RefusedByConstraint, KeysThatAreEqualWithoutRegardToCaseAreLeftToTheSearchByRecords) {
  sql("CREATE TABLE t (mail VARCHAR(99) COLLATE utf8mb4_general_ci PRIMARY KEY)");
  const auto sink = started({{"insert.mode", "insert"}, {"pk.fields", "mail"}});
  const Status written = write(*sink, Rows({ColumnSpec::text("mail", 99)}, {{"ann"}, {"ANN"}}), rejects_);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().native_code, 1062);
  EXPECT_THAT(rejects_.rejects, IsEmpty());
}

TEST_P(RefusedByConstraint, ASingleRowIsToBlameItself) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99) UNIQUE, n INT)");
  sql("INSERT INTO t VALUES (1, 'ann@example.com', 1)");
  ASSERT_FALSE(insert({{std::int64_t{2}, "ann@example.com", std::int64_t{1}}}, {{"insert.mode", "insert"}}).ok());
  ASSERT_THAT(rejects_.rejects, SizeIs(1));
  EXPECT_EQ(rejects_.rejects[0].column, "mail");
}

TEST_P(RefusedByConstraint, AKeyOfSeveralColumnsIsNamedWithoutAColumn) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT, UNIQUE KEY both_of_them (mail, n))");
  sql("INSERT INTO t VALUES (1, 'a', 1)");
  ASSERT_FALSE(insert({{std::int64_t{2}, "a", std::int64_t{1}}}, {{"insert.mode", "insert"}}).ok());
  ASSERT_THAT(rejects_.rejects, SizeIs(1));
  EXPECT_EQ(rejects_.rejects[0].column, "");
  EXPECT_THAT(rejects_.rejects[0].message, HasSubstr("key `both_of_them`"));
}

TEST_P(RefusedByConstraint, ACheckOfTheTableIsNamed) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT, CONSTRAINT n_is_even CHECK (n % 2 = 0))");
  const Status written = insert({{std::int64_t{1}, "a", std::int64_t{2}}, {std::int64_t{2}, "b", std::int64_t{3}}});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRecord);
  EXPECT_THAT(written.error().message, HasSubstr("n_is_even"));
  expect_row(1, "");
}

TEST_P(RefusedByConstraint, ACheckOfAColumnNamesTheColumnWhereTheServerDoes) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT CHECK (n < 10))");
  const Status written = insert({{std::int64_t{1}, "a", std::int64_t{2}}, {std::int64_t{2}, "b", std::int64_t{11}}});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRecord);
  expect_row(1, "n");
}

TEST_P(RefusedByConstraint, AForeignKeyNamesItsColumn) {
  sql("CREATE TABLE parents (id INT PRIMARY KEY)");
  sql("INSERT INTO parents VALUES (1)");
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT, CONSTRAINT has_parent FOREIGN KEY (n) "
      "REFERENCES "
      "parents (id))");
  const Status written = insert({{std::int64_t{1}, "a", std::int64_t{1}}, {std::int64_t{2}, "b", std::int64_t{5}}});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRecord);
  EXPECT_THAT(written.error().message, HasSubstr("has_parent"));
  EXPECT_THAT(written.error().message, HasSubstr("column `n`"));
  expect_row(1, "n");
}

TEST_P(RefusedByConstraint, ATriggersSignalIsAnErrorOfTheRecord) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT)");
  sql("CREATE TRIGGER t_guard BEFORE INSERT ON t FOR EACH ROW IF NEW.n = 100 THEN SIGNAL SQLSTATE '45000' "
      "SET MESSAGE_TEXT='ann is refused at row 1'; END IF");
  const Status several = insert({{std::int64_t{1}, "a", std::int64_t{1}}, {std::int64_t{2}, "b", std::int64_t{100}}});
  ASSERT_FALSE(several.ok());
  EXPECT_EQ(several.error().action, Action::kRecord);
  EXPECT_THAT(several.error().message, HasSubstr("trigger"));
  EXPECT_THAT(several.error().message, Not(HasSubstr("ann")));
  EXPECT_THAT(rejects_.rejects, IsEmpty()) << "a row in the text of a trigger proves nothing";
  ASSERT_FALSE(insert({{std::int64_t{2}, "b", std::int64_t{100}}}).ok());
  EXPECT_THAT(rejects_.rejects, SizeIs(1));
}

TEST_P(RefusedByConstraint, ATriggersSignalWithANumberOfItsOwnIsOneToo) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT)");
  sql("CREATE TRIGGER t_guard BEFORE INSERT ON t FOR EACH ROW SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO=31001, "
      "MESSAGE_TEXT='ann'");
  const Status written = insert({{std::int64_t{1}, "a", std::int64_t{1}}});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRecord) << written.error().message;
  EXPECT_THAT(written.error().message, Not(HasSubstr("ann")));
}

TEST_P(RefusedByConstraint, ATriggerThatNeedsATableThatIsGoneIsNoFaultOfTheRecord) {
  sql("CREATE TABLE log (id BIGINT)");
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT)");
  sql("CREATE TRIGGER t_log BEFORE INSERT ON t FOR EACH ROW INSERT INTO log VALUES (NEW.id)");
  sql("DROP TABLE log");
  const Status written = insert({{std::int64_t{1}, "a", std::int64_t{1}}});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kConfig) << written.error().message;
  EXPECT_THAT(rejects_.rejects, IsEmpty());
}

TEST_P(RefusedByConstraint, ANumberOutOfRangeNamesRowAndColumn) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n TINYINT)");
  const Status written = insert({{std::int64_t{9}, "a", std::int64_t{1}}, {std::int64_t{2}, "b", std::int64_t{1000}}});
  ASSERT_FALSE(written.ok());
  ASSERT_THAT(rejects_.rejects, SizeIs(1)) << "both servers name it";
  EXPECT_EQ(rejects_.rejects[0].row, 1u);
  EXPECT_EQ(rejects_.rejects[0].column, "n");
}

TEST_P(RefusedByConstraint, AValueWithoutAPartitionIsAnErrorOfTheRecord) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, mail VARCHAR(99), n INT) PARTITION BY RANGE (id) (PARTITION p VALUES "
      "LESS "
      "THAN (100))");
  const Status written = insert({{std::int64_t{1}, "a", std::int64_t{1}}, {std::int64_t{4711}, "b", std::int64_t{1}}});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRecord) << written.error().message;
  EXPECT_THAT(written.error().message, Not(HasSubstr("4711")));
}

}  // namespace
}  // namespace cnx::mysql
