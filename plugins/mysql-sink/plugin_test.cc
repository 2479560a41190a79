// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "cnx/testing/conformance.hpp"
#include "cnx/testing/library.hpp"
#include "mysql_sink.h"

namespace cnx::mysql {
namespace {

using ::testing::IsEmpty;

const cnx_plugin& loaded() {
  static const cnx_plugin& plugin = testing::load_plugin(CNX_PLUGIN_UNDER_TEST);
  return plugin;
}

TEST(Plugin, ExportsOneSymbol) { EXPECT_THAT(testing::check_symbols(CNX_PLUGIN_UNDER_TEST), IsEmpty()); }

TEST(Plugin, KeepsToTheRulesOfTables) { EXPECT_THAT(testing::check_tables(loaded()), IsEmpty()); }

TEST(Plugin, IsMadeAndDestroyedWithoutConnecting) {
  const cnx_component* component = testing::find_component(loaded(), MysqlSink::kName);
  ASSERT_NE(component, nullptr);
  EXPECT_THAT(
      testing::check_lifecycle(
          *component, {{"connection.url", "mysql://localhost:1/db"}, {"connection.user", "u"}, {"pk.fields", "id"}}),
      IsEmpty());
}

TEST(Plugin, OffersItsFeatures) {
  const cnx_component* component = testing::find_component(loaded(), MysqlSink::kName);
  ASSERT_NE(component, nullptr);
  for (const char* id : {"cnx.sink-offsets/1", "cnx.preflight/1", "cnx.render/1"})
    EXPECT_NE(component->extension(id), nullptr) << id;
}

}  // namespace
}  // namespace cnx::mysql
