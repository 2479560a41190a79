// SPDX-License-Identifier: Apache-2.0
#include "kafka/transactional_producer.h"

#include <fmt/format.h>

#include <chrono>

#include "base/fault_points.h"
#include "base/log.h"
#include "kafka/error_map.h"
#include "kafka/producer_core.h"
#include "kafka/watched_call.h"

namespace cnx::host::kafka {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kLogger = "kafka";
constexpr int kInitSliceMs = 500;
constexpr std::int64_t kAgainMs = 200;
constexpr milliseconds kStopGrace{1000};
// librdkafka ends commit and abort by itself when the transaction's time is over; only then is it given up.
constexpr milliseconds kOverTime{10'000};

}  // namespace

TransactionalProducer::TransactionalProducer(std::shared_ptr<ProducerCore> core, TransactionalProducerOptions options,
                                             StopToken stop)
    : core_(std::move(core)), options_(std::move(options)), stop_(std::move(stop)) {}

TransactionalProducer::~TransactionalProducer() = default;

Result<std::unique_ptr<TransactionalProducer>> TransactionalProducer::open(const ClientConfig& config,
                                                                           TransactionalProducerOptions options,
                                                                           StopToken stop) {
  Properties ours = {
      {"transactional.id", options.transactional_id},
      {"transaction.timeout.ms", std::to_string(options.transaction_timeout_ms)},
  };
  CNX_ASSIGN(std::shared_ptr<ProducerCore> core,
             ProducerCore::create(config, std::move(ours), fmt::format("producer {}", options.transactional_id)));
  std::unique_ptr<TransactionalProducer> producer(
      new TransactionalProducer(std::move(core), std::move(options), std::move(stop)));
  CNX_TRY(producer->initialize());
  return producer;
}

Status TransactionalProducer::initialize() {
  const auto deadline = std::chrono::steady_clock::now() + milliseconds(options_.open_timeout_ms);
  rd_kafka_t* client = core_->client().get();
  for (;;) {
    if (stop_.requested()) return cancelled_error();
    // A call that timed out goes on in the background; the next one takes it up again.
    const ErrorPtr error(rd_kafka_init_transactions(client, kInitSliceMs));
    if (!error) {
      core_->client().note_success();
      return {};
    }
    rd_kafka_poll(client, 0);  // lets the client say what is wrong with its connections
    Error mapped = core_->client().error(*error, "init_transactions");
    const bool again = rd_kafka_error_is_retriable(error.get()) && mapped.action == Action::kRetry;
    if (!again || std::chrono::steady_clock::now() >= deadline) {
      must_be_recreated_ = true;
      return mapped;
    }
    if (rd_kafka_error_code(error.get()) != RD_KAFKA_RESP_ERR__TIMED_OUT) static_cast<void>(stop_.wait_for(kAgainMs));
  }
}

Status TransactionalProducer::expect_usable(bool in_transaction) const {
  if (must_be_recreated_) {
    return fatal_error(fmt::format("producer {} failed before and must be made anew", options_.transactional_id));
  }
  if (in_transaction != in_transaction_) {
    return fatal_error(
        fmt::format("producer {}: {} transaction is open", options_.transactional_id, in_transaction ? "no" : "a"));
  }
  return {};
}

Status TransactionalProducer::failed(const rd_kafka_error_s& error, std::string_view what) {
  Error mapped = core_->client().error(error, what);
  if (rd_kafka_error_is_fatal(&error) || mapped.action == Action::kFenced) {
    must_be_recreated_ = true;
    return mapped;
  }
  if (!rd_kafka_error_txn_requires_abort(&error)) must_be_recreated_ = true;
  // The failed delivery names the record; the transaction's error only says that there was one.
  if (refused_for_good() || (mapped.native_code == RD_KAFKA_RESP_ERR__INCONSISTENT && core_->delivery_error())) {
    return *core_->delivery_error();
  }
  return mapped;
}

// A record that the broker refused leaves a gap in the producer's sequence numbers, which librdkafka (2.8.0) does not
// close when the transaction is aborted: the next one would fail with OUT_OF_ORDER_SEQUENCE_NUMBER.
bool TransactionalProducer::refused_for_good() {
  if (!core_->broker_refused()) return false;
  must_be_recreated_ = true;
  return true;
}

Status TransactionalProducer::checked(Status status) {
  if (status.ok()) return status;
  if (std::optional<Error> fatal = core_->fatal()) {
    must_be_recreated_ = true;
    return *std::move(fatal);
  }
  if (status.error().action == Action::kFenced || refused_for_good()) must_be_recreated_ = true;
  return status;
}

Status TransactionalProducer::begin() {
  CNX_TRY(expect_usable(false));
  CNX_TRY(faults::pass("source.begin.before"));
  core_->begin_session();
  const ErrorPtr error(rd_kafka_begin_transaction(core_->client().get()));
  if (error) return failed(*error, "begin_transaction");
  in_transaction_ = true;
  return faults::pass("source.begin.after");
}

Status TransactionalProducer::produce(std::span<const cnx_record> records) {
  CNX_TRY(expect_usable(true));
  return checked(core_->queue(records, stop_));
}

Status TransactionalProducer::flush() {
  CNX_TRY(expect_usable(true));
  return checked(core_->await_deliveries(stop_));
}

Status TransactionalProducer::finish(std::string_view what, const Call& call) {
  const auto deadline = std::chrono::steady_clock::now() + milliseconds(options_.transaction_timeout_ms) + kOverTime;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    auto outcome = watched_call([core = core_, call] { return ErrorPtr(call(*core)); }, left, kStopGrace, stop_);
    if (!outcome) {
      must_be_recreated_ = true;
      return core_->client().error(RD_KAFKA_RESP_ERR__TIMED_OUT, what,
                                   "no answer in time; whether it took effect is not known");
    }
    const ErrorPtr error = *std::move(outcome);
    if (!error) return {};
    const bool again = rd_kafka_error_is_retriable(error.get()) && !rd_kafka_error_txn_requires_abort(error.get());
    if (!again || stop_.requested() || std::chrono::steady_clock::now() >= deadline) return failed(*error, what);
    log::warning(kLogger, "{}", core_->client().error(*error, what).message);
    static_cast<void>(stop_.wait_for(kAgainMs));
  }
}

std::vector<PartitionOffset> TransactionalProducer::delivered() const { return core_->highest(); }

Result<std::vector<PartitionOffset>> TransactionalProducer::commit() {
  CNX_TRY(expect_usable(true));
  CNX_TRY(faults::pass("source.commit.before"));
  // -1: the rest of the transaction's time, the only value that librdkafka advises.
  CNX_TRY(finish("commit_transaction",
                 [](ProducerCore& core) { return rd_kafka_commit_transaction(core.client().get(), -1); }));
  in_transaction_ = false;
  if (Status lost = faults::pass("source.commit.after"); !lost.ok()) {
    must_be_recreated_ = true;
    return std::move(lost).error();
  }
  core_->client().note_success();
  return core_->highest();
}

Status TransactionalProducer::abort() {
  if (!in_transaction_) return {};
  CNX_TRY(expect_usable(true));
  CNX_TRY(finish("abort_transaction",
                 [](ProducerCore& core) { return rd_kafka_abort_transaction(core.client().get(), -1); }));
  in_transaction_ = false;
  return {};
}

}  // namespace cnx::host::kafka
