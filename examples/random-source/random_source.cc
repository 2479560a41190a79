// SPDX-License-Identifier: Apache-2.0
//
// Records for load tests. Each is a function of the seed and its number alone, so a run can be repeated byte by byte,
// and a position is the number of the next record.
#include <algorithm>
#include <atomic>
#include <charconv>

#include "cnx/plugin.hpp"

namespace {

constexpr std::string_view kPositionKey = "next";
constexpr std::size_t kMostRecords = 10'000;      // in one poll
constexpr std::int64_t kMostBytes = 1024 * 1024;  // in one poll, but for the last record
constexpr std::int64_t kLeastBytes = 100;         // names and numbers with all their digits take 84

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): any state gives good numbers.
class Numbers {
 public:
  Numbers(std::uint64_t seed, std::uint64_t record) : state_(mix(seed) ^ mix(~record)) {}
  std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15); }

 private:
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

class RandomSource final : public cnx::Source {
 public:
  static constexpr std::string_view kName = "random-source";
  static constexpr std::string_view kDoc =
      "Sends made-up JSON records for load tests: the same seed gives the same records, byte by byte.";
  static constexpr cnx::Key kKeys[] = {
      cnx::Key::string("topic", "Where the records go.").required(),
      cnx::Key::integer("count", "How many records; without it the source never ends.")
          .with_unit("records")
          .range(1, 1'000'000'000'000),
      cnx::Key::integer("rate", "The most records a second; 0: as many as Kafka takes.")
          .with_default("0")
          .with_unit("records/s")
          .range(0, 10'000'000),
      cnx::Key::integer("record.bytes", "Size of a record's value.")
          .with_default("200")
          .with_unit("bytes")
          .range(kLeastBytes, 1'000'000),
      cnx::Key::integer("keys", "How many keys there are; 0: a key of its own for each record.")
          .with_default("0")
          .range(0, 1'000'000'000'000),
      cnx::Key::integer("seed", "Another seed gives other records.").with_default("1").range(0, INT64_MAX),
  };

  static cnx::Result<std::unique_ptr<RandomSource>> create(cnx::Host host, const cnx::Config& config) {
    if (host.task_count() > 1)
      return cnx::config_error("random-source makes one sequence in one task: set tasks.max to 1");
    if (config.text("topic").empty()) return cnx::config_error("topic: it names none");
    return std::unique_ptr<RandomSource>(new RandomSource(host, config));
  }

  cnx::Result<cnx::SourcePlan> start(const cnx::SourceStart& from) override {
    cnx::SourcePlan plan{false, "", "random records without end"};
    if (count_ > 0) plan = {true, range_id(), std::to_string(count_) + " random records"};
    next_ = 0;
    for (const cnx::Position& position : from.positions) {
      if (position.key != kPositionKey || position.range_id != plan.range_id) continue;
      const std::string text = position.value.value_or("");
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), next_);
      if (error != std::errc() || end != text.data() + text.size() || next_ < 0)
        return cnx::fatal_error("the position '" + text +
                                "' is no number of a record; run 'connect-host offsets reset'");
    }
    begun_at_ = next_;
    begun_ns_ = host_.monotonic_ns();
    return plan;
  }

  cnx::Result<bool> poll(std::int64_t deadline_ns, cnx::RecordBatch& out) override {
    if (cancelled_) return cnx::cancelled_error();
    if (count_ > 0 && next_ >= count_) return false;
    std::int64_t due = allowed();
    if (due <= next_) {
      const std::int64_t wait_ns = std::min(time_of(next_ + 1), deadline_ns) - host_.monotonic_ns();
      if (!host_.wait_ms(std::max<std::int64_t>(wait_ns / 1'000'000, 1)) || cancelled_) return cnx::cancelled_error();
      due = allowed();
    }
    std::int64_t next = next_;
    for (std::int64_t bytes = 0; next < due && out.size() < kMostRecords && bytes < kMostBytes; bytes += bytes_)
      out.add(record(static_cast<std::uint64_t>(next++)));
    if (next == next_) return true;
    next_ = next;
    out.set_position(std::string(kPositionKey), std::to_string(next_));
    return count_ == 0 || next_ < count_;
  }

  void cancel() noexcept override { cancelled_ = true; }

 private:
  RandomSource(cnx::Host host, const cnx::Config& config)
      : host_(host),
        topic_(config.text("topic")),
        count_(config.integer("count")),
        rate_(config.integer("rate")),
        bytes_(config.integer("record.bytes")),
        keys_(static_cast<std::uint64_t>(config.integer("keys"))),
        seed_(static_cast<std::uint64_t>(config.integer("seed"))) {}

  /// What the records depend on: another of them is other work.
  std::string range_id() const {
    return "count=" + std::to_string(count_) + " seed=" + std::to_string(seed_) + " bytes=" + std::to_string(bytes_) +
           " keys=" + std::to_string(keys_);
  }

  /// The number up to which records may have been sent by now.
  std::int64_t allowed() const {
    const std::int64_t end = count_ > 0 ? count_ : INT64_MAX;
    if (rate_ == 0) return end;
    const double elapsed = static_cast<double>(host_.monotonic_ns() - begun_ns_) / 1e9;
    return std::min(end, begun_at_ + static_cast<std::int64_t>(elapsed * static_cast<double>(rate_)));
  }
  /// When the record before `number` is due.
  std::int64_t time_of(std::int64_t number) const {
    return begun_ns_ +
           static_cast<std::int64_t>(static_cast<double>(number - begun_at_) / static_cast<double>(rate_) * 1e9) + 1;
  }

  cnx::NewRecord record(std::uint64_t number) const {
    Numbers numbers(seed_, number);
    const std::string key = std::to_string(keys_ == 0 ? number : numbers.next() % keys_);
    const std::uint64_t cents = numbers.next() % 10'000'000;
    std::string value = "{\"number\":" + std::to_string(number) + ",\"key\":" + key +
                        ",\"amount\":" + std::to_string(cents / 100) + '.' + static_cast<char>('0' + cents / 10 % 10) +
                        static_cast<char>('0' + cents % 10) + ",\"text\":\"";
    const std::size_t text_end = static_cast<std::size_t>(bytes_) - 2;
    value.reserve(static_cast<std::size_t>(bytes_));
    for (std::uint64_t letters = 0; value.size() < text_end; letters /= 26) {
      if (letters < 26) letters = numbers.next();
      value += static_cast<char>('a' + letters % 26);
    }
    value += "\"}";
    return {.topic = topic_, .key = key, .value = std::move(value)};
  }

  const cnx::Host host_;
  const std::string topic_;
  const std::int64_t count_;  // 0: without end
  const std::int64_t rate_;
  const std::int64_t bytes_;
  const std::uint64_t keys_;
  const std::uint64_t seed_;
  std::int64_t next_ = 0;
  std::int64_t begun_at_ = 0;
  std::int64_t begun_ns_ = 0;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

CNX_PLUGIN("random-source", "0.1.0", cnx::source<RandomSource>())
