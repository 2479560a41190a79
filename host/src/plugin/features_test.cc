// SPDX-License-Identifier: Apache-2.0
#include "plugin/features.h"

#include <gmock/gmock.h>

#include <array>

#include "cnx/plugin.hpp"
#include "cnx/testing/rows.hpp"
#include "plugin/loader.h"
#include "plugin/transform_instance.h"

namespace cnx::host::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A sink with everything that works without an instance.
struct FullSink final : Sink {
  static constexpr std::string_view kName = "full", kDoc = "Has every feature.";
  static constexpr cnx_batch_kind kInput = CNX_ROWS;
  static constexpr Key kKeys[] = {Key::string("url", "d").required(), Key::string("user", "d")};
  static Result<std::unique_ptr<FullSink>> create(Host, const Config&) { return std::make_unique<FullSink>(); }
  static void validate(const Config& config, Findings& findings) {
    if (!config.has("user")) findings.warning("user", "is not set", "set it");
  }
  static Status preflight(Host host, const Config& config, std::span<const BatchView> shapes, Findings& findings) {
    findings.ok(config.text("url"), "reached by " + std::string(host.connector()));
    for (const BatchView& shape : shapes) findings.error(shape.target(), "is missing", "run init");
    if (config.text("url") == "down") return retry_error("down");
    return {};
  }
  static Status init(Host, const Config&, std::span<const BatchView> shapes, Findings& findings) {
    for (const BatchView& shape : shapes) findings.ok(shape.target(), "made");
    return {};
  }
  static Status render(const Config&, const BatchView& batch, const Selection& rows, const StatementSink& statement) {
    for (std::uint64_t i = 0; i < rows.size(); ++i)
      statement("INSERT " + std::to_string(batch.column(0).integer(rows[i])));
    return {};
  }
  Status start() override { return {}; }
  Status write(const BatchView&, const Selection&, Rejects&) override { return {}; }
};

struct FullTransform final : Transform {
  static constexpr std::string_view kName = "full", kDoc = "Has every feature.";
  static constexpr cnx_batch_kind kInput = CNX_RECORDS, kOutput = CNX_ROWS;
  static constexpr std::array<Key, 0> kKeys{};
  static Result<std::unique_ptr<FullTransform>> create(Host, const Config&) {
    return std::make_unique<FullTransform>();
  }
  static Status split(const Config&, std::string_view document, const PartSink& part) {
    if (document == "elsewhere") part("another text", "$");
    for (std::size_t i = 0; document != "elsewhere" && i < document.size(); ++i)
      part(document.substr(i, 1), "$[" + std::to_string(i) + "]");
    return {};
  }
  Status apply(const BatchView&, Output&) override { return {}; }
  Status shapes(const ShapeSink& sink) {
    sink(RowBatchPool::make({ColumnSpec::int64("id").key()}, "people")->shape());
    return {};
  }
};

/// Has none.
struct BareSink final : Sink {
  static constexpr std::string_view kName = "bare", kDoc = "Has no feature.";
  static constexpr cnx_batch_kind kInput = CNX_ROWS;
  static constexpr std::array<Key, 0> kKeys{};
  static Result<std::unique_ptr<BareSink>> create(Host, const Config&) { return std::make_unique<BareSink>(); }
  Status start() override { return {}; }
  Status write(const BatchView&, const Selection&, Rejects&) override { return {}; }
};

constexpr cnx_component kComponents[] = {cnx::sink<FullSink>(), cnx::transform<FullTransform>(), cnx::sink<BareSink>()};
constexpr cnx_plugin kPlugin = {sizeof(cnx_plugin), CNX_PLUGIN_MAGIC,      CNX_ABI_1_0, CNX_ABI_CURRENT, str("p"),
                                str("1.0"),         sizeof(cnx_component), 3,           kComponents};

const Component& component(std::size_t i) {
  static const Result<Plugin> plugin = describe_plugin(kPlugin, "p.so");
  if (!plugin.ok()) throw std::runtime_error(plugin.error().message);
  return plugin.value().components[i];
}
const Component& full_sink() { return component(0); }
const Component& full_transform() { return component(1); }
const Component& bare_sink() { return component(2); }

