// SPDX-License-Identifier: Apache-2.0
//
// Test support: librdkafka's broker in a process, for errors only; its transactions are stubs. librdkafka's package may
// come without rdkafka_mock.h, so the functions used of it are declared here (same in 2.0 to 2.8; the weak
// ones are newer than 2.0).
#pragma once

#include <cstdlib>
#include <string>

#include "kafka/library.h"

extern "C" {
struct rd_kafka_mock_cluster_s;
rd_kafka_mock_cluster_s* rd_kafka_mock_cluster_new(rd_kafka_t* client, int brokers);
void rd_kafka_mock_cluster_destroy(rd_kafka_mock_cluster_s* cluster);
const char* rd_kafka_mock_cluster_bootstraps(const rd_kafka_mock_cluster_s* cluster);
rd_kafka_resp_err_t rd_kafka_mock_topic_create(rd_kafka_mock_cluster_s* cluster, const char* topic, int partitions,
                                               int replicas);
rd_kafka_resp_err_t rd_kafka_mock_broker_set_down(rd_kafka_mock_cluster_s* cluster, std::int32_t broker);
rd_kafka_resp_err_t rd_kafka_mock_broker_set_up(rd_kafka_mock_cluster_s* cluster, std::int32_t broker);
rd_kafka_resp_err_t rd_kafka_mock_broker_set_rtt(rd_kafka_mock_cluster_s* cluster, std::int32_t broker, int rtt_ms);
void rd_kafka_mock_push_request_errors(rd_kafka_mock_cluster_s* cluster, std::int16_t api_key, std::size_t count, ...);

struct rd_kafka_mock_request_s;
[[gnu::weak]] void rd_kafka_mock_group_initial_rebalance_delay_ms(rd_kafka_mock_cluster_s* cluster,
                                                                  std::int32_t delay_ms);
[[gnu::weak]] void rd_kafka_mock_start_request_tracking(rd_kafka_mock_cluster_s* cluster);
[[gnu::weak]] rd_kafka_mock_request_s** rd_kafka_mock_get_requests(rd_kafka_mock_cluster_s* cluster,
                                                                   std::size_t* count);
[[gnu::weak]] std::int16_t rd_kafka_mock_request_api_key(rd_kafka_mock_request_s* request);
[[gnu::weak]] void rd_kafka_mock_request_destroy(rd_kafka_mock_request_s* request);
}

namespace cnx::host::kafka {

/// Request kinds (Apache Kafka's protocol guide, "Api Keys").
inline constexpr std::int16_t kProduceRequest = 0;
inline constexpr std::int16_t kFindCoordinatorRequest = 10;
inline constexpr std::int16_t kJoinGroupRequest = 11;
inline constexpr std::int16_t kHeartbeatRequest = 12;

/// One broker on a free port of the loopback interface.
class MockBroker {
 public:
  MockBroker()
      : client_(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0)),
        cluster_(rd_kafka_mock_cluster_new(client_, 1)) {}
  ~MockBroker() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(client_);
  }
  MockBroker(const MockBroker&) = delete;
  MockBroker& operator=(const MockBroker&) = delete;

  [[nodiscard]] std::string servers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void make_topic(const char* name) { rd_kafka_mock_topic_create(cluster_, name, 1, 1); }
  /// The next `times` requests of that kind are answered with `code`.
  void fail_next(std::int16_t api_key, rd_kafka_resp_err_t code, int times = 1) {
    for (int i = 0; i < times; ++i) rd_kafka_mock_push_request_errors(cluster_, api_key, 1, code);
  }
  /// Connections are cut and refused, until set_up().
  void set_down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void set_up() { rd_kafka_mock_broker_set_up(cluster_, 1); }
  /// From now on requests are kept for count_of(), and a group's first member need not wait for others. False: this
  /// librdkafka cannot do so.
  [[nodiscard]] bool count_requests() {
    if (!rd_kafka_mock_start_request_tracking || !rd_kafka_mock_group_initial_rebalance_delay_ms) return false;
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster_, 0);
    rd_kafka_mock_start_request_tracking(cluster_);
    return true;
  }
  /// How many requests of that kind have come.
  [[nodiscard]] int count_of(std::int16_t api_key) const {
    std::size_t size = 0;
    rd_kafka_mock_request_s** const requests = rd_kafka_mock_get_requests(cluster_, &size);
    int count = 0;
    for (std::size_t i = 0; i < size; ++i) {
      if (rd_kafka_mock_request_api_key(requests[i]) == api_key) ++count;
      rd_kafka_mock_request_destroy(requests[i]);
    }
    std::free(requests);
    return count;
  }
  /// How long each answer takes.
  void set_rtt(int milliseconds) { rd_kafka_mock_broker_set_rtt(cluster_, 1, milliseconds); }

 private:
  rd_kafka_t* const client_;
  rd_kafka_mock_cluster_s* const cluster_;
};

}  // namespace cnx::host::kafka
