// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mysql.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "cnx/batch.hpp"
#include "statements.h"
#include "table_info.h"

namespace cnx::mysql {

/// Writes values of one column in the binary protocol of prepared statements, each behind its indicator.
/// Form: https://mariadb.com/kb/en/com_stmt_execute/#binary-parameter-encoding
class PacketColumn {
 public:
  /// All three outlive this. `stored`: the values become the column's; else they are compared with it.
  PacketColumn(const StatementColumn& spec, const ColumnInfo& live, const ColumnView& column, bool stored);

  /// The type by the protocol's number.
  [[nodiscard]] std::uint16_t wire_type() const;
  [[nodiscard]] bool has_texts() const { return form_ == Form::kText || form_ == Form::kCutText; }
  /// Most bytes of a value without those of its text in memory.
  [[nodiscard]] std::size_t most_besides_text() const;
  /// Needs room for most_besides_text() and the text. Returns the end.
  char* put(char* out, std::uint32_t row) {
    const bool null = column_.is_null(row);
    *out++ = null ? kNull : kValue;
    if (null) return out;
    return form_ == Form::kText ? put_text(out, column_.text(row)) : put_other(out, row);
  }

 private:
  static constexpr char kValue = STMT_INDICATOR_NONE, kNull = STMT_INDICATOR_NULL;

  static constexpr std::size_t kLeastLongLength = 251;
  enum class Form : std::uint8_t { kInteger, kDouble, kTiny, kText, kCutText, kTime, kFormatted };

  static Form form_of(const StatementColumn& spec, const ColumnInfo& live, cnx_type type);
  static char* put_text(char* out, std::string_view text) {
    if (text.size() < kLeastLongLength)
      *out++ = static_cast<char>(text.size());
    else
      out = put_long_length(out, text.size());
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
  }
  static char* put_long_length(char* out, std::uint64_t length);
  char* put_other(char* out, std::uint32_t row);
  char* put_time(char* out, std::int64_t micros);

  ColumnView column_;
  const StatementColumn* spec_;
  Form form_;
  bool unconverted_;  // sent as bytes, though it is a text
  ValueFormatter formatter_;
  // Most rows of a batch fall on few days, so the last one's date is kept as it is sent.
  std::int64_t day_ = std::numeric_limits<std::int64_t>::max();
  char date_[4] = {};
};

}  // namespace cnx::mysql
