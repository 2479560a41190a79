// SPDX-License-Identifier: Apache-2.0
#include "kafka/fetch_settings.h"

#include <gtest/gtest.h>

#include "kafka/client_config.h"
#include "kafka/client_handle.h"
#include "kafka/library.h"

namespace cnx::host::kafka {
namespace {

std::int64_t value(const Properties& settings, const char* name) { return std::stoll(settings.at(name)); }

// As librdkafka judges them all together.
std::string refusal(const Properties& settings, const Properties& overrides) {
  ClientConfig config;
  config.bootstrap_servers = "127.0.0.1:1";
  config.consumer = overrides;
  Result<ConfPtr> conf = make_conf(ClientRole::kConsumer, config, settings);
  if (!conf.ok()) return conf.error().message;
  char reason[512] = "";
  rd_kafka_t* client = rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), reason, sizeof reason);
  if (client == nullptr) return reason;
  static_cast<void>(conf->release());
  rd_kafka_destroy(client);
  return "";
}

TEST(FetchSettings, AFetchOfAllPartitionsIsASmallPartOfTheQueue) {
  const Properties settings = fetch_settings(2 << 20, {});
  EXPECT_EQ(value(settings, "queued.max.messages.kbytes"), 2048);
  EXPECT_EQ(value(settings, "fetch.max.bytes"), 256 << 10);
  EXPECT_EQ(value(settings, "max.partition.fetch.bytes"), 256 << 10);
  EXPECT_LE(value(settings, "message.max.bytes"), 128 << 10);
}

TEST(FetchSettings, AreTakenByTheClientForQueuesOfAnySize) {
  for (const std::int64_t queue : {1 << 10, 1 << 20, 2 << 20, 64 << 20, 1 << 30})
    EXPECT_EQ(refusal(fetch_settings(queue, {}), {}), "") << queue;
}

TEST(FetchSettings, FollowAUserWhoAsksForMoreAtOnce) {
  for (const char* name : {"max.partition.fetch.bytes", "fetch.message.max.bytes", "message.max.bytes"}) {
    const Properties overrides = {{name, "5000000"}};
    const Properties settings = fetch_settings(2 << 20, overrides);
    EXPECT_EQ(value(settings, "fetch.max.bytes"), 5'000'000) << name;
    EXPECT_EQ(refusal(settings, overrides), "") << name;
  }
  EXPECT_EQ(value(fetch_settings(2 << 20, {{"max.partition.fetch.bytes", "1000"}}), "fetch.max.bytes"), 256 << 10);
}

}  // namespace
}  // namespace cnx::host::kafka
