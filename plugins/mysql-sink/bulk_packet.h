// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "packet_column.h"
#include "writer.h"

namespace cnx::mysql {

/// Most rows of one bulk statement. Enough for a statement's fixed cost not to show, few enough for its packet to stay
/// in a core's cache.
inline constexpr std::size_t kMostRowsOfStatement = 512;

/// Whether the column is a parameter of the job's statement.
[[nodiscard]] bool is_sent(const WriteJob& job, std::uint32_t column);
/// Whether values of the type are texts in memory, and sent as they are there.
[[nodiscard]] bool sent_as_text(cnx_type type);

/// The body of the command COM_STMT_BULK_EXECUTE, written row by row from the batch: each text is copied once, while
/// the next rows' texts are fetched into the cache. The library's own way wants an array per column first, and grows a
/// new buffer for each statement. The buffer is kept, so that nothing is allocated per row. Owner thread only.
/// Form: https://mariadb.com/kb/en/com_stmt_bulk_execute/
class BulkPacket {
 public:
  /// A parameter for each column that is_sent(), in their order. Valid until the next call.
  [[nodiscard]] std::string_view write(const WriteJob& job, std::span<const std::uint32_t> rows,
                                       std::uint32_t statement_id);

 private:
  void list_columns(const WriteJob& job);
  void write_head(std::uint32_t statement_id);
  // Makes room for what the row can take at most, and has its texts fetched.
  void prepare(std::uint32_t row);
  void write_row(std::uint32_t row);
  void grow(std::size_t needed);

  std::vector<PacketColumn> columns_;
  std::vector<ColumnView> texts_;  // those of columns_ whose texts are in memory
  std::size_t most_besides_texts_ = 0;
  std::size_t promised_ = 0;  // bytes that everything prepared can take
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  char* end_ = nullptr;  // of what is written
};

}  // namespace cnx::mysql
