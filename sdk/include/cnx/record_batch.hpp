// SPDX-License-Identifier: Apache-2.0
//
// Building record batches: what a source sends, or a transform makes of records. Owns the bytes.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cnx/abi/source.h"
#include "cnx/detail/memory.hpp"
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

/// Records and positions under construction; one thread. What is added is copied into memory of the batch: it grows by
/// blocks, goes to the host with the batch, and goes back to the heap whole when the host releases that, or here with a
/// batch that was not handed over. An empty batch has none. May be moved; one that was moved from is empty.
class RecordBatch {
 public:
  /// Copies all of `record`, also of one that is given away: there is nothing to gain from moving it. One that is
  /// filled anew for each call costs its bytes, and an allocation only now and then, when the memory grows. Throws
  /// std::bad_alloc; the batch is then what it was.
  void add(const NewRecord& record) { tables().add(record); }
  /// Copies both; throws as add(). `value` absent: the position is removed.
  void set_position(std::string_view key, std::optional<std::string_view> value) { tables().set_position(key, value); }
  [[nodiscard]] std::size_t size() const { return tables_ ? tables_->records.size() : 0; }
  [[nodiscard]] std::size_t position_count() const { return tables_ ? tables_->positions.size() : 0; }
  [[nodiscard]] bool empty() const { return size() == 0 && position_count() == 0; }

  /// Fills the ABI's tables; they live until records->release is called. An empty batch leaves them as they are: empty.
  static void hand_over(RecordBatch&& batch, cnx_source_batch& out);
  /// For a transform: the batch to emit.
  static cnx_batch* hand_over(RecordBatch&& batch);

 private:
  /// What the host gets to see, with the memory that it points into.
  struct Tables {
    void add(const NewRecord& record) {
      cnx_record made{};
      made.topic = keep(record.topic);
      made.partition = record.partition;
      made.offset = -1;
      made.timestamp_ms = record.timestamp_ms;
      made.key = record.key ? keep(*record.key) : absent();
      made.value = record.value ? keep(*record.value) : absent();
      made.header_count = static_cast<std::int32_t>(record.headers.size());
      made.headers = keep(record.headers);
      // The record counts when it stands in `records`, which is why that is last.
      origin.resize(records.size() + 1);
      origin.back() = record.origin;
      records.push_back(made);
    }
    void set_position(std::string_view key, std::optional<std::string_view> value) {
      positions.push_back(cnx_position{keep(key), value ? keep(*value) : absent(), absent()});
    }
    cnx_str keep(std::string_view text) {
      if (text.empty()) return str({});
      auto* const at = static_cast<char*>(memory.allocate(text.size(), 1));
      std::memcpy(at, text.data(), text.size());
      return {at, text.size()};
    }
    const cnx_header* keep(const std::vector<std::pair<std::string, std::string>>& headers) {
      if (headers.empty()) return nullptr;
      auto* const at =
          static_cast<cnx_header*>(memory.allocate(headers.size() * sizeof(cnx_header), alignof(cnx_header)));
      std::transform(headers.begin(), headers.end(), at,
                     [this](const auto& header) { return cnx_header{keep(header.first), keep(header.second)}; });
      return at;
    }

    detail::Memory memory;
    std::vector<cnx_record> records;
    std::vector<std::uint32_t> origin;
    std::vector<cnx_position> positions;
    cnx_batch abi{};
  };

  Tables& tables() {
    if (!tables_) tables_ = std::make_unique<Tables>();
    return *tables_;
  }
  /// From here on the tables belong to who has to call abi.release.
  static Tables& seal(RecordBatch&& batch);

  std::unique_ptr<Tables> tables_;
};

inline RecordBatch::Tables& RecordBatch::seal(RecordBatch&& batch) {
  batch.tables();
  Tables* const sealed = batch.tables_.release();
  cnx_batch& abi = sealed->abi;
  abi.struct_size = sizeof(cnx_batch);
  abi.kind = CNX_RECORDS;
  abi.count = sealed->records.size();
  abi.origin = sealed->origin.data();
  abi.record_stride = sizeof(cnx_record);
  abi.records = sealed->records.data();
  abi.owner = sealed;
  abi.release = [](cnx_batch* self) { delete static_cast<Tables*>(self->owner); };
  return *sealed;
}

inline void RecordBatch::hand_over(RecordBatch&& batch, cnx_source_batch& out) {
  if (batch.empty()) return;
  Tables& sealed = seal(std::move(batch));
  out.records = &sealed.abi;
  out.position_stride = sizeof(cnx_position);
  out.position_count = sealed.positions.size();
  out.positions = sealed.positions.data();
}

inline cnx_batch* RecordBatch::hand_over(RecordBatch&& batch) { return &seal(std::move(batch)).abi; }

}  // namespace cnx
