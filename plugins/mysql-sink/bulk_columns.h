// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mysql.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "writer.h"

namespace cnx::mysql {

/// Most rows of one bulk statement. Enough for a statement's fixed cost not to show, few enough for the arrays of a
/// wide table and the packet made of them to stay in a core's cache.
inline constexpr std::size_t kMostRowsOfStatement = 512;

/// Whether the column is a parameter of the job's statement.
[[nodiscard]] bool is_sent(const WriteJob& job, std::uint32_t column);
/// Whether values of the type are texts in memory, and sent from there.
[[nodiscard]] bool sent_as_text(cnx_type type);

/// Parameters of a bulk statement: an array per column. Buffers are kept, so that nothing is allocated per row once
/// they have grown. Owner thread only.
class BulkColumns {
 public:
  /// One parameter for each column that is_sent(), in their order. They point into the batch and into this object, and
  /// are valid until the next call.
  [[nodiscard]] std::span<MYSQL_BIND> bind(const WriteJob& job, std::span<const std::uint32_t> rows);

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

  static void bind_column(const WriteJob& job, std::uint32_t column_index, std::span<const std::uint32_t> rows,
                          Buffer& buffer, MYSQL_BIND& bound);
  static void* point_at_texts(const StatementColumn& spec, const ColumnView& column,
                              std::span<const std::uint32_t> rows, Buffer& buffer);
  static void* format_values(const ColumnView& column, std::span<const std::uint32_t> rows, Buffer& buffer);

  std::vector<Buffer> buffers_;
  std::vector<MYSQL_BIND> binds_;
};

}  // namespace cnx::mysql
