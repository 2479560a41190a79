// SPDX-License-Identifier: Apache-2.0
#include "config/settings.h"

#include <gtest/gtest.h>

#include "config/connector_check.h"

namespace cnx::host::config {
namespace {

TEST(ParseListener, TakesHttpAndHttps) {
  EXPECT_EQ(parse_listener("http://127.0.0.1:8083")->host, "127.0.0.1");
  EXPECT_EQ(parse_listener("http://127.0.0.1:8083/")->port, 8083);
  EXPECT_EQ(parse_listener("http://[::1]:0")->host, "::1");
  EXPECT_EQ(parse_listener("http://:8083")->host, "");
  EXPECT_FALSE(parse_listener("http://127.0.0.1:8083")->tls);
  EXPECT_TRUE(parse_listener("https://h:1")->tls);
  for (const char* bad : {"", "ftp://h:1", "h:1", "http://h", "http://h:65536", "http://h:-1", "http://::1:80",
                          "http://h:1/x", "http://h:1,http://i:2", "http://u@h:1"}) {
    EXPECT_FALSE(parse_listener(bad)) << bad;
  }
}

TEST(ParseListener, KnowsTheLoopback) {
  for (const char* own : {"http://127.0.0.1:1", "http://127.8.9.10:1", "http://[::1]:1", "https://Localhost:1"}) {
    EXPECT_TRUE(parse_listener(own)->is_loopback()) << own;
  }
  for (const char* other : {"http://:1", "http://0.0.0.0:1", "http://[::]:1", "http://10.0.0.127:1", "http://h:1"}) {
    EXPECT_FALSE(parse_listener(other)->is_loopback()) << other;
  }
}

ResolvedConfig worker(const std::string& body) {
  Problems problems;
  RawConfig raw;
  load_text("worker:\n" + body, "c.yml", raw, problems);
  ResolvedConfig config = validate_worker(raw.worker, false, problems);
  EXPECT_EQ(problems.text(), "");
  return config;
}

TEST(WorkerSettings, HasTheDocumentedDefaults) {
  const WorkerSettings settings = worker_settings(worker("  bootstrap.servers: 'b:1, c:2'\n"));
  EXPECT_EQ(settings.bootstrap_servers, "b:1,c:2");
  EXPECT_EQ(settings.group_id, "connect-host");
  EXPECT_FALSE(settings.worker_id.empty());
  EXPECT_TRUE(settings.plugin_path.empty());
  EXPECT_FALSE(settings.listener);
  EXPECT_EQ(settings.log_dir, "");
  EXPECT_EQ(settings.log_level, log::Level::kInfo);
  EXPECT_FALSE(settings.log_json);
  EXPECT_EQ(settings.offsets_topic, "connect-host-offsets");
  EXPECT_EQ(settings.assignments_topic, "connect-host-assignments");
}

TEST(WorkerSettings, TakesWhatIsSet) {
  const WorkerSettings settings = worker_settings(worker(
      "  worker: {group.id: g, id: w}\n  plugin.path: [p, q]\n  listeners: http://127.0.0.1:1\n"
      "  log: {dir: d, level: DEBUG, format: json}\n  consumer.override.fetch.min.bytes: 5\n"
      "  producer.override: {linger.ms: 6, sasl.password: worker-settings-secret}\n  admin.override.client.id: c\n"));
  EXPECT_EQ(settings.group_id, "g");
  EXPECT_EQ(settings.worker_id, "w");
  EXPECT_EQ(settings.plugin_path, (std::vector<std::string>{"p", "q"}));
  EXPECT_EQ(settings.listener->port, 1);
  EXPECT_EQ(settings.log_level, log::Level::kDebug);
  EXPECT_TRUE(settings.log_json);
  EXPECT_EQ(settings.consumer_override, (ClientSettings{{"fetch.min.bytes", "5"}}));
  EXPECT_EQ(settings.producer_override,
            (ClientSettings{{"linger.ms", "6"}, {"sasl.password", "worker-settings-secret"}}));
  EXPECT_EQ(settings.admin_override, (ClientSettings{{"client.id", "c"}}));
}

ConnectorSettings connector(ConnectorKind kind, const std::string& body) {
  Problems problems;
  RawConfig raw;
  load_text("connectors:\n  c1:\n    connector.class: p\n" + body, "c.yml", raw, problems);
  ConfigTable none;
  ConnectorTables tables{kind, "p", &none, {}};
  for (const auto& transform : plugin_names(raw.connectors.front(), problems).transforms) {
    tables.transforms.push_back({transform.name, transform.type, &none});
  }
  const ResolvedConfig config = validate_connector(raw.connectors.front(), tables, problems);
  EXPECT_EQ(problems.text(), "");
  return connector_settings(config, kind);
}

TEST(ConnectorSettings, OfASink) {
  const ConnectorSettings settings = connector(ConnectorKind::kSink,
                                               "    topics: a,b\n    tasks.max: 3\n    transforms: [t, u]\n    "
                                               "transforms.t.type: tt\n    transforms.u.type: uu\n"
                                               "    errors: {tolerance: all, deadletterqueue.topic: {name: d, "
                                               "partitions: 2, replication.factor: 1}, rate.limit: 9}\n"
                                               "    consumer.override.fetch.min.bytes: 7\n");
  EXPECT_EQ(settings.name, "c1");
  EXPECT_EQ(settings.tasks_max, 3);
  EXPECT_EQ(settings.topics, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(settings.transforms.size(), 2u);
  EXPECT_EQ(settings.transforms[1].name, "u");
  EXPECT_EQ(settings.transforms[1].type, "uu");
  EXPECT_EQ(settings.max_retries, 3);
  EXPECT_EQ(settings.retry_backoff_ms, 100);
  EXPECT_EQ(settings.batch_size, 1000);
  EXPECT_EQ(settings.batch_interval_ms, 1000);
  EXPECT_EQ(settings.queue_bytes, 8'388'608);
  EXPECT_TRUE(settings.tolerate_errors);
  EXPECT_EQ(settings.dead_letter_topic, "d");
  EXPECT_EQ(settings.dead_letter_partitions, 2);
  EXPECT_EQ(settings.dead_letter_replication, 1);
  EXPECT_EQ(settings.error_rate_limit, 9);
  EXPECT_EQ(settings.error_rate_window, 1000);
  EXPECT_EQ(settings.consumer_override, (ClientSettings{{"fetch.min.bytes", "7"}}));
  EXPECT_EQ(settings.config_hash.size(), 16u);
}

TEST(ConnectorSettings, OfASource) {
  const ConnectorSettings settings =
      connector(ConnectorKind::kSource,
                "    topic.creation.default: {partitions: 3, retention.ms: 604800000, max.message.bytes: 10485760}\n");
  EXPECT_EQ(settings.errors_retry_timeout_ms, 600'000);
  EXPECT_EQ(settings.topic_partitions, 3);
  EXPECT_EQ(settings.topic_replication, -1);
  EXPECT_EQ(settings.topic_configs, (ClientSettings{{"retention.ms", "604800000"}, {"max.message.bytes", "10485760"}}));
}

}  // namespace
}  // namespace cnx::host::config
