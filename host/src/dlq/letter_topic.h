// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cnx/abi/batch.h"
#include "cnx/result.hpp"
#include "dlq/letter_index.h"
#include "kafka/admin.h"
#include "kafka/partition_reader.h"
#include "kafka/position_log.h"

namespace cnx::host::dlq {

/// A dead letter with its own copy of everything.
struct StoredLetter {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::int64_t timestamp_ms = -1;                                           ///< of the letter
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;  ///< all, those of the death included

  [[nodiscard]] std::size_t bytes() const { return (key ? key->size() : 0) + (value ? value->size() : 0); }
};

/// What a fetch found at one place.
struct Fetched {
  enum State {
    kLater,  ///< not looked for any more: the bytes asked for are full
    kThere,
    kGone  ///< no longer in the topic
  };
  State state = kLater;
  StoredLetter letter;
};

/// A topic of dead letters: read committed, up to its high watermark at the time of the call. One thread.
class LetterTopic {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LetterTopic>> open(const kafka::ClientConfig& client, std::string topic);

  /// False: there is no such topic, so nothing has died.
  [[nodiscard]] Result<bool> read(LetterIndex& index, const kafka::PositionLog::OnWait& on_wait);

  /// The whole letters, in the order asked for. Ends early, but not before the first one, when keys and values have
  /// `most_bytes`.
  [[nodiscard]] Result<std::vector<Fetched>> fetch(std::span<const Place> places, std::size_t most_bytes);

  [[nodiscard]] const std::string& name() const { return topic_; }

 private:
  LetterTopic(std::string topic, std::unique_ptr<kafka::Admin> admin, std::unique_ptr<kafka::PartitionReader> reader)
      : topic_(std::move(topic)), admin_(std::move(admin)), reader_(std::move(reader)) {}

  [[nodiscard]] Status fetch_run(std::span<const Place> places, std::span<const std::size_t> order,
                                 std::size_t most_bytes, std::size_t& bytes, std::vector<Fetched>& letters);

  const std::string topic_;
  const std::unique_ptr<kafka::Admin> admin_;
  const std::unique_ptr<kafka::PartitionReader> reader_;
};

}  // namespace cnx::host::dlq
