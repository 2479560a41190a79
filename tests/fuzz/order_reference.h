// SPDX-License-Identifier: Apache-2.0
//
// What the README of order-transform promises, once more, slow and plain: one table of columns, one look-up for each
// cell, nothing shared with the transform but those words. For fuzzing only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cnx::fuzz {

struct ExpectedOrder {
  using Row = std::map<std::string, std::optional<std::string>, std::less<>>;

  /// By column; integers and decimals as digits, times as "YYYY-MM-DD HH:MM:SS", JSON as one-line JSON without blanks.
  std::vector<Row> rows;
  std::vector<std::pair<std::string, std::string>> filtered;  ///< rule, path
  std::set<std::pair<std::string, std::string>> problems;     ///< path, column; any makes the record dead
};

/// What has to become of a record with this value; nothing when the parser behind this cannot tell (a number beyond
/// double, deep nesting).
[[nodiscard]] std::optional<ExpectedOrder> expected_order(std::string_view payload);

/// JSON in one form only, for comparing JSON columns; nothing when it is no JSON.
[[nodiscard]] std::optional<std::string> one_form(std::string_view json);

}  // namespace cnx::fuzz
