// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cnx/result.hpp"

namespace cnx::bench {

struct SenderSettings {
  std::string servers;
  std::string topic;
  std::string compression = "lz4";
  /// Records are sent at once, one by one; else in large batches.
  bool prompt = false;
};

/// A producer that loses nothing: acknowledged by all replicas, idempotent. One thread.
class KafkaSender {
 public:
  static Result<std::unique_ptr<KafkaSender>> open(const SenderSettings& settings);
  ~KafkaSender();

  /// Copies key and value; waits while the queue is full. Records of one key go to one partition, as by Java's client.
  [[nodiscard]] Status send(std::string_view key, std::string_view value);
  /// Until everything is acknowledged; the error of the first record that was not.
  [[nodiscard]] Status finish();

 private:
  KafkaSender() = default;
  struct Client;
  std::unique_ptr<Client> client_;
};

/// Makes the topic when it is missing.
[[nodiscard]] Status make_topic(const std::string& servers, const std::string& topic, int partitions);

}  // namespace cnx::bench
