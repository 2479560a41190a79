// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "writer.h"

namespace cnx::mysql {

/// MariaDB's column-wise bulk statements: one prepared statement, an array per column. Buffers are kept, so that
/// nothing is allocated per row once they have grown.
class BulkWriter final : public Writer {
 public:
  explicit BulkWriter(Session& session) : session_(session) {}
  Status write(const WriteJob& job) override;

 private:
  // What one parameter is bound to. Only the members of its type are used.
  struct Buffer {
    std::vector<std::int64_t> integers;
    std::vector<double> numbers;
    std::vector<signed char> booleans;
    std::vector<const char*> texts;
    std::vector<unsigned long> lengths;
    std::vector<char> indicators;
    std::vector<char> arena;  // formatted values, kValueWidth bytes each
  };

  Status send(const WriteJob& job, std::span<const std::uint32_t> rows);
  // The longest run of rows at the front that fits into one packet; 0: the first row alone does not.
  std::size_t fitting(const WriteJob& job, std::span<const std::uint32_t> rows);
  void bind(const WriteJob& job, std::uint32_t column, std::span<const std::uint32_t> rows, Buffer& buffer,
            MYSQL_BIND& bound) const;
  static void* point_at_texts(const StatementColumn& spec, const ColumnView& column,
                              std::span<const std::uint32_t> rows, Buffer& buffer);
  static void* format_values(const ColumnView& column, std::span<const std::uint32_t> rows, Buffer& buffer);

  Session& session_;
  std::vector<Buffer> buffers_;
  std::vector<std::uint64_t> sizes_;  // bytes of texts, a row each
  std::vector<MYSQL_BIND> binds_;
};

}  // namespace cnx::mysql
