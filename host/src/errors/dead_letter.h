// SPDX-License-Identifier: Apache-2.0
//
// Dead letters: the original key, value, headers and timestamp, plus headers that say where the record was and why it
// died. The names `__connect.errors.*` and the form of their values (text) are Kafka Connect's
// (DeadLetterQueueReporter), so that its users' tools read ours; `__cnx.errors.*` is what it has no name for. A letter
// that died twice has a header twice: the last one counts, there as here.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cnx/abi/batch.h"

namespace cnx::host::errors {

/// Why one record died.
struct DeadLetterCause {
  std::string stage;             ///< TRANSFORMATION, TASK_PUT
  std::string component;         ///< name of the transform or sink
  std::string path;              ///< JSON path; empty: none
  std::string column;            ///< target column; empty: none
  std::string message;           ///< secrets are masked here once more
  std::int64_t native_code = 0;  ///< 0: none
  std::uint32_t row = 0;         ///< which of the rows made of the record, from 1; 0: none in particular
  std::int64_t died_ms = -1;     ///< when, UTC; -1: not told
};

/// Composes dead letters of one task. Not movable; one thread.
class DeadLetterBuilder {
 public:
  /// `topic`: of the dead letters. `config_hash`: of the connector's config; empty: not told.
  DeadLetterBuilder(std::string topic, std::string connector, int task, std::string config_hash)
      : topic_(std::move(topic)), connector_(std::move(connector)), task_(task), config_hash_(std::move(config_hash)) {}
  DeadLetterBuilder(const DeadLetterBuilder&) = delete;
  DeadLetterBuilder& operator=(const DeadLetterBuilder&) = delete;

  /// Adds the letter of a record as it was read from Kafka. Key, value and headers of `record` are borrowed.
  void add(const cnx_record& record, const DeadLetterCause& cause);
  /// All letters, to be sent. Valid until the next call here, and as long as the records added live.
  [[nodiscard]] std::span<const cnx_record> records() const { return letters_; }

 private:
  const std::string topic_;
  const std::string connector_;
  const int task_;
  const std::string config_hash_;
  std::deque<std::string> texts_;  // deques: what they hold stays where it is
  std::deque<std::vector<cnx_header>> headers_;
  std::vector<cnx_record> letters_;
};

/// What the headers of a dead letter say. Numbers that are missing or no numbers are -1.
struct DeadLetterInfo {
  std::string connector;
  std::string topic;  ///< of the original record
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  std::int32_t task = -1;
  std::string stage;
  std::string component;
  std::string exception;  ///< class of the error, as Kafka Connect has it
  std::string message;
  std::string path;
  std::string column;
  std::int64_t native_code = 0;
  std::int64_t row = 0;            ///< from 1; 0: none in particular
  std::int64_t timestamp_ms = -1;  ///< of the original record; -1: not told
  std::int64_t died_ms = -1;       ///< -1: not told
  std::string config_hash;
};

/// Reads a dead letter of ours or of Kafka Connect; nullopt: the record has no `__connect.errors.topic`.
[[nodiscard]] std::optional<DeadLetterInfo> read_dead_letter(const cnx_record& letter);

/// True for the headers that a replay has to leave out to get the original back.
[[nodiscard]] bool is_dead_letter_header(std::string_view name);

}  // namespace cnx::host::errors
