// Puts a prefix before each value. The place to begin: replace apply() by what your transform does.
#pragma once

#include <string>

#include "cnx/plugin.hpp"

class @Class@ final : public cnx::Transform {
 public:
  static constexpr cnx_batch_kind kInput = CNX_RECORDS;
  static constexpr cnx_batch_kind kOutput = CNX_RECORDS;
  static constexpr std::string_view kName = "@name@";
  static constexpr std::string_view kDoc = "Puts a prefix before each value.";
  static constexpr cnx::Key kKeys[] = {
      cnx::Key::string("prefix", "What is put before each value.").with_default("> "),
      cnx::Key::integer("max.bytes", "A record with a longer value is dead.").with_default("1000000").with_unit("bytes").range(1, 1 << 30),
  };

  static cnx::Result<std::unique_ptr<@Class@>> create(cnx::Host, const cnx::Config& config) {
    return std::unique_ptr<@Class@>(new @Class@(config));
  }

  // Every record ends as output, filtered by a named rule, or rejected with a reason: the host counts.
  cnx::Status apply(const cnx::BatchView& in, cnx::Output& out) override {
    cnx::RecordBatch made;
    for (std::uint64_t i = 0; i < in.size(); ++i) {
      const cnx_record& record = in.record(i);
      if (cnx::is_absent(record.value)) {
        out.filter(in.origin(i), "tombstone", "$");
        continue;
      }
      const std::string_view value = cnx::view(record.value);
      if (value.size() > max_bytes_) {
        out.reject(in.origin(i), "$", "", "the value has " + std::to_string(value.size()) + " bytes, max.bytes is " + std::to_string(max_bytes_));
        continue;
      }
      cnx::NewRecord changed{.topic = std::string(cnx::view(record.topic)), .key = std::nullopt, .value = prefix_ + std::string(value)};
      if (!cnx::is_absent(record.key)) changed.key = std::string(cnx::view(record.key));
      changed.timestamp_ms = record.timestamp_ms;
      changed.origin = in.origin(i);
      made.add(changed);
    }
    if (made.size() > 0) out.emit(cnx::RecordBatch::hand_over(std::move(made)));
    return {};
  }

 private:
  explicit @Class@(const cnx::Config& config)
      : prefix_(config.text("prefix")), max_bytes_(static_cast<std::size_t>(config.integer("max.bytes"))) {}

  const std::string prefix_;
  const std::size_t max_bytes_;
};
