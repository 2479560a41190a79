// SPDX-License-Identifier: Apache-2.0
//
// One record → rows, filtered parts, or one problem.
#pragma once

#include <yyjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/row_batch.hpp"
#include "convert.h"
#include "json_parser.h"
#include "json_path.h"
#include "plain_order.h"
#include "sections.h"

namespace cnx::order_transform {

inline constexpr std::string_view kRuleTombstone = "tombstone";
inline constexpr std::string_view kRuleOrderWithoutLines = "order-without-lines";
inline constexpr std::string_view kRulePageWithoutOrders = "page-without-orders";

struct Options {
  bool extra_columns = true;
  std::string source_file = "kafka_stream";

  [[nodiscard]] std::size_t column_count() const { return extra_columns ? kColumnCount : kColumnCountWithoutExtras; }
  /// A bit for each.
  [[nodiscard]] std::uint64_t columns() const { return (std::uint64_t{1} << column_count()) - 1; }
};

/// A part of a record that gives no row, by a named rule.
struct FilteredPart {
  std::string_view rule;
  std::string path;
};

/// Why a record is dead: its first problem, and how many there were.
struct Problem {
  std::string path;
  std::string_view column;  ///< empty: it concerns no single column
  std::string message;
};

/// Appends a record's rows to a batch. Used again and again by one thread: in steady state it allocates nothing.
class Flattener {
 public:
  explicit Flattener(Options options) : options_(std::move(options)) {}

  /// To be called for each new batch before flatten: puts what all its rows have in common into the batch's memory.
  void begin(RowBatch& batch) { source_file_ = batch.keep(options_.source_file); }

  /// Appends the rows of `payload`, which must live as long as the batch. Afterwards filtered() and problem() tell the
  /// rest; with a problem there are no rows and no filtered parts: all of a record counts or nothing.
  void flatten(std::string_view payload, std::uint32_t origin, RowBatch& batch);

  [[nodiscard]] const std::vector<FilteredPart>& filtered() const { return filtered_; }
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

 private:
  /// The wanted members of an object, by field: the key, and whether it was there twice.
  struct Members {
    Members() {}  // leaves `keys` as it is: most objects have few of them

    std::array<yyjson_val*, kMaxFields> keys;  // only those that are there
    std::uint32_t there = 0;
    std::uint32_t twice = 0;

    /// Null pointer: missing.
    [[nodiscard]] yyjson_val* key(std::uint8_t field) const {
      return (there >> field & 1) != 0 ? keys[field] : nullptr;
    }
    [[nodiscard]] bool is_twice(std::uint8_t field) const { return (twice >> field & 1) != 0; }
    /// Null pointer: missing or null.
    [[nodiscard]] yyjson_val* value(std::uint8_t field) const;
  };

  struct NumberedLine {
    std::int64_t number;
    std::size_t index;
  };

  static Members members_of(yyjson_val* object, const Section& section);
  void report_twice(const Members& members, const Section& section);
  void report(std::string_view column, std::string message);
  void report_at(std::string_view key, std::uint8_t column, std::string message);
  void filter(std::string_view rule) { filtered_.push_back({rule, path_.text()}); }

  void read_document(yyjson_val* root);
  void read_page(yyjson_val* list);
  void read_orders(yyjson_val* orders);
  void read_order(yyjson_val* order);
  yyjson_val* lines_of(const Members& order);
  void read_lines(yyjson_val* lines);
  void read_line(yyjson_val* line);
  void read_charges(yyjson_val* line, const Members& members);
  bool read_if_product(yyjson_val* charge);
  void read_statuses(yyjson_val* line, const Members& members);
  void read_object(yyjson_val* value, const Section& section);
  void read_fields(const Members& members, const Section& section);
  void read_column(const Members& members, const Section& section, std::uint8_t field);
  std::string_view settled(yyjson_val* value);
  void read_json(yyjson_val* line, const Members& members, std::uint8_t field);
  void check_line_numbers();
  void write_row();

  const Options options_;
  std::string_view source_file_;  // in the current batch's memory

  PlainOrder plain_order_;

  // The record in the making.
  JsonParser parser_;
  JsonDocument document_;
  JsonPath path_;
  RowBatch* batch_ = nullptr;
  std::uint32_t origin_ = 0;
  Cells cells_;
  std::vector<NumberedLine> line_numbers_;
  std::vector<FilteredPart> filtered_;
  std::optional<Problem> problem_;
  std::size_t problem_count_ = 0;
};

}  // namespace cnx::order_transform
