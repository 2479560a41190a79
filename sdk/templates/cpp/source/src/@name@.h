// The numbers from 0 to count - 1 as records. The place to begin: replace poll() by what your source reads.
#pragma once

#include <algorithm>
#include <atomic>
#include <charconv>
#include <string>

#include "cnx/plugin.hpp"

class @Class@ final : public cnx::Source {
 public:
  static constexpr std::string_view kName = "@name@";
  static constexpr std::string_view kDoc = "Sends numbers.";
  static constexpr cnx::Key kKeys[] = {
      cnx::Key::string("topic", "Where the records go.").required(),
      cnx::Key::integer("count", "How many numbers there are; then the source is done.")
          .with_default("10")
          .with_unit("records")
          .range(1, 1'000'000'000),
  };

  static cnx::Result<std::unique_ptr<@Class@>> create(cnx::Host, const cnx::Config& config) {
    return std::unique_ptr<@Class@>(new @Class@(config));
  }

  // A range with a name: after a crash the same command goes on where this one was, and a range that is done is not read again.
  cnx::Result<cnx::SourcePlan> start(const cnx::SourceStart& from) override {
    const std::string range = "count:" + std::to_string(count_);
    for (const cnx::Position& position : from.positions) {
      if (position.key != "next" || position.range_id != range) continue;
      const std::string text = position.value.value_or("0");
      std::from_chars(text.data(), text.data() + text.size(), next_);
    }
    return cnx::SourcePlan{true, range, std::to_string(count_) + " numbers"};
  }

  // Records, and the position that holds once they are committed: the host writes both in one Kafka transaction.
  cnx::Result<bool> poll(std::int64_t, cnx::RecordBatch& out) override {
    if (cancelled_) return cnx::cancelled_error();
    const std::int64_t end = std::min(next_ + kBatch, count_);
    for (std::int64_t n = next_; n < end; ++n)
      out.add({.topic = topic_, .key = std::to_string(n), .value = "{\"number\":" + std::to_string(n) + "}"});
    next_ = end;
    out.set_position("next", std::to_string(next_));
    return next_ < count_;
  }

  void cancel() noexcept override { cancelled_ = true; }  // the only call from another thread

 private:
  static constexpr std::int64_t kBatch = 100;

  explicit @Class@(const cnx::Config& config) : topic_(config.text("topic")), count_(config.integer("count")) {}

  const std::string topic_;
  const std::int64_t count_;
  std::int64_t next_ = 0;
  std::atomic<bool> cancelled_{false};
};
