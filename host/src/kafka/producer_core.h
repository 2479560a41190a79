// SPDX-License-Identifier: Apache-2.0
//
// Internal: what both producers share: queueing without loss, and the account of acknowledgements.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/stop.h"
#include "cnx/abi/batch.h"
#include "cnx/result.hpp"
#include "kafka/client_handle.h"
#include "kafka/types.h"

namespace cnx::host::kafka {

/// Counts what was handed to the client against what came back. A session is a transaction, or one send(); reports of
/// an earlier session are ignored. One thread at a time.
class ProducerCore {
 public:
  [[nodiscard]] static Result<std::shared_ptr<ProducerCore>> create(const ClientConfig& config, Properties ours,
                                                                    std::string name);
  ~ProducerCore();
  ProducerCore(const ProducerCore&) = delete;
  ProducerCore& operator=(const ProducerCore&) = delete;

  [[nodiscard]] ClientHandle& client() const { return *client_; }

  void begin_session();
  /// Queues copies. Waits, polling, while the queue is full. Returns the session's first delivery error early.
  [[nodiscard]] Status queue(std::span<const cnx_record> records, const StopToken& stop);
  /// Polls until every record of the session is accounted for; its first delivery error, if any.
  [[nodiscard]] Status await_deliveries(const StopToken& stop);

  /// The session's first failed delivery.
  [[nodiscard]] const std::optional<Error>& delivery_error() const { return error_; }
  /// That delivery was refused by the broker for what it was, not for the state of things: the client's sequence
  /// numbers have a gap, so that only a new one can go on.
  [[nodiscard]] bool broker_refused() const;
  /// The highest acknowledged offset per partition of the session, sorted.
  [[nodiscard]] std::vector<PartitionOffset> highest() const;
  /// The client's fatal error, which no retry on this client mends.
  [[nodiscard]] std::optional<Error> fatal() const;

 private:
  explicit ProducerCore(std::shared_ptr<ClientHandle> client);
  static void on_delivery(const rd_kafka_message_t& message, void* self);
  void account(const rd_kafka_message_t& message);
  [[nodiscard]] Error refusal(const rd_kafka_message_t& message) const;
  void raise_highest(const rd_kafka_message_t& message);
  [[nodiscard]] rd_kafka_topic_t* topic(std::string_view name);
  [[nodiscard]] rd_kafka_resp_err_t produce(const cnx_record& record);
  [[nodiscard]] Error describe(rd_kafka_resp_err_t code, const cnx_record& record) const;

  const std::shared_ptr<ClientHandle> client_;
  std::map<std::string, TopicPtr, std::less<>> topics_;
  std::uint32_t session_ = 0;
  std::uint64_t outstanding_ = 0;
  std::optional<Error> error_;
  std::vector<PartitionOffset> highest_;  // a handful: searched from end to end
};

}  // namespace cnx::host::kafka
