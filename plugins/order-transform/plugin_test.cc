// SPDX-License-Identifier: Apache-2.0
//
// The built library, through its C tables alone.
#include <gmock/gmock.h>

#include "cnx/testing/conformance.hpp"
#include "cnx/testing/library.hpp"
#include "order_transform.h"

namespace cnx::order_transform {
namespace {

using ::testing::IsEmpty;

const cnx_plugin& loaded() {
  static const cnx_plugin& plugin = testing::load_plugin(CNX_PLUGIN_UNDER_TEST);
  return plugin;
}

TEST(Plugin, ExportsOneSymbol) { EXPECT_THAT(testing::check_symbols(CNX_PLUGIN_UNDER_TEST), IsEmpty()); }

TEST(Plugin, KeepsToTheRulesOfTables) { EXPECT_THAT(testing::check_tables(loaded()), IsEmpty()); }

TEST(Plugin, NeedsNoSettings) {
  const cnx_component* component = testing::find_component(loaded(), OrderTransform::kName);
  ASSERT_NE(component, nullptr);
  EXPECT_THAT(testing::check_lifecycle(*component, {}), IsEmpty());
}

TEST(Plugin, TurnsRecordsIntoRowsAndTellsTheirShape) {
  const cnx_component* component = testing::find_component(loaded(), OrderTransform::kName);
  ASSERT_NE(component, nullptr);
  const auto* table = static_cast<const cnx_transform*>(component->table);
  EXPECT_EQ(table->input, CNX_RECORDS);
  EXPECT_EQ(table->output, CNX_ROWS);
  for (const char* id : {"cnx.schema/1", "cnx.split/1"}) EXPECT_NE(component->extension(id), nullptr) << id;
}

}  // namespace
}  // namespace cnx::order_transform
