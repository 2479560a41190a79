// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "cnx/batch.hpp"
#include "cnx/result.hpp"
#include "session.h"
#include "write_plan.h"

namespace cnx::mysql {

/// What a writer works on: rows of a batch, checked, sorted, all inserts or all deletes.
struct WriteJob {
  WritePlan& plan;
  const BatchView& batch;
  std::span<const std::uint32_t> rows;
  bool deletes = false;
  Rejects& rejects;
  /// All texts of the rows have no more bytes than this.
  std::uint64_t most_text_bytes = std::numeric_limits<std::uint64_t>::max();
};

/// A way to send rows. Owner thread only; inside an open transaction.
class Writer {
 public:
  virtual ~Writer() = default;
  /// Sends the job's rows in order. kRecord: bad rows are named through `rejects` where the server tells them.
  virtual Status write(const WriteJob& job) = 0;
};

/// The value's error after a statement over `sent` (rows of one statement, in order) failed with the connection's last
/// error: names the column or key where the server tells it, and the bad row through the job's rejects.
[[nodiscard]] Error statement_error(const WriteJob& job, std::span<const std::uint32_t> sent, Session& session,
                                    Error error);

/// Turns warnings of the statement just run into errors: in a strict session a warning that names a bad value means
/// that the server changed it.
[[nodiscard]] Status refuse_changed_values(const WriteJob& job, std::span<const std::uint32_t> sent, Session& session);

/// "writing to table `ods`.`t`" or "deleting from …", for messages.
[[nodiscard]] std::string object_of(const WriteJob& job);

}  // namespace cnx::mysql
