// SPDX-License-Identifier: Apache-2.0
//
// Batches for unit tests: literals to give to a component, and collectors for what it gives back.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cnx/component.hpp"

namespace cnx::testing {

/// A record as Kafka would give it.
struct TestRecord {
  std::optional<std::string> value = {};
  std::optional<std::string> key = {};
  std::string topic = "topic";
  std::int32_t partition = 0;
  std::int64_t offset = -1;  ///< -1: its index in the batch
  std::int64_t timestamp_ms = 1'700'000'000'000;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// A batch of consumed records. Lives as long as this object; release does nothing.
class Records {
 public:
  /// Values only.
  Records(std::initializer_list<std::string_view> values) {
    for (const std::string_view value : values) records_.push_back({std::string(value)});
    seal();
  }
  explicit Records(std::vector<TestRecord> records) : records_(std::move(records)) { seal(); }
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  [[nodiscard]] const cnx_batch& raw() const { return batch_; }
  [[nodiscard]] BatchView view() const { return BatchView(batch_); }

 private:
  void seal() {
    for (const TestRecord& r : records_) {
      auto& headers = headers_.emplace_back();
      for (const auto& [name, value] : r.headers) headers.push_back({str(name), str(value)});
      cnx_record raw{};
      raw.topic = str(r.topic);
      raw.partition = r.partition;
      raw.header_count = static_cast<std::int32_t>(headers.size());
      raw.offset = r.offset < 0 ? static_cast<std::int64_t>(raw_.size()) : r.offset;
      raw.timestamp_ms = r.timestamp_ms;
      raw.key = r.key ? str(*r.key) : absent();
      raw.value = r.value ? str(*r.value) : absent();
      raw.headers = headers.data();
      origin_.push_back(static_cast<std::uint32_t>(raw_.size()));
      raw_.push_back(raw);
    }
    batch_.struct_size = sizeof batch_;
    batch_.kind = CNX_RECORDS;
    batch_.count = raw_.size();
    batch_.origin = origin_.data();
    batch_.record_stride = sizeof(cnx_record);
    batch_.records = raw_.data();
    batch_.release = [](cnx_batch*) {};
  }

  std::vector<TestRecord> records_;
  std::deque<std::vector<cnx_header>> headers_;
  std::vector<cnx_record> raw_;
  std::vector<std::uint32_t> origin_;
  cnx_batch batch_{};
};

/// A batch that a component made; released at the end.
using GivenBatch = std::unique_ptr<cnx_batch, void (*)(cnx_batch*)>;
inline GivenBatch given(cnx_batch* batch) {
  return GivenBatch(batch, [](cnx_batch* b) { b->release(b); });
}

/// What a transform gives. Use `output()` for a C++ transform, `table()` for a C table.
class CollectedOutput {
 public:
  struct Reject {
    std::uint32_t origin;
    std::string path, column, message;
    std::int64_t native_code;
  };
  struct Filter {
    std::uint32_t origin;
    std::string rule, path;
  };

  CollectedOutput() {
    raw_.struct_size = sizeof raw_;
    raw_.ctx = this;
    raw_.emit = [](void* ctx, cnx_batch* batch) { of(ctx).batches.push_back(given(batch)); };
    raw_.reject = [](void* ctx, std::uint32_t origin, cnx_str path, cnx_str column, cnx_str message,
                     std::int64_t code) {
      of(ctx).rejects.push_back(
          {origin, std::string(view(path)), std::string(view(column)), std::string(view(message)), code});
    };
    raw_.filter = [](void* ctx, std::uint32_t origin, cnx_str rule, cnx_str path) {
      of(ctx).filters.push_back({origin, std::string(view(rule)), std::string(view(path))});
    };
  }
  CollectedOutput(const CollectedOutput&) = delete;
  CollectedOutput& operator=(const CollectedOutput&) = delete;

  [[nodiscard]] const cnx_output* table() const { return &raw_; }
  [[nodiscard]] Output output() const { return Output(raw_); }
  [[nodiscard]] BatchView batch(std::size_t i) const { return BatchView(*batches[i]); }

  std::vector<GivenBatch> batches;
  std::vector<Reject> rejects;
  std::vector<Filter> filters;

 private:
  static CollectedOutput& of(void* ctx) { return *static_cast<CollectedOutput*>(ctx); }
  cnx_output raw_{};
};

}  // namespace cnx::testing
