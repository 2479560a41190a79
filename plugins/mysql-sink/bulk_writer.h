// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bulk_packet.h"
#include "offset_store.h"
#include "writer.h"

namespace cnx::mysql {

/// MariaDB's bulk statements: one prepared statement, as many rows at a time as one packet and one statement take.
/// While the server executes one, the next is written and sent.
class BulkWriter final : public Writer {
 public:
  /// `offsets` may have guards whose answers are due: they are taken behind the first statement.
  BulkWriter(Session& session, OffsetStore& offsets) : session_(session), offsets_(offsets) {}
  Status write(const WriteJob& job) override;

 private:
  // Each statement is sent before the answer of the one before is taken. False: something is wrong with the rows, which
  // are taken back; only write_one_by_one() can tell what, since the server forgets it with the next statement.
  Result<bool> write_ahead(const WriteJob& job);
  // Whether the server warned of what is no fault.
  Result<bool> write_one_by_one(const WriteJob& job);
  // The id that the server knows the job's statement by.
  Result<std::uint32_t> prepared(const WriteJob& job, std::string_view object);
  Status send(const WriteJob& job, std::span<const std::uint32_t> rows, std::uint32_t statement,
              std::string_view object);
  // The longest run of rows at the front that fits into one packet and one statement; 0: the first row alone does not.
  std::size_t fitting(const WriteJob& job, std::span<const std::uint32_t> rows);

  Session& session_;
  OffsetStore& offsets_;
  BulkPacket packet_;
  std::vector<std::uint64_t> sizes_;  // bytes of texts, a row each
  bool careful_ = false;              // something was wrong or warned of: each answer is looked at by itself
};

}  // namespace cnx::mysql
