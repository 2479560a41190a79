// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cnx/testing/config.hpp"
#include "source.h"

namespace walmart {
namespace {

using cnx::testing::CollectedFindings;
using cnx::testing::Pairs;
using ::testing::HasSubstr;

cnx::Config config_with(Pairs more) {
  Pairs pairs = {{"topic", "orders"},
                 {"accounts.a.client.id", "1"},
                 {"accounts.a.client.secret", "s3cret"},
                 {"accounts.b.client.id", "2"},
                 {"accounts.b.client.secret", "s4cret"}};
  for (auto& pair : more) {
    std::erase_if(pairs, [&](const auto& p) { return p.first == pair.first; });
    pairs.push_back(std::move(pair));
  }
  return cnx::testing::config_of<WalmartSource>(std::move(pairs));
}

/// "key: message" of the only finding that is an error; "" when there is none.
std::string error_of(Pairs more) {
  CollectedFindings collected;
  cnx::Findings findings = collected.findings();
  validate_settings(config_with(more), findings);
  EXPECT_LE(collected.errors(), 1u);
  const bool fine = collected.errors() == 0;
  EXPECT_EQ(read_settings(config_with(more)).ok(), fine);
  for (const auto& found : collected.found) {
    EXPECT_THAT(found.message + found.mend, ::testing::Not(HasSubstr("s3cret")));
    if (found.severity == CNX_FINDING_ERROR) return found.object + ": " + found.message;
  }
  return "";
}

TEST(Settings, HaveSoundDefaults) {
  const auto settings = read_settings(config_with({}));
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->base_url, "https://marketplace.walmartapis.com");
  EXPECT_EQ(settings->accounts.size(), 2u);
  EXPECT_EQ(settings->ship_node_types.size(), 3u);
  EXPECT_FALSE(settings->bounded());
  EXPECT_EQ(settings->kind(), Kind::kLastModified);
  EXPECT_EQ(settings->retry_timeout_ms, 600'000);
}

TEST(Settings, AreCreatedOrdersWhenBounded) {
  EXPECT_EQ(read_settings(config_with({{"hours", "2"}}))->kind(), Kind::kCreated);
  EXPECT_EQ(read_settings(config_with({{"start.date", "20261101"}, {"end.date", "20261102"}}))->kind(), Kind::kCreated);
}

TEST(Settings, TakeTheNamedAccountsEachOnce) {
  const auto settings = read_settings(config_with({{"account", "b,b"}}));
  ASSERT_TRUE(settings.ok());
  ASSERT_EQ(settings->accounts.size(), 1u);
  EXPECT_EQ(settings->accounts[0].client_secret, "s4cret");
}

TEST(Settings, ExcludeHoursWithDays) {
  EXPECT_THAT(error_of({{"hours", "2"}, {"start.date", "20261101"}, {"end.date", "20261101"}}),
              HasSubstr("hours: excludes"));
  EXPECT_THAT(error_of({{"hours", "2"}, {"end.date", "20261101"}}), HasSubstr("hours: excludes"));
}

TEST(Settings, NeedBothDaysInTheirOrder) {
  EXPECT_THAT(error_of({{"start.date", "20261101"}}), HasSubstr("end.date: is missing"));
  EXPECT_THAT(error_of({{"end.date", "20261101"}}), HasSubstr("start.date: is missing"));
  EXPECT_THAT(error_of({{"start.date", "20261102"}, {"end.date", "20261101"}}), HasSubstr("lies before"));
  EXPECT_THAT(error_of({{"start.date", "20260230"}, {"end.date", "20260301"}}), HasSubstr("'20260230' is not a day"));
  EXPECT_EQ(error_of({{"start.date", "20261101"}, {"end.date", "20261101"}}), "");
}

TEST(Settings, NameAnUnknownAccountAndTheKnownOnes) {
  EXPECT_THAT(error_of({{"account", "c"}}), HasSubstr("account: 'c' is not among the accounts (a, b)"));
}

TEST(Settings, NameACredentialThatIsMissing) {
  EXPECT_THAT(error_of({{"accounts.a.client.secret", ""}}), HasSubstr("accounts.a.client.secret: is missing"));
  EXPECT_EQ(error_of({{"accounts.a.client.secret", ""}, {"account", "b"}}), "");  // not used
}

TEST(Settings, RefuseABaseUrlThatIsNone) {
  for (const char* url : {"", "marketplace.walmartapis.com", "ftp://host", "https://", "https:///x", "https://u:p@host",
                          "https://host?x=1"})
    EXPECT_THAT(error_of({{"base.url", url}}), HasSubstr("base.url: ")) << url;
  EXPECT_EQ(error_of({{"base.url", "http://127.0.0.1:8080/prefix/"}}), "");
  EXPECT_EQ(read_settings(config_with({{"base.url", "http://127.0.0.1:8080/prefix/"}}))->base_url,
            "http://127.0.0.1:8080/prefix");
}

TEST(Settings, WarnOfCredentialsInClear) {
  CollectedFindings collected;
  cnx::Findings findings = collected.findings();
  validate_settings(config_with({{"base.url", "http://127.0.0.1"}}), findings);
  ASSERT_EQ(collected.found.size(), 1u);
  EXPECT_EQ(collected.found[0].severity, static_cast<cnx_severity>(CNX_FINDING_WARNING));
}

TEST(Settings, NameAZoneAndAStartThatAreNotKnown) {
  EXPECT_THAT(error_of({{"timezone", "PST9"}}), HasSubstr("timezone: 'PST9'"));
  for (const char* from : {"yesterday", "7", "-1d", "d", "180d", "20261301"})
    EXPECT_THAT(error_of({{"start.from", from}}), HasSubstr("start.from: '")) << from;
}

TEST(Settings, ResolveWhereAFirstStartReadsFrom) {
  const auto zone = Zone::find("America/Los_Angeles");
  constexpr EpochSeconds kNow = 1795420800;
  const auto from = [&](const char* text) { return utc_text(*resolve_start_from(text, *zone, kNow)); };
  EXPECT_EQ(from("now"), "2026-11-23T08:00:00Z");
  EXPECT_EQ(from("7d"), "2026-11-16T08:00:00Z");
  EXPECT_EQ(from("12h"), "2026-11-22T20:00:00Z");
  EXPECT_EQ(from("2026-11-20"), "2026-11-20T08:00:00Z");
  EXPECT_EQ(from("2026-11-20T01:02:03Z"), "2026-11-20T01:02:03Z");
}

}  // namespace
}  // namespace walmart
