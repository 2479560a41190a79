// SPDX-License-Identifier: Apache-2.0
#include "generate/kafka_sender.h"

#include <librdkafka/rdkafka.h>

#include <utility>

#include "kafka/admin.h"

namespace cnx::bench {
namespace {

constexpr int kFlushMs = 60'000;
constexpr std::uint32_t kPollEvery = 256;

}  // namespace

struct KafkaSender::Client {
  rd_kafka_t* producer = nullptr;
  rd_kafka_topic_t* topic = nullptr;
  rd_kafka_resp_err_t failure = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::uint32_t unpolled = 0;

  ~Client() {
    if (topic != nullptr) rd_kafka_topic_destroy(topic);
    if (producer != nullptr) rd_kafka_destroy(producer);
  }
  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<Client*>(self)->failure = message->err;
  }
  [[nodiscard]] Status check() const {
    if (failure == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return fatal_error(std::string("a record was not delivered: ") + rd_kafka_err2str(failure));
  }
};

KafkaSender::~KafkaSender() = default;

Result<std::unique_ptr<KafkaSender>> KafkaSender::open(const SenderSettings& settings) {
  std::unique_ptr<KafkaSender> sender(new KafkaSender());
  sender->client_ = std::make_unique<Client>();
  Client& client = *sender->client_;
  const std::pair<const char*, std::string> properties[] = {
      {"bootstrap.servers", settings.servers},
      {"enable.idempotence", "true"},
      {"compression.codec", settings.compression},
      {"linger.ms", settings.prompt ? "0" : "20"},
      {"batch.size", "1000000"},
      {"queue.buffering.max.kbytes", "131072"},
      {"partitioner", "murmur2_random"},
  };
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char reason[512];
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_OK) continue;
    rd_kafka_conf_destroy(conf);
    return config_error(std::string(name) + ": " + reason);
  }
  rd_kafka_conf_set_opaque(conf, &client);
  rd_kafka_conf_set_dr_msg_cb(conf, &Client::delivered);
  client.producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
  if (client.producer == nullptr) {
    rd_kafka_conf_destroy(conf);
    return fatal_error(std::string("no producer: ") + reason);
  }
  client.topic = rd_kafka_topic_new(client.producer, settings.topic.c_str(), nullptr);
  if (client.topic == nullptr) return fatal_error("topic '" + settings.topic + "' cannot be used");
  return sender;
}

Status KafkaSender::send(std::string_view key, std::string_view value) {
  Client& client = *client_;
  while (rd_kafka_produce(client.topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()),
                          value.size(), key.data(), key.size(), nullptr) != 0) {
    const rd_kafka_resp_err_t error = rd_kafka_last_error();
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) return fatal_error(rd_kafka_err2str(error));
    rd_kafka_poll(client.producer, 10);
  }
  if (++client.unpolled < kPollEvery) return {};
  client.unpolled = 0;
  rd_kafka_poll(client.producer, 0);
  return client.check();
}

Status KafkaSender::finish() {
  if (rd_kafka_flush(client_->producer, kFlushMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return fatal_error("records are still not acknowledged after " + std::to_string(kFlushMs / 1000) + " s");
  return client_->check();
}

Status make_topic(const std::string& servers, const std::string& topic, int partitions) {
  host::kafka::ClientConfig config;
  config.bootstrap_servers = servers;
  CNX_ASSIGN(const auto admin, host::kafka::Admin::open(config, kFlushMs, {}));
  CNX_ASSIGN(const bool made, admin->ensure_topic({topic, partitions, 1, {{"max.message.bytes", "10485760"}}}));
  static_cast<void>(made);
  return {};
}

}  // namespace cnx::bench
