// SPDX-License-Identifier: Apache-2.0
#include "generate/row_feed.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numeric>

namespace cnx::bench {
namespace {

order_transform::Options options(bool extra_columns) {
  order_transform::Options made;
  made.extra_columns = extra_columns;
  made.source_file = "kafka_stream";
  return made;
}

void refuse(void*, std::uint32_t, cnx_str path, cnx_str, cnx_str message, std::int64_t) {
  std::fprintf(stderr, "a generated order was refused at %s: %s\n", std::string(view(path)).c_str(),
               std::string(view(message)).c_str());
  std::abort();
}

void append_number(std::string& out, std::int64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_decimal(std::string& out, std::int64_t unscaled, std::uint32_t scale) {
  std::string digits = std::to_string(std::abs(unscaled));
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (unscaled < 0) out += '-';
  out.append(digits, 0, digits.size() - scale);
  if (scale > 0) out.append(".").append(digits, digits.size() - scale);
}

void append_time(std::string& out, std::int64_t micros) {
  const std::time_t seconds = micros / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  out.append(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts));
}

void append_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
      continue;
    }
    char escaped[8];
    out.append(escaped, static_cast<std::size_t>(std::snprintf(escaped, sizeof escaped, "\\u%04x", c)));
  }
}

void append_value(std::string& out, const ColumnView& column, std::uint64_t row) {
  if (column.type() == CNX_WRITE_TIME || column.is_null(row)) {
    out += "null";
    return;
  }
  if (column.type() == CNX_INT64) return append_number(out, column.integer(row));
  out += '"';
  if (column.type() == CNX_DECIMAL)
    append_decimal(out, column.integer(row), column.raw().scale);
  else if (column.type() == CNX_TIMESTAMP || column.type() == CNX_DATETIME)
    append_time(out, column.integer(row));
  else
    append_text(out, column.text(row));
  out += '"';
}

}  // namespace

RowFeed::RowFeed(OrderSettings settings, bool extra_columns) : maker_(settings), transform_(options(extra_columns)) {}

void RowFeed::make(std::uint64_t first, std::uint32_t count, const Rows& rows) {
  range_.resize(count);
  std::iota(range_.begin(), range_.end(), first);
  make(range_, rows);
}

void RowFeed::make(std::span<const std::uint64_t> numbers, const Rows& rows) {
  const auto count = static_cast<std::uint32_t>(numbers.size());
  texts_.resize(count);
  records_.assign(count, {});
  origins_.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    maker_.make(numbers[i]);
    texts_[i].assign(maker_.text());
    records_[i].value = str(texts_[i]);
    origins_[i] = i;
  }
  cnx_batch batch{};
  batch.struct_size = sizeof batch;
  batch.kind = CNX_RECORDS;
  batch.count = count;
  batch.origin = origins_.data();
  batch.record_stride = sizeof(cnx_record);
  batch.records = records_.data();

  cnx_output output{};
  output.struct_size = sizeof output;
  output.ctx = const_cast<Rows*>(&rows);
  output.emit = [](void* ctx, cnx_batch* made) {
    (*static_cast<const Rows*>(ctx))(BatchView(*made));
    made->release(made);
  };
  output.reject = &refuse;
  output.filter = [](void*, std::uint32_t, cnx_str, cnx_str) {};
  Output out(output);
  if (!transform_.apply(BatchView(batch), out).ok()) std::abort();
}

void append_json_row(std::string& out, const BatchView& rows, std::uint64_t row) {
  for (std::uint32_t c = 0; c < rows.column_count(); ++c) {
    const ColumnView column = rows.column(c);
    out += c == 0 ? "{\"" : ",\"";
    out.append(column.name()).append("\":");
    append_value(out, column, row);
  }
  out += '}';
}

}  // namespace cnx::bench
