// SPDX-License-Identifier: Apache-2.0
#include "render.h"

#include <gmock/gmock.h>

#include "cnx/testing/config.hpp"
#include "cnx/testing/rows.hpp"
#include "mysql_sink.h"

namespace cnx::mysql {
namespace {

using ::testing::ElementsAre;
using testing::Rows;

std::vector<std::string> rendered(const cnx_batch& batch, testing::Pairs extra = {}) {
  extra.insert(extra.end(), {{"connection.url", "mysql://db/ods"}, {"connection.user", "app"}});
  std::vector<std::string> statements;
  const Status status =
      MysqlSink::render(testing::config_of<MysqlSink>(std::move(extra)), BatchView(batch), Selection(batch, {}),
                        [&](std::string_view sql) { statements.emplace_back(sql); });
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  return statements;
}

const std::vector<ColumnSpec> kColumns = {ColumnSpec::int64("id").key(), ColumnSpec::decimal("amount", 10, 2)};

TEST(Render, ShowsTheStatementWithItsValuesInTheOrderOfTheKey) {
  const Rows rows(kColumns, {{std::int64_t{2}, std::int64_t{150}}, {std::int64_t{1}, testing::kNull}}, "t");
  EXPECT_THAT(rendered(rows.raw(), {{"pk.fields", "id"}}),
              ElementsAre("INSERT INTO `ods`.`t` (`id`,`amount`) VALUES (1,NULL),\n  (2,1.50)"
                          " ON DUPLICATE KEY UPDATE `amount`=VALUES(`amount`)"));
}

TEST(Render, ShowsDeletesInTheirPlace) {
  const Rows rows(
      kColumns,
      {{std::int64_t{1}, std::int64_t{5}}, {std::int64_t{1}, testing::kNull}, {std::int64_t{2}, testing::kNull}}, "t");
  cnx_batch with_ops = rows.raw();
  const std::uint8_t ops[] = {CNX_OP_UPSERT, CNX_OP_DELETE, CNX_OP_DELETE};
  with_ops.ops = ops;
  const auto statements = rendered(with_ops, {{"pk.fields", "id"}});
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(statements[1], "DELETE FROM `ods`.`t` WHERE (`id`=1)\n OR (`id`=2)");
}

TEST(Render, ShowsThePlaceholderOfATopicThatIsNotKnown) {
  const Rows rows(kColumns, {{std::int64_t{1}, std::int64_t{5}}});
  EXPECT_THAT(rendered(rows.raw(), {{"insert.mode", "insert"}}),
              ElementsAre("INSERT INTO `ods`.`${topic}` (`id`,`amount`) VALUES (1,0.05)"));
}

TEST(Render, RefusesAKeyThatTheRowsDoNotHave) {
  const Rows rows(kColumns, {{std::int64_t{1}, std::int64_t{5}}});
  const Status status =
      MysqlSink::render(testing::config_of<MysqlSink>({{"connection.url", "mysql://db/ods"}, {"pk.fields", "no_such"}}),
                        rows.view(), Selection(rows.raw(), {}), [](std::string_view) {});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kConfig);
}

}  // namespace
}  // namespace cnx::mysql
