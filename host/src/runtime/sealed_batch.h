// SPDX-License-Identifier: Apache-2.0
//
// A batch between the two stages of a sink task: the consumed records, what the transforms made of them, and how far
// each partition gets when it is committed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cnx/abi/batch.h"
#include "kafka/message_batch.h"
#include "kafka/types.h"
#include "plugin/batch.h"
#include "plugin/transform_instance.h"

namespace cnx::host::runtime {

/// Where a record ends, as far as the transforms know.
enum class Fate : std::uint8_t { kUndecided, kRows, kFiltered, kDead };

/// Why a record is dead, and who said so.
struct DeadRecord {
  std::uint32_t origin = 0;  ///< index in the batch's records
  std::string stage;         ///< TRANSFORMATION or TASK_PUT, as Kafka Connect names them
  std::string component;     ///< name of the transform or sink
  std::string path;          ///< JSON path or ""
  std::string column;        ///< target column or ""
  std::string message;
  std::int64_t native_code = 0;
  std::uint32_t row = 0;  ///< which of the rows made of the record, from 1; 0: none in particular
};

/// One partition's part of a batch.
struct Slice {
  kafka::TopicPartition at;
  std::uint64_t generation = 0;    ///< of the assignment it was read under
  std::int64_t next_offset = 0;    ///< where reading goes on after it: behind the last record or transaction marker
  std::int64_t first_offset = -1;  ///< of the first record; -1: no record, only a position
  std::int64_t last_offset = -1;   ///< of the last record
  std::int64_t last_timestamp_ms = -1;
  std::uint32_t records = 0;
};

/// Plain data with one owner at a time: made by the reader, moved to the writer. Members are destroyed in reverse:
/// outputs point into the memory of what stands above them.
struct SealedBatch {
  std::vector<kafka::MessageBatch> messages;
  std::vector<cnx_record> records;      ///< all records, contiguous, in the order read
  std::vector<std::uint32_t> slice_of;  ///< per record
  std::vector<std::uint32_t> origins;   ///< 0 … n-1, for the chain's input
  std::vector<Slice> slices;
  std::vector<Fate> fates;       ///< per record
  std::vector<DeadRecord> dead;  ///< grows when the sink refuses more
  std::size_t dead_sent = 0;     ///< the first so many are acknowledged dead letters
  std::map<std::string, std::vector<std::uint32_t>> filtered_parts;  ///< records with parts that gave no row, by rule
  std::vector<plugin::FilteredPart>* filtered_details = nullptr;     ///< gets each of them when set (`preview`)
  std::vector<plugin::OwnedBatch> intermediate;  ///< outputs that were the next transform's input; later ones first
  std::vector<plugin::OwnedBatch> made;          ///< the chain's last outputs
  std::uint64_t made_bytes = 0;                  ///< of all that the transforms made, about
  cnx_batch input{};                             ///< view of `records`; the output of an empty chain

  /// What the sink writes: the chain's outputs, or the records themselves when there is no transform.
  std::vector<const cnx_batch*> outputs;

  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t sum = records.size() * sizeof(cnx_record) + made_bytes;
    for (const auto& m : messages) sum += m.bytes();
    return sum;
  }
};

}  // namespace cnx::host::runtime
