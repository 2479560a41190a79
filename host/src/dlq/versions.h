// SPDX-License-Identifier: Apache-2.0
//
// Whether a later version of a dead record was read meanwhile. Versions of one thing have one key, so they lie in one
// partition of the original topic, in order.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "cnx/result.hpp"
#include "dlq/letter.h"
#include "kafka/range_scan.h"
#include "kafka/types.h"

namespace cnx::host::dlq {

/// The topics that the dead records came from.
class OriginalLog {
 public:
  virtual ~OriginalLog() = default;
  /// nullopt: there is no such partition (any more).
  [[nodiscard]] virtual Result<std::optional<kafka::Watermarks>> range(const kafka::TopicPartition& at) = 0;
  /// Committed records of offsets `from` … `to` - 1.
  [[nodiscard]] virtual Status scan(const kafka::TopicPartition& at, std::int64_t from, std::int64_t to,
                                    const kafka::OnRecord& take) = 0;
};

[[nodiscard]] Result<std::unique_ptr<OriginalLog>> open_original_log(const kafka::ClientConfig& client);

/// Later versions of watched letters, up to where the connector stands. One thread.
class Versions {
 public:
  struct Verdict {
    enum class Kind {
      kLast,        ///< no later version up to there
      kSuperseded,  ///< there is a later one
      kUnverified   ///< nobody can tell
    };
    Kind kind = Kind::kLast;
    std::string why;  ///< for people; "" for kLast
  };

  explicit Versions(OriginalLog& log) : log_(log) {}

  /// Its later versions are looked for. Before the first scan of its partition.
  void watch(const Letter& letter);
  /// Another letter: it is a later version of those watched with its key, even when the log has lost it.
  void note(const Letter& letter);
  /// Reads the log of `at` on up to `next_offset`, where the connector stands. Without news it asks nobody.
  [[nodiscard]] Status scan_to(const kafka::TopicPartition& at, std::int64_t next_offset);
  [[nodiscard]] Verdict verdict(const Letter& letter) const;

 private:
  struct Partition {
    std::unordered_map<std::string, std::int64_t> last;  // key → offset of its last version known
    std::int64_t first_letter = INT64_MAX;
    std::int64_t scanned_to = -1;  // -1: not yet
    std::int64_t log_start = 0;
    std::string lost;  // why the log cannot tell; "" = it can
  };
  [[nodiscard]] Status begin(const kafka::TopicPartition& at, Partition& partition, std::int64_t next_offset);

  OriginalLog& log_;
  std::map<kafka::TopicPartition, Partition> partitions_;
};

}  // namespace cnx::host::dlq
