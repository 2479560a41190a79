// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bulk_packet.h"
#include "writer.h"

namespace cnx::mysql {

/// MariaDB's column-wise bulk statements: one prepared statement, an array per column, as many rows at a time as
/// one packet and one statement take.
class BulkWriter final : public Writer {
 public:
  explicit BulkWriter(Session& session) : session_(session) {}
  Status write(const WriteJob& job) override;

 private:
  Status send(const WriteJob& job, std::span<const std::uint32_t> rows);
  // The longest run of rows at the front that fits into one packet; 0: the first row alone does not.
  std::size_t fitting(const WriteJob& job, std::span<const std::uint32_t> rows);

  Session& session_;
  BulkPacket packet_;
  std::vector<std::uint64_t> sizes_;  // bytes of texts, a row each
};

}  // namespace cnx::mysql
