// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cnx/batch.hpp"

namespace cnx::mysql {

/// How the update part of an upsert names the new values.
enum class Dialect {
  kValuesFunction,  ///< VALUES(column): MariaDB, MySQL before 8.0.19
  kRowAlias         ///< INSERT … AS alias: MySQL from 8.0.19; a syntax error on MariaDB
};

/// A table with its database.
struct TableName {
  std::string database;
  std::string table;

  /// "table" or "database.table"; without a database `default_database` is it.
  [[nodiscard]] static TableName parse(std::string_view text, std::string_view default_database);
  /// `database`.`table`
  [[nodiscard]] std::string quoted() const;
  friend bool operator==(const TableName&, const TableName&) = default;
};

/// Appends `name` in backticks.
void append_name(std::string& sql, std::string_view name);
[[nodiscard]] std::string quote_name(std::string_view name);

/// Appends a text literal. Exact for a utf8mb4 connection without NO_BACKSLASH_ESCAPES.
void append_text(std::string& sql, std::string_view text);
[[nodiscard]] std::string quote_text(std::string_view text);
/// Appends a binary literal (hexadecimal).
void append_bytes(std::string& sql, std::string_view bytes);

/// The longest text that format_value() makes.
inline constexpr std::size_t kValueWidth = 32;

/// Writes values of a CNX_DECIMAL, CNX_TIMESTAMP, CNX_DATETIME or CNX_DATE column as the server reads them. Neighbours
/// often have the same date, so the last one is kept.
class ValueFormatter {
 public:
  ValueFormatter(cnx_type type, std::uint32_t scale) : type_(type), scale_(scale) {}
  /// At most kValueWidth bytes; returns the length. Times have a fraction only where the value has one.
  std::size_t format(char* out, std::int64_t value);

 private:
  char* put_date(char* out, std::int64_t days);
  char* put_time(char* out, std::int64_t micros);

  const cnx_type type_;
  const std::uint32_t scale_;
  std::int64_t days_ = 0;
  std::string date_;  // of days_; empty: none yet
};

/// The same for one value.
std::size_t format_value(char* out, cnx_type type, std::uint32_t scale, std::int64_t value);

/// True when the server has a date for the value of a time column (years 1 to 9999).
[[nodiscard]] bool has_calendar_year(cnx_type type, std::int64_t value);

/// Appends the value of a row as a literal, NULL included. Not for CNX_WRITE_TIME.
void append_literal(std::string& sql, const ColumnView& column, std::uint64_t row);

/// The first `characters` of UTF-8 `text`.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::uint64_t characters);
/// Number of characters of UTF-8 `text`.
[[nodiscard]] std::uint64_t count_characters(std::string_view text);

}  // namespace cnx::mysql
