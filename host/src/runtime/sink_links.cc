// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_links.h"

#include "base/fault_points.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kClaimWaitMs = 1'000;
// Below the session timeout of 10 s: what is not done by then is cancelled.
constexpr std::int64_t kRevokeWaitMs = 8'000;
constexpr std::int64_t kAskMs = 5'000;

}  // namespace

void SinkLinks::open(kafka::SinkConsumer& consumer, std::function<void()> wake_reader) {
  const std::lock_guard lock(mutex_);
  consumer_ = &consumer;
  wake_reader_ = std::move(wake_reader);
  changed_.notify_all();
}

void SinkLinks::close_reader() {
  const std::lock_guard lock(mutex_);
  wake_reader_ = nullptr;
}

void SinkLinks::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  consumer_ = nullptr;
  wake_reader_ = nullptr;
  changed_.notify_all();
}

void SinkLinks::writer_idle() {
  const std::lock_guard lock(mutex_);
  if (wake_reader_) wake_reader_();
}

kafka::SinkConsumer* SinkLinks::consumer() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || consumer_ != nullptr; });
  return consumer_;
}

std::vector<std::optional<std::int64_t>> SinkLinks::on_assigned(std::span<const kafka::TopicPartition> partitions,
                                                                std::uint64_t generation) {
  if (partitions.empty()) return {};
  return writer_->claim(partitions, generation, kClaimWaitMs);
}

void SinkLinks::on_revoked(std::span<const kafka::TopicPartition> partitions) {
  static_cast<void>(faults::pass("sink.revoke.before"));  // a revocation cannot fail
  writer_->release(partitions, kRevokeWaitMs);
  static_cast<void>(faults::pass("sink.revoke.after"));
}
void SinkLinks::on_lost(std::span<const kafka::TopicPartition> partitions) { writer_->release(partitions, 0); }

void SinkLinks::hold(const kafka::TopicPartition& at, std::uint64_t generation) {
  if (auto* c = consumer()) c->hold(at, generation);
}

Result<std::uint64_t> SinkLinks::start_at(const kafka::TopicPartition& at, std::uint64_t generation,
                                          std::int64_t offset) {
  auto* c = consumer();
  if (c == nullptr) return fenced_error("the consumer is closed");
  return c->start_at(at, generation, offset);
}

void SinkLinks::commit_hint(std::span<const kafka::PartitionOffset> offsets) {
  // A hint that fails is not repeated: the next one says more.
  if (!faults::pass("sink.hint.before").ok()) return;
  if (auto* c = consumer()) c->commit_hint(offsets);
  static_cast<void>(faults::pass("sink.hint.after"));
}

std::optional<std::int64_t> SinkLinks::log_end(const kafka::TopicPartition& at) {
  auto* c = consumer();
  return c == nullptr ? std::nullopt : c->last_known_end(at);
}

Result<kafka::Watermarks> SinkLinks::watermarks(const kafka::TopicPartition& at) {
  auto* c = consumer();
  if (c == nullptr) return cancelled_error("the consumer is closed");
  return c->watermarks(at, kAskMs);
}

Result<kafka::PartitionReader*> SinkLinks::reader() {
  if (!reader_) {
    CNX_ASSIGN(reader_, kafka::PartitionReader::open(client_, kafka::Isolation::kReadCommitted, stop_,
                                                     kafka::ReadAhead::kLittle));
  }
  return reader_.get();
}

Result<std::optional<std::int64_t>> SinkLinks::first_record(const kafka::TopicPartition& at, std::int64_t from,
                                                            std::int64_t to) {
  CNX_ASSIGN(kafka::PartitionReader * reader, this->reader());
  return reader->first_record(at, from, to);
}

Result<std::optional<std::int64_t>> SinkLinks::timestamp_at(const kafka::TopicPartition& at, std::int64_t offset) {
  CNX_ASSIGN(kafka::PartitionReader * reader, this->reader());
  CNX_ASSIGN(const std::optional<kafka::MessageBatch> batch, reader->read_at(at, offset));
  if (!batch) return std::optional<std::int64_t>{};
  return std::optional<std::int64_t>(batch->records()[0].timestamp_ms);
}

std::optional<std::int64_t> SinkLinks::hint(const kafka::TopicPartition& at) {
  auto stored = committed(at);
  return stored.ok() ? *stored : std::nullopt;
}

Result<std::optional<std::int64_t>> SinkLinks::committed(const kafka::TopicPartition& at) {
  auto* c = consumer();
  if (c == nullptr) return cancelled_error("the consumer is closed");
  CNX_ASSIGN(const auto stored, c->committed({&at, 1}, kAskMs));
  if (stored.empty() || stored[0].offset < 0) return std::optional<std::int64_t>{};
  return std::optional<std::int64_t>(stored[0].offset);
}

}  // namespace cnx::host::runtime
