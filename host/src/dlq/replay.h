// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "dlq/letter_index.h"
#include "dlq/letter_topic.h"
#include "dlq/replay_target.h"
#include "dlq/versions.h"
#include "plugin/transform_instance.h"
#include "runtime/chain.h"
#include "runtime/job.h"

namespace cnx::host::dlq {

struct ReplayOptions {
  bool dry_run = false;
  bool superseded = false;  ///< also letters of which a later version was read meanwhile
  bool unverified = false;  ///< also letters of which nobody can tell
};

/// A letter that was not written, and why.
struct LeftOut {
  const Letter* letter = nullptr;
  std::string why;
};

/// What became of the chosen letters; each is counted once.
struct ReplayReport {
  std::uint64_t written = 0;   ///< letters
  std::uint64_t rows = 0;      ///< of them
  std::uint64_t filtered = 0;  ///< by a rule of the transforms; done with
  std::uint64_t already = 0;   ///< replayed before
  std::uint64_t discarded = 0;
  std::uint64_t settled = 0;  ///< read again by the connector since
  std::vector<LeftOut> superseded;
  std::vector<LeftOut> unverified;
  std::vector<LeftOut> failed;  ///< died again; they stay listed
  std::vector<LeftOut> gone;    ///< no longer in the topic
};

/// Writes dead letters through the connector's present transforms and sink, each exactly once (ADR 8). A letter that
/// dies again is reported, never sent. One use, one thread.
class Replay {
 public:
  struct Parts {
    const runtime::ConnectorPlan& plan;
    runtime::TransformChain& chain;
    plugin::SinkInstance& sink;  ///< started, with offsets() and marks()
    LetterTopic& topic;
    OriginalLog& log;
  };
  /// Sees each batch when it is through.
  using OnBatch =
      std::function<Status(const runtime::SealedBatch& batch, const std::vector<plugin::FilteredPart>& filtered)>;

  /// `replay`: an id that no other replay has. All parts outlive it.
  Replay(Parts parts, ReplayOptions options, std::string replay, OnBatch on_batch);

  /// `all`: every letter of the connector, with their states; `chosen` are among them, in order. After an error the
  /// report tells what was done until then, and the rest may be replayed later.
  [[nodiscard]] Status run(const std::vector<Letter>& all, std::span<const Letter* const> chosen, ReplayReport& report);

 private:
  struct Batch;
  [[nodiscard]] Status find_versions(const std::vector<Letter>& all, std::span<const Letter* const> dead);
  /// False: it is left out, and noted.
  [[nodiscard]] bool may_write(const Letter& letter, ReplayReport& report) const;
  [[nodiscard]] Versions::Verdict::Kind objection(const Letter& letter) const;
  [[nodiscard]] Status check_locked(std::span<const plugin::MarkPosition> positions);
  [[nodiscard]] Status write(std::vector<const Letter*> letters, ReplayReport& report);
  [[nodiscard]] Status write_fetched(Batch& batch, ReplayReport& report);
  [[nodiscard]] Status attempt(Batch& batch, runtime::SealedBatch& sealed);
  [[nodiscard]] Status drop_settled(Batch& batch, ReplayReport& report);
  void account(const Batch& batch, const runtime::SealedBatch& sealed, ReplayReport& report) const;

  const Parts parts_;
  const ReplayOptions options_;
  const OnBatch on_batch_;
  const bool versioned_;  // rows overwrite older ones
  Versions versions_;
  ReplayTarget* replay_target_;              // in target_
  std::unique_ptr<runtime::Target> target_;  // with fault points round it while they are armed
  const Batch* writing_ = nullptr;
};

}  // namespace cnx::host::dlq
