// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "cnx/testing/rows.hpp"
#include "plugin/loader.h"
#include "plugin/transform_instance.h"

namespace cnx::host::plugin {
namespace {

TEST(LaterMinorVersion, IsDescribedAlthoughEveryTableHasGrown) {
  const auto plugin = load_plugin(BAD_PLUGIN_DIR "/later_plugin.so");
  ASSERT_TRUE(plugin.ok()) << plugin.error().message;
  EXPECT_EQ(plugin->origin.version, "9.1");
  ASSERT_EQ(plugin->components.size(), 2u);
  EXPECT_EQ(plugin->components[1].name, "later-too");
  ASSERT_EQ(plugin->components[0].config.size(), 2u);
  EXPECT_EQ(plugin->components[0].config[0].default_value, "5");
  EXPECT_EQ(plugin->components[0].config[1].name, "second");
  EXPECT_TRUE(plugin->components[0].config[1].required);
}

TEST(LaterMinorVersion, GivesRowsWhoseLongerColumnsAreReadByTheirStride) {
  const auto plugin = load_plugin(BAD_PLUGIN_DIR "/later_plugin.so");
  ASSERT_TRUE(plugin.ok()) << plugin.error().message;
  const ManualClock clock;
  const HostContext host(HostServices{"c", 0, 1, &clock, {}});
  auto transform = TransformInstance::create(plugin->components[0], host, {{"second", "x"}});
  ASSERT_TRUE(transform.ok());
  const cnx::testing::Records records{"a", "four"};
  TransformOutput out;
  ASSERT_TRUE((*transform)->apply(records.raw(), out).ok());
  ASSERT_EQ(out.batches.size(), 1u);
  EXPECT_EQ(cnx::testing::row_text(out.batches[0].view(), 0), "0|1");
  EXPECT_EQ(cnx::testing::row_text(out.batches[0].view(), 1), "1|4");
}

}  // namespace
}  // namespace cnx::host::plugin