class Features : public ::testing::Test {
 protected:
  ManualClock clock_;
  HostContext host_{HostServices{"c", 0, 1, &clock_, {}}};
  std::vector<Finding> found_;
};

TEST_F(Features, ValidationFindsWhatOneKeyCannotSay) {
  const auto found = validate(full_sink(), {{"url", "x"}});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found.value()[0].severity, cnx_severity{CNX_FINDING_WARNING});
  EXPECT_EQ(found.value()[0].object, "user");
  EXPECT_EQ(found.value()[0].mend, "set it");
  EXPECT_TRUE(validate(full_sink(), {{"url", "x"}, {"user", "u"}})->empty());
  EXPECT_TRUE(validate(bare_sink(), {})->empty());
}

TEST_F(Features, PreflightSeesTheShapesOfTheTransform) {
  auto transform = TransformInstance::create(full_transform(), host_, {});
  const auto shapes = (*transform)->shapes();
  ASSERT_TRUE(shapes.ok());
  ASSERT_TRUE(preflight_check(full_sink(), host_, {{"url", "x"}}, shapes.value(), found_).ok());
  ASSERT_EQ(found_.size(), 2u);
  EXPECT_EQ(found_[0].message, "reached by c");
  EXPECT_EQ(found_[1].object, "people");
  EXPECT_EQ(found_[1].severity, cnx_severity{CNX_FINDING_ERROR});
  found_.clear();
  ASSERT_TRUE(preflight_init(full_sink(), host_, {}, shapes.value(), found_).ok());
  EXPECT_EQ(found_.at(0).message, "made");
}

TEST_F(Features, FindingsMadeBeforeAnErrorAreKept) {
  const Status status = preflight_check(full_sink(), host_, {{"url", "down"}}, {}, found_);
  EXPECT_EQ(status.error().action, Action::kRetry);
  EXPECT_EQ(found_.size(), 1u);
}

TEST_F(Features, ASinkWithoutPreflightFindsNothing) {
  EXPECT_FALSE(has_preflight(bare_sink()));
  EXPECT_TRUE(preflight_check(bare_sink(), host_, {}, {}, found_).ok());
  EXPECT_TRUE(preflight_init(bare_sink(), host_, {}, {}, found_).ok());
  EXPECT_TRUE(found_.empty());
}

TEST_F(Features, RendersStatements) {
  const cnx::testing::Rows rows({ColumnSpec::int64("id")}, {{1}, {2}});
  const auto statements = render(full_sink(), {}, rows.raw());
  ASSERT_TRUE(statements.ok());
  EXPECT_THAT(statements.value(), ElementsAre("INSERT 1", "INSERT 2"));
  EXPECT_FALSE(has_render(bare_sink()));
  EXPECT_THAT(render(bare_sink(), {}, rows.raw()).error().message, HasSubstr("cnx.render/1"));
}

TEST_F(Features, SplitsADocumentIntoViews) {
  const std::string document = "ab";
  const auto parts = split(full_transform(), {}, document);
  ASSERT_TRUE(parts.ok());
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ(parts.value()[1].bytes, "b");
  EXPECT_EQ(parts.value()[1].bytes.data(), document.data() + 1);
  EXPECT_EQ(parts.value()[1].path, "$[1]");
}

TEST_F(Features, APartThatIsNoViewBreaksTheContract) {
  EXPECT_THAT(split(full_transform(), {}, "elsewhere").error().message, HasSubstr("no view into the document"));
}

TEST_F(Features, WithoutSplitADocumentIsOne) {
  const auto parts = split(bare_sink(), {}, "abc");
  ASSERT_EQ(parts->size(), 1u);
  EXPECT_EQ(parts.value()[0].bytes, "abc");
  EXPECT_EQ(parts.value()[0].path, "$");
}

}  // namespace
}  // namespace cnx::host::plugin
