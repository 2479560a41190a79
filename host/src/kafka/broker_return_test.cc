// SPDX-License-Identifier: Apache-2.0
//
// A broker that restarts is found again soon, also by a client that reads no partition: librdkafka's patch makes
// threads sleep longer, but not those that have to connect.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kafka/mock_broker.h"

namespace cnx::host::kafka {
namespace {

// What librdkafka says of itself, line by line.
class Lines {
 public:
  void add(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    lines_.clear();
  }
  [[nodiscard]] bool wait_for(std::string_view part) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] {
      return std::any_of(lines_.begin(), lines_.end(),
                         [&](const std::string& line) { return line.find(part) != std::string::npos; });
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;  // guarded by mutex_
};

void set(rd_kafka_conf_t* conf, const char* name, const char* value) {
  ASSERT_EQ(rd_kafka_conf_set(conf, name, value, nullptr, 0), RD_KAFKA_CONF_OK) << name;
}

rd_kafka_resp_err_t ask_metadata(rd_kafka_t* client, int timeout_ms) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client, 1, nullptr, &metadata, timeout_ms);
  if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  return code;
}

// A client of its own each time: the time to the next try of a connection grows with every one that was cut.
void restart_a_broker_under_a_request() {
  MockBroker broker;
  broker.make_topic("t");
  Lines lines;
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", broker.servers().c_str());
  set(conf, "debug", "broker,protocol");
  rd_kafka_conf_set_opaque(conf, &lines);
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t* client, int, const char*, const char* text) {
    static_cast<Lines*>(rd_kafka_opaque(client))->add(text);
  });
  const std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> client(rd_kafka_new(RD_KAFKA_CONSUMER, conf, nullptr, 0),
                                                                  rd_kafka_destroy);
  ASSERT_NE(client, nullptr);
  ASSERT_EQ(ask_metadata(client.get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);

  broker.set_rtt(60'000);
  lines.forget();
  // Shorter than the ten seconds that an idle thread sleeps.
  auto answer = std::async(std::launch::async, [&] { return ask_metadata(client.get(), 8'000); });
  EXPECT_TRUE(lines.wait_for("Sent MetadataRequest"));
  broker.set_down();
  EXPECT_TRUE(lines.wait_for("Connection refused"));
  broker.set_rtt(0);
  broker.set_up();
  EXPECT_EQ(answer.get(), RD_KAFKA_RESP_ERR_NO_ERROR);
}

TEST(BrokerReturn, ARequestThatWasUnderWayIsAnsweredByTheBrokerThatCameBack) {
  // Which of two threads is first decides what would be forgotten: every second time or so.
  for (int round = 0; round < 3 && !HasFailure(); ++round) restart_a_broker_under_a_request();
}

}  // namespace
}  // namespace cnx::host::kafka
