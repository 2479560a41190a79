// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <sstream>

#include "mysql_test.h"
#include "order_shape_test_support.h"

namespace cnx::mysql {
namespace {

class Preflight : public MysqlTest {
 protected:
  using Look = Status (*)(Host, const Config&, std::span<const BatchView>, Findings&);

  [[nodiscard]] Pairs order_pairs(Pairs extra = {}) const {
    const bool has_key =
        std::any_of(extra.begin(), extra.end(), [](const auto& pair) { return pair.first == "pk.fields"; });
    extra.emplace_back("table.name.format", "walmart_order");
    if (!has_key) extra.emplace_back("pk.fields", "purchaseOrderId,lineNumber");
    return pairs(extra);
  }
  // What check() or init() finds for rows of walmart_order.
  void look(Look what, const Pairs& config) {
    found_.found.clear();
    const Rows shape(order_columns(), {});
    const std::vector<BatchView> views = {shape.view()};
    Findings findings = found_.findings();
    const Status status = what(host_.host(), testing::config_of<MysqlSink>(config), views, findings);
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  }
  void check(Pairs extra = {}) { look(&MysqlSink::preflight, order_pairs(std::move(extra))); }
  void init(Pairs extra = {}) { look(&MysqlSink::init, order_pairs(std::move(extra))); }
  // All findings of a severity, a line each.
  [[nodiscard]] std::string all(cnx_severity severity) const {
    std::string text;
    for (const auto& f : found_.found)
      if (f.severity == severity) text += f.object + ": " + f.message + " [" + f.mend + "]\n";
    return text;
  }
  // Runs a file of the sql folder on the test's database.
  void run_file(const std::string& name) {
    std::ifstream file(std::string(CNX_SQL_DIR) + "/" + name);
    ASSERT_TRUE(file.is_open()) << name;
    std::string text, line;
    while (std::getline(file, line))
      if (!line.starts_with("--")) text += line + "\n";
    for (auto at = text.find("`ods`"); at != std::string::npos; at = text.find("`ods`"))
      text.replace(at, 5, "`" + database_ + "`");
    std::stringstream statements(text);
    while (std::getline(statements, line, ';')) {
      if (line.find_first_not_of(" \n") == std::string::npos) continue;
      if (line.find("SELECT COUNT") != std::string::npos || line.find("SELECT (SELECT") != std::string::npos)
        counts_.push_back(lines(line).at(0));
      else
        sql(line);
    }
  }

  CollectedFindings found_;
  std::vector<std::string> counts_;
};

TEST_F(Preflight, InitMakesEverythingOnceAndCheckIsContent) {
  sql("DROP DATABASE " + database_);
  init();
  EXPECT_THAT(all(CNX_FINDING_OK), HasSubstr("database `" + database_ + "`: created"));
  EXPECT_THAT(all(CNX_FINDING_OK), HasSubstr("`connect_offsets`: created"));
  EXPECT_THAT(all(CNX_FINDING_OK), HasSubstr("`connect_dead_letters`: created"));
  EXPECT_THAT(all(CNX_FINDING_OK), HasSubstr("`walmart_order`: created"));
  EXPECT_EQ(found_.errors(), 0u) << all(CNX_FINDING_ERROR);
  init();
  EXPECT_THAT(all(CNX_FINDING_OK), Not(HasSubstr("created")));
  EXPECT_EQ(found_.errors(), 0u) << all(CNX_FINDING_ERROR);
  check();
  EXPECT_EQ(found_.errors(), 0u) << all(CNX_FINDING_ERROR);
  EXPECT_EQ(all(CNX_FINDING_WARNING), "");
  EXPECT_THAT(all(CNX_FINDING_OK), HasSubstr("55 columns take the rows"));
}

TEST_F(Preflight, TheSqlFolderMakesATableThatCheckIsContentWith) {
  for (const char* file : {"002_walmart_order.sql", "003_connect_offsets.sql"}) run_file(file);
  check();
  EXPECT_EQ(all(CNX_FINDING_ERROR) + all(CNX_FINDING_WARNING), "");
}

TEST_F(Preflight, CheckRefusesTheOldKeyAndTheMoveMendsIt) {
  run_file("003_connect_offsets.sql");
  run_file("002_walmart_order.sql");
  sql("ALTER TABLE walmart_order DROP PRIMARY KEY, MODIFY lineNumber INT, ADD PRIMARY KEY (purchaseOrderId, sku)");
  sql("INSERT INTO walmart_order (purchaseOrderId, sku, lineNumber, city) VALUES "
      "(1,'a',1,'Zürich'),(1,'b',2,'X'),(2,'a',1,NULL)");
  check();
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("PRIMARY (purchaseOrderId, sku)"));
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("lost"));
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("sql/010_move_from_old_key.sql"));
  run_file("010_move_from_old_key.sql");
  EXPECT_THAT(counts_, ElementsAre("0", "0", "3|3"));
  check();
  EXPECT_EQ(all(CNX_FINDING_ERROR), "");
  EXPECT_THAT(lines("SELECT purchaseOrderId, sku, lineNumber, city FROM walmart_order ORDER BY 1, 3"),
              ElementsAre("1|a|1|Zürich", "1|b|2|X", "2|a|1|NULL"));
  EXPECT_EQ(line("SELECT COUNT(*) FROM walmart_order_old_key"), "3");
}

