// SPDX-License-Identifier: Apache-2.0
#include "cells.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "exact_number.h"
#include "iso_time.h"

namespace cnx::std_transforms {
namespace {

const char* fault_of(NumberFault fault, bool whole) {
  switch (fault) {
    case NumberFault::kNoNumber:
      return "is no number";
    case NumberFault::kTooFine:
      return whole ? "is no whole number" : "has more decimals than the column";
    case NumberFault::kOutOfRange:
      return "is too large for the column";
    case NumberFault::kNone:
      break;
  }
  return nullptr;
}

const char* read_float(std::string_view text, double& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error == std::errc::result_out_of_range) return "is too large, or too near to zero, for the column";
  return error != std::errc() || end != text.data() + text.size() || !std::isfinite(out) ? "is no number" : nullptr;
}

std::int64_t power_of_ten(std::uint32_t exponent) {
  std::int64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void append_decimal(std::string& out, std::int64_t unscaled, std::size_t scale) {
  std::string digits = std::to_string(unscaled);
  const std::size_t sign = unscaled < 0 ? 1 : 0;
  if (digits.size() - sign <= scale) digits.insert(sign, scale + 1 - (digits.size() - sign), '0');
  if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
  out += digits;
}

}  // namespace

const char* read_cell(std::string_view text, const cnx_column& column, Cell& out) {
  switch (column.type) {
    case CNX_INT64:
    case CNX_DECIMAL: {
      const ExactNumber number = exact_number(text, column.type == CNX_DECIMAL ? column.scale : 0);
      out.integer = number.unscaled;
      if (number.fault != NumberFault::kNone) return fault_of(number.fault, column.type == CNX_INT64);
      break;
    }
    case CNX_FLOAT64:
      return read_float(text, out.number);
    case CNX_BOOL:
      out.boolean = text == "true";
      return out.boolean || text == "false" ? nullptr : "is neither true nor false";
    case CNX_TIMESTAMP: {
      const auto instant = read_instant(text);
      if (!instant) return "is no time of ISO 8601 with a zone (2026-11-23T08:00:00Z)";
      out.integer = *instant;
      break;
    }
    case CNX_DATE: {
      const auto date = read_date(text);
      if (!date) return "is no date (2026-11-23)";
      out.integer = *date;
      break;
    }
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      out.text = text;
      break;
    default:
      return "cannot be read from text";
  }
  return check_cell(out, column);
}

const char* check_cell(const Cell& cell, const cnx_column& column) {
  switch (column.type) {
    case CNX_INT64: {
      const std::uint32_t unused = column.bits == 0 || column.bits > 64 ? 0 : 64 - column.bits;
      const auto shifted = static_cast<std::int64_t>(static_cast<std::uint64_t>(cell.integer) << unused);
      return (shifted >> unused) == cell.integer ? nullptr : "is too large for the column";
    }
    case CNX_DECIMAL: {
      if (column.precision == 0 || column.precision > 18) return nullptr;
      const std::int64_t limit = power_of_ten(column.precision);
      return cell.integer < limit && cell.integer > -limit ? nullptr : "is too large for the column";
    }
    case CNX_TIMESTAMP:
      return column.scale >= 6 || cell.integer % power_of_ten(6 - column.scale) == 0
                 ? nullptr
                 : "has more decimals of a second than the column";
    case CNX_TEXT:
      return column.max_length == 0 || cell.text.size() <= column.max_length ||
                     characters(cell.text) <= column.max_length
                 ? nullptr
                 : "is longer than the column";
    default:
      return nullptr;
  }
}

Cell cell_of(const ColumnView& column, std::uint64_t row) {
  Cell cell;
  switch (column.type()) {
    case CNX_FLOAT64:
      cell.number = column.number(row);
      break;
    case CNX_BOOL:
      cell.boolean = column.boolean(row);
      break;
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      cell.text = column.text(row);
      break;
    case CNX_WRITE_TIME:
      break;
    default:
      cell.integer = column.integer(row);
  }
  return cell;
}

void append_cell(std::string& out, const Cell& cell, const cnx_column& column) {
  switch (column.type) {
    case CNX_INT64:
      out += std::to_string(cell.integer);
      break;
    case CNX_DECIMAL:
      append_decimal(out, cell.integer, column.scale);
      break;
    case CNX_FLOAT64: {
      char text[32];
      out.append(text, static_cast<std::size_t>(std::to_chars(text, text + sizeof text, cell.number).ptr - text));
      break;
    }
    case CNX_BOOL:
      out += cell.boolean ? "true" : "false";
      break;
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
      append_time(out, cell.integer);
      if (column.type == CNX_TIMESTAMP) out += 'Z';
      break;
    case CNX_DATE:
      append_date(out, cell.integer);
      break;
    default:
      out += cell.text;
  }
}

void put_cell(RowBatch& rows, std::uint32_t column, std::uint32_t row, cnx_type type, const Cell& cell) {
  switch (type) {
    case CNX_FLOAT64:
      return rows.set_number(column, row, cell.number);
    case CNX_BOOL:
      return rows.set_boolean(column, row, cell.boolean);
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      return rows.set_text(column, row, cell.text);
    default:
      return rows.set_integer(column, row, cell.integer);
  }
}

}  // namespace cnx::std_transforms
