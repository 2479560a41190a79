// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "cnx/config.hpp"
#include "plugin/loader.h"
#include "plugin/testing/rogue.h"

namespace cnx::host::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A good plugin of one sink, to be spoilt.
struct Spoilt {
  cnx_sink sink = testing::kSinkTable;
  cnx_component components[2] = {testing::component_of(CNX_SINK, &sink),
                                 testing::component_of(CNX_TRANSFORM, &testing::kTransformTable)};
  cnx_plugin plugin = testing::kPlugin;

  Spoilt() {
    plugin.component_count = 1;
    plugin.components = components;
  }
  std::string refusal() const {
    const auto described = describe_plugin(plugin, "/p/x.so");
    if (described.ok()) return "";
    EXPECT_EQ(described.error().action, Action::kConfig);
    EXPECT_THAT(described.error().message, StartsWith("/p/x.so: "));
    return described.error().message;
  }
};

TEST(DescribePlugin, TellsWhatIsInside) {
  const auto plugin = describe_plugin(testing::kPlugin, "/p/rogue.so");
  ASSERT_TRUE(plugin.ok());
  EXPECT_EQ(plugin->origin.plugin, "rogue");
  EXPECT_EQ(plugin->origin.version, "1.2.3");
  ASSERT_EQ(plugin->components.size(), 3u);
  EXPECT_EQ(plugin->components[1].kind, Kind::kTransform);
  EXPECT_EQ(plugin->components[1].input(), cnx_batch_kind{CNX_RECORDS});
  EXPECT_EQ(plugin->components[1].output(), cnx_batch_kind{CNX_ROWS});
  EXPECT_EQ(plugin->components[2].described(), "plugin 'rogue' 1.2.3 (/p/rogue.so)");
  EXPECT_TRUE(plugin->components[2].has(CNX_EXT_SINK_OFFSETS));
  EXPECT_FALSE(plugin->components[0].has(CNX_EXT_SINK_OFFSETS));
}

TEST(DescribePlugin, RefusesAnotherMagic) {
  Spoilt s;
  s.plugin.magic = 0x12345678;
  EXPECT_EQ(s.refusal(),
            "/p/x.so: cnx_plugin_v1 begins with the magic 0x12345678 where 0x31584e43 is due: it is no plugin table; "
            "build it anew "
            "against the headers of the SDK, with CNX_PLUGIN() and cnx_add_plugin()");
}

TEST(DescribePlugin, NamesBothWindowsWhenTheyDoNotMeet) {
  Spoilt s;
  s.plugin.abi_min = 2000;
  s.plugin.abi_max = 2005;
  EXPECT_EQ(s.refusal(),
            "/p/x.so: the plugin works with ABI 2.0 to 2.5, this connect-host with ABI 1.0 to 1.0; use a newer "
            "connect-host or an "
            "older plugin");
  s.plugin.abi_min = 0;
  s.plugin.abi_max = 999;
  EXPECT_THAT(s.refusal(), HasSubstr("ABI 0.0 to 0.999, this connect-host with ABI 1.0 to 1.0; use a newer plugin"));
}

TEST(DescribePlugin, LooksAtTheWindowBeforeAnythingThatANewerAbiMayHaveChanged) {
  Spoilt s;
  s.plugin.abi_min = s.plugin.abi_max = 2000;
  s.plugin.struct_size = 16;
  EXPECT_THAT(s.refusal(), HasSubstr("ABI 2.0 to 2.0"));
}

TEST(DescribePlugin, RefusesATableThatIsTooShort) {
  Spoilt s;
  s.plugin.struct_size = 8;
  EXPECT_THAT(s.refusal(), HasSubstr("struct_size of 8"));
  s.plugin.struct_size = 40;
  EXPECT_THAT(s.refusal(), HasSubstr("has 40 bytes where ABI 1.0 has 64"));
}

TEST(DescribePlugin, RefusesNamesThatPeopleCannotType) {
  Spoilt s;
  s.plugin.name = str("my\nplugin");
  EXPECT_THAT(s.refusal(), HasSubstr("'my\\nplugin' is no good plugin name"));
  s.plugin.name = str("ok");
  s.components[0].name = absent();
  EXPECT_THAT(s.refusal(), HasSubstr("'' is no good component name"));
  s.components[0].name = str("ok");
  s.plugin.version = str("");
  EXPECT_THAT(s.refusal(), HasSubstr("has no version"));
}

TEST(DescribePlugin, RefusesAPluginWithoutComponents) {
  Spoilt s;
  s.plugin.component_count = 0;
  EXPECT_THAT(s.refusal(), HasSubstr("no components"));
}

TEST(DescribePlugin, NamesAMissingFunction) {
  Spoilt s;
  s.sink.write = nullptr;
  EXPECT_THAT(s.refusal(), HasSubstr("component 'rogue' has no function 'write'"));
}

TEST(DescribePlugin, RefusesAComponentTableThatIsTooShort) {
  Spoilt s;
  s.sink.struct_size = 24;
  EXPECT_THAT(s.refusal(), HasSubstr("component 'rogue' has a table of 24 bytes"));
  s.components[0].table = nullptr;
  EXPECT_THAT(s.refusal(), HasSubstr("component 'rogue' has no table"));
}

TEST(DescribePlugin, RefusesKindsItDoesNotKnow) {
  Spoilt s;
  s.components[0].kind = 7;
  EXPECT_THAT(s.refusal(), HasSubstr("is of kind 7"));
  s.components[0].kind = CNX_SINK;
  s.sink.input = 9;
  EXPECT_THAT(s.refusal(), HasSubstr("batches of kind 9"));
}

TEST(DescribePlugin, RefusesABrokenConfigTable) {
  const cnx::Key twice[] = {cnx::Key::string("a", "d"), cnx::Key::string("a", "d")};
  Spoilt s;
  s.components[0].key_count = 2;
  EXPECT_THAT(s.refusal(), HasSubstr("counts config keys and has none"));
  s.components[0].keys = twice;
  EXPECT_THAT(s.refusal(), HasSubstr("is declared twice"));
  s.components[0].key_stride = 8;
  EXPECT_THAT(s.refusal(), HasSubstr("config keys of 8 bytes"));
}

TEST(DescribePlugin, RefusesTwoComponentsOfOneName) {
  Spoilt s;
  s.components[1] = s.components[0];
  s.plugin.component_count = 2;
  EXPECT_THAT(s.refusal(), HasSubstr("two sinks called 'rogue'"));
}

TEST(DescribePlugin, RefusesAFeatureWithAMissingFunction) {
  Spoilt s;
  s.components[0].extension = [](const char* id) -> const void* {
    static const cnx_sink_offsets table = [] {
      cnx_sink_offsets t = testing::kOffsetsTable;
      t.outcome = nullptr;
      return t;
    }();
    return std::string_view(id) == CNX_EXT_SINK_OFFSETS ? &table : nullptr;
  };
  EXPECT_THAT(s.refusal(), HasSubstr("has no function 'outcome' (feature cnx.sink-offsets/1)"));
}

}  // namespace
}  // namespace cnx::host::plugin
