// SPDX-License-Identifier: Apache-2.0
//
// Sealed batches as literals: which records, what became of each, and how many rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cnx/text.hpp"
#include "runtime/sealed_batch.h"

namespace cnx::host::runtime::testing {

inline constexpr const char* kTopic = "orders";
inline constexpr std::uint64_t kGeneration = 7;

inline kafka::TopicPartition p(std::int32_t partition) { return {kTopic, partition}; }

/// The timestamp that every record of these batches has.
constexpr std::int64_t timestamp_of(std::int64_t offset) { return 1'700'000'000'000 + offset; }

struct Rec {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  Fate fate = Fate::kRows;
  std::uint32_t rows = 1;  ///< with Fate::kRows
  std::uint64_t generation = kGeneration;
};

/// A position without records.
struct End {
  std::int32_t partition = 0;
  std::int64_t position = 0;
  std::uint64_t generation = kGeneration;
};

/// "0@5", partition and offset of a record; the second row of it is "0@5/1".
inline std::string row_name(const cnx_batch& batch, std::uint32_t row) {
  const cnx_record& record = batch.records[row];
  std::string name = std::to_string(record.partition) + "@" + std::to_string(record.offset);
  std::uint32_t line = 0;
  for (std::uint32_t before = 0; before < row; ++before) line += batch.origin[before] == batch.origin[row];
  return line == 0 ? name : name + "/" + std::to_string(line);
}

inline Slice& slice_for(SealedBatch& batch, std::int32_t partition, std::uint64_t generation) {
  for (Slice& slice : batch.slices)
    if (slice.at.partition == partition && slice.generation == generation) return slice;
  Slice slice;
  slice.at = p(partition);
  slice.generation = generation;
  return batch.slices.emplace_back(slice);
}

/// An output of a chain: rows that are copies of their records, released as a plugin's batch would be.
inline plugin::OwnedBatch output_of(const SealedBatch& batch, const std::vector<std::uint32_t>& origins) {
  struct Memory {
    cnx_batch batch{};
    std::vector<std::uint32_t> origins;
    std::vector<cnx_record> records;
  };
  auto* memory = new Memory;
  memory->origins = origins;
  for (const std::uint32_t origin : origins) memory->records.push_back(batch.records[origin]);
  memory->batch.struct_size = sizeof(cnx_batch);
  memory->batch.kind = CNX_RECORDS;
  memory->batch.count = origins.size();
  memory->batch.origin = memory->origins.data();
  memory->batch.record_stride = sizeof(cnx_record);
  memory->batch.records = memory->records.data();
  memory->batch.owner = memory;
  memory->batch.release = [](cnx_batch* self) { delete static_cast<Memory*>(self->owner); };
  return plugin::OwnedBatch(&memory->batch);
}

/// A batch as the reader hands it over. Row n of a record goes to output n % `tables`.
inline std::unique_ptr<SealedBatch> sealed(const std::vector<Rec>& records, const std::vector<End>& ends = {},
                                           std::uint32_t tables = 1) {
  auto batch = std::make_unique<SealedBatch>();
  std::vector<std::vector<std::uint32_t>> rows(tables);
  for (const Rec& rec : records) {
    const auto origin = static_cast<std::uint32_t>(batch->records.size());
    cnx_record record{};
    record.topic = str(kTopic);
    record.partition = rec.partition;
    record.offset = rec.offset;
    record.timestamp_ms = timestamp_of(rec.offset);
    batch->records.push_back(record);
    batch->fates.push_back(rec.fate);
    Slice& slice = slice_for(*batch, rec.partition, rec.generation);
    if (slice.records == 0) slice.first_offset = rec.offset;
    slice.next_offset = rec.offset + 1;
    slice.last_offset = rec.offset;
    slice.last_timestamp_ms = record.timestamp_ms;
    ++slice.records;
    batch->slice_of.push_back(static_cast<std::uint32_t>(&slice - batch->slices.data()));
    if (rec.fate == Fate::kDead)
      batch->dead.push_back({origin, "TRANSFORMATION", "flatten", "$.lines", "", "no number", 0});
    if (rec.fate == Fate::kFiltered) batch->filtered_parts["no-lines"].push_back(origin);
    if (rec.fate != Fate::kRows) continue;
    for (std::uint32_t row = 0; row < rec.rows; ++row) rows[row % tables].push_back(origin);
  }
  for (const End& end : ends) {
    Slice& slice = slice_for(*batch, end.partition, end.generation);
    slice.next_offset = std::max(slice.next_offset, end.position);
  }
  for (const auto& origins : rows) {
    if (origins.empty()) continue;
    batch->made.push_back(output_of(*batch, origins));
    batch->outputs.push_back(&batch->made.back().raw());
  }
  return batch;
}

/// Records `first` … `last` of one partition, a row each.
inline std::vector<Rec> range(std::int32_t partition, std::int64_t first, std::int64_t last,
                              std::uint64_t generation = kGeneration) {
  std::vector<Rec> records;
  for (std::int64_t offset = first; offset <= last; ++offset)
    records.push_back({partition, offset, Fate::kRows, 1, generation});
  return records;
}

}  // namespace cnx::host::runtime::testing
