// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "writer.h"

namespace cnx::mysql {

/// INSERT and DELETE with many rows as text, for servers without bulk statements. Values are literals, not parameters,
/// so the protocol's 65,535 parameters do not bind; statements stay under max_allowed_packet. The text's memory is
/// kept.
class MultiRowWriter final : public Writer {
 public:
  explicit MultiRowWriter(Session& session) : session_(session) {}
  Status write(const WriteJob& job) override;

 private:
  void append(const WriteJob& job, std::uint32_t row);
  Status send(const WriteJob& job, std::span<const std::uint32_t> rows);

  Session& session_;
  std::string sql_;
};

}  // namespace cnx::mysql
