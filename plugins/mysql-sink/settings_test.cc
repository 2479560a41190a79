// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <gmock/gmock.h>

#include "cnx/testing/config.hpp"
#include "mysql_sink.h"

namespace cnx::mysql {
namespace {

using testing::CollectedFindings;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Pairs;

Pairs with(Pairs extra) {
  extra.insert(extra.end(),
               {{"connection.url", "mysql://db:3306/ods"}, {"connection.user", "app"}, {"pk.fields", "id"}});
  return extra;
}

Settings settings(Pairs extra) {
  auto made = Settings::from(testing::config_of<MysqlSink>(with(std::move(extra))));
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return std::move(made).value();
}

ConnectionOptions parsed(std::string_view url) {
  ConnectionOptions options;
  const Status status = parse_url(url, options);
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  return options;
}

TEST(ConnectionUrl, IsReadInAllItsForms) {
  EXPECT_EQ(parsed("mysql://db:3307/ods").address(), "db:3307");
  EXPECT_EQ(parsed("mysql://db:3307/ods").database, "ods");
  EXPECT_EQ(parsed("jdbc:mariadb://db/ods").port, 3306u);
  EXPECT_EQ(parsed("mysql://[::1]:3307/ods").host, "::1");
  EXPECT_EQ(parsed("mysql://localhost/ods?socket=/run/mysqld.sock").socket, "/run/mysqld.sock");
}

TEST(ConnectionUrl, IsRefusedWithTheReasonAndWithoutBeingShown) {
  for (const char* url : {"", "http://db/ods", "mysql://db", "mysql://db/", "mysql:///ods", "mysql://db:x/ods",
                          "mysql://db:70000/ods", "mysql://db:/ods", "mysql://db/ods?useSSL=true", "mysql://db/a/b",
                          "mysql://[::1/ods", "mysql://app:s3cr3t@db/ods"}) {
    ConnectionOptions options;
    const Status status = parse_url(url, options);
    ASSERT_FALSE(status.ok()) << url;
    EXPECT_EQ(status.error().action, Action::kConfig) << url;
    EXPECT_THAT(status.error().message, HasSubstr("connection.url")) << url;
    EXPECT_THAT(status.error().message, Not(HasSubstr("s3cr3t")));
  }
}

TEST(Settings, ChooseTheTable) {
  EXPECT_EQ(settings({}).table_for("", "orders")->quoted(), "`ods`.`orders`");
  EXPECT_EQ(settings({}).table_for("people", "orders")->quoted(), "`ods`.`people`");
  EXPECT_EQ(settings({{"table.name.format", "walmart_order"}}).table_for("", "")->quoted(), "`ods`.`walmart_order`");
  EXPECT_EQ(settings({{"table.name.format", "raw.kafka_${topic}"}}).table_for("", "a.b")->quoted(),
            "`raw`.`kafka_a.b`");
  EXPECT_EQ(settings({{"table.name.format", "${topic}"}}).table_for("", "a.b")->quoted(), "`ods`.`a.b`");
  const auto unknown = settings({}).table_for("", "");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().action, Action::kConfig);
}

TEST(Settings, TimeoutsAreRoundedUpToSeconds) {
  EXPECT_EQ(settings({{"connection.connect.timeout.ms", "1001"}}).connection.connect_timeout_s, 2u);
}

TEST(Settings, RulesAcrossKeysAreFindings) {
  const struct {
    Pairs config;
    const char* object;
  } cases[] = {
      {{{"connection.url", "mysql://db/ods"}}, "pk.fields"},
      {{{"connection.url", "mysql://db/ods"}, {"pk.fields", "a,A"}}, "pk.fields"},
      {{{"connection.url", "db"}, {"pk.fields", "a"}}, "connection.url"},
      {{{"connection.url", "mysql://db/ods"}, {"pk.fields", "a"}, {"table.name.format", "${table}"}},
       "table.name.format"},
      {{{"connection.url", "mysql://db/ods"}, {"pk.fields", "a"}, {"table.name.format", "ods."}}, "table.name.format"},
      {{{"connection.url", "mysql://db/ods"}, {"pk.fields", "a"}, {"table.name.format", ".orders"}},
       "table.name.format"},
      {{{"connection.url", "mysql://db/ods"}, {"pk.fields", "a"}, {"connection.ssl.ca", "/x"}}, "connection.ssl.ca"},
      {{{"connection.url", "mysql://db/ods"}, {"pk.fields", "a"}, {"connection.ssl.mode", "verify-ca"}},
       "connection.ssl.ca"},
      {{{"connection.url", "mysql://db/ods"},
        {"pk.fields", "a"},
        {"connection.ssl.mode", "required"},
        {"connection.ssl.ca", "/x"}},
       "connection.ssl.ca"},
      {{{"connection.url", "mysql://db/ods"},
        {"pk.fields", "a"},
        {"connection.ssl.mode", "verify-full"},
        {"connection.ssl.key", "/x"}},
       "connection.ssl.key"},
  };
  for (const auto& c : cases) {
    CollectedFindings found;
    Findings findings = found.findings();
    Settings::validate(testing::config_of<MysqlSink>(c.config), findings);
    ASSERT_EQ(found.errors(), 1u) << c.object;
    EXPECT_EQ(found.found[0].object, c.object);
  }
  CollectedFindings none;
  Findings findings = none.findings();
  Settings::validate(testing::config_of<MysqlSink>(with({})), findings);
  Settings::validate(testing::config_of<MysqlSink>({{"connection.url", "mysql://db/ods"}, {"insert.mode", "insert"}}),
                     findings);
  EXPECT_EQ(none.errors(), 0u);
}

}  // namespace
}  // namespace cnx::mysql