TEST_F(Preflight, CheckNamesAMissingTableAndColumn) {
  check();
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("`walmart_order`: does not exist"));
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("connect-host init"));
  EXPECT_THAT(all(CNX_FINDING_WARNING), HasSubstr("connect_offsets"));
  init();
  sql("ALTER TABLE walmart_order DROP COLUMN taxName, MODIFY sku VARCHAR(10) CHARACTER SET latin1");
  check();
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("`taxName`"));
  EXPECT_THAT(all(CNX_FINDING_WARNING), HasSubstr("`sku`"));
  EXPECT_THAT(all(CNX_FINDING_WARNING), HasSubstr("latin1"));
}

TEST_F(Preflight, CheckFindsAKeyThatTheRowsDoNotBringBeforeTheTableIsMade) {
  for (const char* auto_create : {"true", "false"}) {
    check({{"pk.fields", "purchaseOrderId,idd"}, {"auto.create", auto_create}});
    EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("`walmart_order`: does not exist, and cannot be made: pk.fields"));
    EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("have no column `idd`"));
  }
  check({{"auto.create", "true"}});
  EXPECT_EQ(all(CNX_FINDING_ERROR), "");
  EXPECT_THAT(all(CNX_FINDING_WARNING), HasSubstr("auto.create will make it"));
}

TEST_F(Preflight, CheckFindsMissingPrivileges) {
  init();
  sql("CREATE USER " + database_ + "@'%' IDENTIFIED BY 'pw'");
  sql("GRANT SELECT ON " + database_ + ".* TO " + database_ + "@'%'");
  check({{"connection.user", database_}, {"connection.password", "pw"}});
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("UPDATE"));
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("INSERT"));
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("sql/004_grants.sql"));
  // What 004_grants.sql gives is enough to run.
  sql("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + database_ + "@'%'");
  sql("GRANT SELECT, INSERT, UPDATE, DELETE ON " + database_ + ".walmart_order TO " + database_ + "@'%'");
  for (const char* table : {".connect_offsets", ".connect_dead_letters"})
    sql("GRANT SELECT, INSERT, UPDATE ON " + database_ + table + " TO " + database_ + "@'%'");
  check({{"connection.user", database_}, {"connection.password", "pw"}});
  EXPECT_EQ(all(CNX_FINDING_ERROR), "");
  const auto sink = MysqlSink::create(
      host_.host(),
      testing::config_of<MysqlSink>(order_pairs({{"connection.user", database_}, {"connection.password", "pw"}})));
  EXPECT_TRUE((*sink)->start().ok());
  sql("DROP USER " + database_ + "@'%'");
}

TEST_F(Preflight, AWrongPasswordIsAFindingAndAServerThatIsAwayAnError) {
  check({{"connection.password", "wrong"}});
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("connection.password"));
  const Rows shape(order_columns(), {});
  const std::vector<BatchView> views = {shape.view()};
  Findings findings = found_.findings();
  const Status away = MysqlSink::preflight(
      host_.host(), testing::config_of<MysqlSink>(order_pairs({{"connection.url", "mysql://127.0.0.1:1/ods"}})), views,
      findings);
  ASSERT_FALSE(away.ok());
  EXPECT_EQ(away.error().action, Action::kRetry);
}

TEST_F(Preflight, WithoutShapesTheKeyOfTheTableIsStillChecked) {
  sql("CREATE TABLE walmart_order (purchaseOrderId BIGINT, sku VARCHAR(9), PRIMARY KEY (purchaseOrderId, sku))");
  Findings findings = found_.findings();
  ASSERT_TRUE(MysqlSink::preflight(host_.host(), testing::config_of<MysqlSink>(order_pairs()), {}, findings).ok());
  EXPECT_THAT(all(CNX_FINDING_ERROR), HasSubstr("(purchaseOrderId, sku)"));
}

}  // namespace
}  // namespace cnx::mysql
