// SPDX-License-Identifier: Apache-2.0
#include "kafka/client_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/client_handle.h"

namespace cnx::host::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal(ClientRole role, const Properties& overrides) {
  const Status status = check_overrides(role, overrides);
  EXPECT_FALSE(status.ok());
  if (status.ok()) return "";
  EXPECT_EQ(status.error().action, Action::kConfig);
  return status.error().message;
}

TEST(ClientConfig, LetsPropertiesOfTheLibraryThrough) {
  EXPECT_TRUE(check_overrides(ClientRole::kProducer, {{"linger.ms", "20"}, {"compression.type", "zstd"}}).ok());
  EXPECT_TRUE(check_overrides(ClientRole::kConsumer, {{"fetch.min.bytes", "1000"}}).ok());
}

TEST(ClientConfig, NamesAnUnknownPropertyAndTheClosest) {
  const std::string message = refusal(ClientRole::kConsumer, {{"fetch.min.byte", "1"}});
  EXPECT_THAT(message, HasSubstr("consumer.override.fetch.min.byte: "));
  EXPECT_THAT(message, HasSubstr("did you mean consumer.override.fetch.min.bytes?"));
}

TEST(ClientConfig, KnowsPropertiesThatHaveNoDefault) {
  EXPECT_THAT(refusal(ClientRole::kAdmin, {{"sasl.usernam", "u"}}),
              HasSubstr("did you mean admin.override.sasl.username?"));
}

TEST(ClientConfig, NamesABadValue) {
  const std::string message = refusal(ClientRole::kProducer, {{"linger.ms", "soon"}});
  EXPECT_THAT(message, HasSubstr("producer.override.linger.ms: "));
  EXPECT_THAT(message, HasSubstr("linger.ms"));
}

TEST(ClientConfig, KeepsWhatDeliveryDependsOn) {
  for (const char* kept : {"enable.auto.commit", "isolation.level", "group.id", "transactional.id", "acks",
                           "enable.idempotence", "auto.offset.reset", "group.instance.id"}) {
    const std::string message = refusal(ClientRole::kConsumer, {{kept, "x"}});
    EXPECT_THAT(message, HasSubstr(std::string("consumer.override.") + kept + " cannot be set: ")) << message;
  }
}

TEST(ClientConfig, NeverShowsASecretValue) {
  // librdkafka quotes values that it cannot use.
  for (const char* name : {"ssl.key.pem", "sasl.oauthbearer.client.secret", "ssl.key.password"}) {
    const Status status = check_overrides(ClientRole::kProducer, {{name, "s3cret-value"}});
    if (!status.ok()) {
      EXPECT_THAT(status.error().message, Not(HasSubstr("s3cret-value")));
    }
  }
  const std::string unknown = refusal(ClientRole::kProducer, {{"sasl.passwort", "s3cret-value"}});
  EXPECT_THAT(unknown, Not(HasSubstr("s3cret-value")));
}

TEST(ClientConfig, ChecksTheWholeConfiguration) {
  ClientConfig config;
  const Status nothing = check(config);
  ASSERT_FALSE(nothing.ok());
  EXPECT_THAT(nothing.error().message, HasSubstr("bootstrap.servers"));
  config.bootstrap_servers = "localhost:9092";
  EXPECT_TRUE(check(config).ok());
  config.common["security.protocol"] = "sasl";
  const Status protocol = check(config);
  ASSERT_FALSE(protocol.ok());
  EXPECT_THAT(protocol.error().message, HasSubstr("security.protocol"));
  config.common.clear();
  config.admin["nonsense.property"] = "1";
  const Status admin = check(config);
  ASSERT_FALSE(admin.ok());
  EXPECT_THAT(admin.error().message, HasSubstr("admin.override.nonsense.property"));
}

TEST(ClientConfig, OverridesComeAfterTheHostsOwnSettings) {
  ClientConfig config;
  config.bootstrap_servers = "localhost:9092";
  config.producer["linger.ms"] = "77";
  const auto conf = make_conf(ClientRole::kProducer, config, {{"linger.ms", "5"}, {"compression.type", "lz4"}});
  ASSERT_TRUE(conf.ok());
  char value[64] = "";
  std::size_t size = sizeof value;
  ASSERT_EQ(rd_kafka_conf_get(conf->get(), "linger.ms", value, &size), RD_KAFKA_CONF_OK);
  EXPECT_STREQ(value, "77");
}

TEST(ClientConfig, TellsWhichPropertiesTheLibraryHas) {
  EXPECT_TRUE(has_property("linger.ms"));
  EXPECT_FALSE(has_property("no.such.property"));
}

}  // namespace
}  // namespace cnx::host::kafka
