// SPDX-License-Identifier: Apache-2.0
//
// Building record batches: what a source sends, or a transform makes of records. Owns the bytes.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/source.h"
#include "cnx/text.hpp"

namespace cnx {

/// A record to be sent. Key or value absent: null.
struct NewRecord {
  std::string topic;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::int64_t timestamp_ms = -1;
  std::int32_t partition = -1;
  std::uint32_t origin = 0;  ///< transforms only
};

/// A durable position of a source.
struct Position {
  std::string key;
  std::optional<std::string> value;  ///< absent: remove
  std::string range_id = {};         ///< at start: the range that it belongs to; "" = none
};

/// Records and positions under construction; one thread.
class RecordBatch {
 public:
  void add(NewRecord record) { records_.push_back(std::move(record)); }
  void set_position(std::string key, std::optional<std::string> value) {
    positions_.push_back({std::move(key), std::move(value), {}});
  }
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] std::size_t position_count() const { return positions_.size(); }
  [[nodiscard]] bool empty() const { return records_.empty() && positions_.empty(); }

  /// Fills the ABI's tables; they live until records->release is called. An empty batch leaves them as they are: empty.
  static void hand_over(RecordBatch&& batch, cnx_source_batch& out);
  /// For a transform: the batch to emit.
  static cnx_batch* hand_over(RecordBatch&& batch);

 private:
  struct Sealed;

  std::vector<NewRecord> records_;
  std::vector<Position> positions_;
};

/// The batch with the ABI's tables that point into it.
struct RecordBatch::Sealed {
  explicit Sealed(RecordBatch&& batch) : source(std::move(batch)) {
    for (const auto& r : source.records_) {
      cnx_record record{};
      record.topic = str(r.topic);
      record.partition = r.partition;
      record.offset = -1;
      record.timestamp_ms = r.timestamp_ms;
      record.key = r.key ? str(*r.key) : absent();
      record.value = r.value ? str(*r.value) : absent();
      auto& h = headers.emplace_back();
      for (const auto& [name, value] : r.headers) h.push_back(cnx_header{str(name), str(value)});
      record.header_count = static_cast<std::int32_t>(h.size());
      record.headers = h.data();
      records.push_back(record);
      origin.push_back(r.origin);
    }
    for (const auto& p : source.positions_)
      positions.push_back(cnx_position{str(p.key), p.value ? str(*p.value) : absent(), absent()});
  }
  void fill(cnx_batch& out) {
    out = {};
    out.struct_size = sizeof(cnx_batch);
    out.kind = CNX_RECORDS;
    out.count = records.size();
    out.origin = origin.data();
    out.record_stride = sizeof(cnx_record);
    out.records = records.data();
    out.owner = this;
    out.release = [](cnx_batch* self) { delete static_cast<Sealed*>(self->owner); };
  }
  RecordBatch source;
  std::vector<cnx_record> records;
  std::deque<std::vector<cnx_header>> headers;
  std::vector<std::uint32_t> origin;
  std::vector<cnx_position> positions;
  cnx_batch abi{};
};

inline void RecordBatch::hand_over(RecordBatch&& batch, cnx_source_batch& out) {
  if (batch.empty()) return;
  auto* sealed = new Sealed(std::move(batch));
  sealed->fill(sealed->abi);
  out.records = &sealed->abi;
  out.position_stride = sizeof(cnx_position);
  out.position_count = sealed->positions.size();
  out.positions = sealed->positions.data();
}

inline cnx_batch* RecordBatch::hand_over(RecordBatch&& batch) {
  auto* sealed = new Sealed(std::move(batch));
  sealed->fill(sealed->abi);
  return &sealed->abi;
}

}  // namespace cnx
