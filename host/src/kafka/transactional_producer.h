// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/stop.h"
#include "cnx/abi/batch.h"
#include "cnx/result.hpp"
#include "kafka/client_config.h"
#include "kafka/types.h"

struct rd_kafka_error_s;

namespace cnx::host::kafka {

class ProducerCore;

struct TransactionalProducerOptions {
  std::string transactional_id;
  std::int32_t transaction_timeout_ms = 60000;  ///< the broker aborts a transaction that is older
  std::int64_t open_timeout_ms = 60000;         ///< most time for init_transactions
};

/// Writes records in transactions: open → { begin → produce* → commit | abort }*.
///
/// One thread at a time. Every wait ends within about a second of a stop (CANCELLED); a commit or abort in progress is
/// given that second. After an error inside a transaction:
///   must_be_recreated()  destroy it; a new one with the same id takes over and finishes or aborts what was open
///   otherwise            abort(), then the same transaction may be tried again
/// Errors: FENCED (a newer producer has this transactional.id, or the transaction timed out), FATAL, AUTH, CONFIG,
/// RECORD (a record larger than broker, topic or message.max.bytes allow; the message names it), RETRY.
class TransactionalProducer {
 public:
  /// Connects and runs init_transactions, which fences every older producer of that id and ends its transaction.
  [[nodiscard]] static Result<std::unique_ptr<TransactionalProducer>> open(const ClientConfig& config,
                                                                           TransactionalProducerOptions options,
                                                                           StopToken stop);
  /// Does not commit: an open transaction is left to the broker's timeout or the next init_transactions.
  ~TransactionalProducer();
  TransactionalProducer(const TransactionalProducer&) = delete;
  TransactionalProducer& operator=(const TransactionalProducer&) = delete;

  [[nodiscard]] Status begin();

  /// Queues copies of all records, in order; waits while the client's queue is full. partition -1: by key as Java's
  /// client does (murmur2; without a key anywhere). timestamp -1: now. `offset` is ignored. An error leaves the
  /// transaction to be aborted; a delivery that failed meanwhile is returned here, too.
  [[nodiscard]] Status produce(std::span<const cnx_record> records);

  /// Waits until every record is acknowledged. Not needed before commit().
  [[nodiscard]] Status flush();

  /// Highest offset per partition acknowledged so far in this transaction, sorted; complete after flush().
  [[nodiscard]] std::vector<PartitionOffset> delivered() const;

  /// Waits for all acknowledgements and commits. Returns the highest offset per partition written, sorted. The broker
  /// writes its markers, behind those offsets, a moment after it has answered: only then do readers see the records. An
  /// error with must_be_recreated() may hide a commit that succeeded: read the position before going on.
  [[nodiscard]] Result<std::vector<PartitionOffset>> commit();

  /// Rolls back. Fine without an open transaction.
  [[nodiscard]] Status abort();

  [[nodiscard]] bool in_transaction() const { return in_transaction_; }
  [[nodiscard]] bool must_be_recreated() const { return must_be_recreated_; }

 private:
  using Call = std::function<rd_kafka_error_s*(ProducerCore&)>;

  TransactionalProducer(std::shared_ptr<ProducerCore> core, TransactionalProducerOptions options, StopToken stop);
  [[nodiscard]] Status initialize();
  [[nodiscard]] Status finish(std::string_view what, const Call& call);
  [[nodiscard]] Status failed(const rd_kafka_error_s& error, std::string_view what);
  [[nodiscard]] Status checked(Status status);
  bool refused_for_good();
  [[nodiscard]] Status expect_usable(bool in_transaction) const;

  const std::shared_ptr<ProducerCore> core_;  // shared with a call that was given up and is still running
  const TransactionalProducerOptions options_;
  const StopToken stop_;
  bool in_transaction_ = false;
  bool must_be_recreated_ = false;
};

}  // namespace cnx::host::kafka
