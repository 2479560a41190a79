// SPDX-License-Identifier: Apache-2.0
#include "config/worker_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/connector_check.h"
#include "config/settings.h"

namespace cnx::host::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ResolvedConfig worker(const std::string& body, Problems& problems) {
  RawConfig raw;
  load_text("worker:\n" + body, "c.yml", raw, problems);
  return validate_worker(raw.worker, false, problems);
}

std::string worker_problems(const std::string& body) {
  Problems problems;
  static_cast<void>(worker(body, problems));
  return problems.text();
}

std::string weaknesses(const std::string& body) {
  Problems problems;
  std::string keys;
  for (const Weakness& weak : weaknesses_of(worker(body, problems))) keys += weak.key + ";";
  EXPECT_EQ(problems.text(), "");
  return keys;
}

constexpr const char* kLogin = "  sasl: {mechanism: SCRAM-SHA-512, username: u, password: planted-worker-rules}\n";

TEST(WorkerRules, LetSecuredConnectionsThrough) {
  EXPECT_EQ(worker_problems("  security.protocol: SSL\n  ssl: {ca.location: ca.pem, certificate.location: c.pem, "
                            "key.location: k.pem, key.password: planted-worker-rules}\n"),
            "");
  EXPECT_EQ(worker_problems(std::string("  security.protocol: SASL_SSL\n") + kLogin), "");
}

TEST(WorkerRules, GiveTheSecurityOfKafkaToAllClients) {
  Problems problems;
  const auto settings = worker_settings(
      worker(std::string("  security.protocol: SASL_SSL\n  ssl.ca.location: ca.pem\n") + kLogin, problems));
  EXPECT_EQ(settings.kafka_security, (ClientSettings{{"sasl.mechanism", "SCRAM-SHA-512"},
                                                     {"sasl.password", "planted-worker-rules"},
                                                     {"sasl.username", "u"},
                                                     {"security.protocol", "SASL_SSL"},
                                                     {"ssl.ca.location", "ca.pem"},
                                                     {"ssl.endpoint.identification.algorithm", "https"}}));
}

TEST(WorkerRules, RefuseWhatWouldNotSecureAnything) {
  EXPECT_THAT(worker_problems(kLogin),
              HasSubstr("c.yml:2:46: worker.sasl.username: it is set, but security.protocol is "
                        "PLAINTEXT, which has no login; set security.protocol: SASL_SSL"));
  EXPECT_THAT(worker_problems(kLogin), Not(HasSubstr("planted")));
  EXPECT_THAT(worker_problems("  ssl.ca.location: ca.pem\n"),
              HasSubstr("which is plain text; set security.protocol: SSL"));
  EXPECT_THAT(worker_problems(std::string("  security.protocol: SASL_PLAINTEXT\n  ssl.ca.location: ca.pem\n") + kLogin),
              HasSubstr("which is plain text; set security.protocol: SASL_SSL"));
}

TEST(WorkerRules, NameWhatALoginLacks) {
  const std::string text = worker_problems("  security.protocol: SASL_SSL\n");
  for (const char* key : {"sasl.mechanism", "sasl.username", "sasl.password"}) {
    EXPECT_THAT(text, HasSubstr(std::string("worker.") + key + ": is missing"));
  }
  EXPECT_THAT(worker_problems("  security.protocol: SSL\n  ssl.key.location: k.pem\n"),
              HasSubstr("worker.ssl.key.location: it is set without ssl.certificate.location"));
}

TEST(WorkerRules, ExplainTheJavaClientsNamesWithoutTheirValues) {
  const std::string text = worker_problems(
      "  sasl.jaas.config: PlainLoginModule required password=\"planted-worker-rules\";\n"
      "  ssl.truststore.location: t.jks\n  producer.security.protocol: SSL\n");
  EXPECT_THAT(text, HasSubstr("write sasl.username and sasl.password"));
  EXPECT_THAT(text, HasSubstr("ssl.ca.location"));
  EXPECT_THAT(text, HasSubstr("producer.override."));
  EXPECT_THAT(text, Not(HasSubstr("planted")));
}

constexpr const char* kToken = "  listeners.bearer.token: planted-listener-token\n";

TEST(WorkerRules, ServeOtherMachinesOnlyWithALoginOrOnPurpose) {
  for (const char* open : {"http://0.0.0.0:1", "http://:1", "http://etl.example:1"}) {
    const std::string listener = std::string("  listeners: ") + open + "\n";
    EXPECT_THAT(worker_problems(listener), HasSubstr("and there is no login; set listeners.bearer.token")) << open;
    EXPECT_EQ(worker_problems(listener + kToken), "") << open;
    EXPECT_EQ(worker_problems(listener + "  listeners.anonymous: true\n"), "") << open;
    EXPECT_EQ(weaknesses(listener + kToken), "worker.listeners;") << open;
    EXPECT_EQ(weaknesses(listener + "  listeners.anonymous: true\n"), "worker.listeners.anonymous;") << open;
  }
  EXPECT_EQ(worker_problems("  listeners: http://127.0.0.1:1\n"), "");
  EXPECT_EQ(weaknesses("  listeners: http://localhost:1\n"), "");
}

TEST(WorkerRules, WantACertificateForHttpsAndForNothingElse) {
  const std::string files =
      "  listeners.https.ssl.certificate.location: c.pem\n  listeners.https.ssl.key.location: k.pem\n";
  EXPECT_EQ(worker_problems("  listeners: https://127.0.0.1:1\n" + files), "");
  EXPECT_THAT(worker_problems("  listeners: https://127.0.0.1:1\n"), HasSubstr("certificate.location: is missing"));
  EXPECT_THAT(worker_problems("  listeners: http://127.0.0.1:1\n" + files), HasSubstr("but the listener is http"));
}

TEST(WorkerRules, RefuseLoginsThatCannotWork) {
  const std::string listener = "  listeners: http://127.0.0.1:1\n";
  EXPECT_THAT(worker_problems(listener + "  listeners.bearer.token: planted-short\n"), HasSubstr("it can be guessed"));
  EXPECT_THAT(worker_problems(listener + "  listeners.bearer.token: planted-short\n"), Not(HasSubstr("planted")));
  EXPECT_THAT(worker_problems(listener + "  listeners.basic.username: u\n"),
              HasSubstr("without listeners.basic.password"));
  EXPECT_THAT(worker_problems(listener + "  listeners.basic.password: planted-pw\n"),
              HasSubstr("without listeners.basic.username"));
  EXPECT_THAT(worker_problems(listener + "  listeners.basic: {username: 'a:b', password: planted-pw}\n"),
              HasSubstr("ends the name"));
}

TEST(WorkerRules, CallAWeaknessByItsName) {
  EXPECT_EQ(weaknesses("  security.protocol: SSL\n"), "");
  EXPECT_EQ(weaknesses("  security.protocol: SSL\n  ssl.endpoint.identification.algorithm: none\n"),
            "worker.ssl.endpoint.identification.algorithm;");
  EXPECT_EQ(weaknesses(std::string("  security.protocol: SASL_PLAINTEXT\n") + kLogin), "worker.security.protocol;");
}

}  // namespace
}  // namespace cnx::host::config
