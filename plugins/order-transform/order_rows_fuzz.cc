// SPDX-License-Identifier: Apache-2.0
//
// Any record value: the transform gives the rows, filtered parts and refusal that the reference in tests/fuzz expects,
// no record leaves a trace in the next one, and the parts that `preview` shows are the orders of the whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "fuzz/order_reference.h"
#include "order_corpus_test_support.h"
#include "order_splitter.h"
#include "transform_test_support.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace cnx::order_transform::test {
namespace {

using fuzz::ExpectedOrder;

[[noreturn]] void stop(const std::string& what) {
  std::cerr << "order_rows: " << what << '\n';
  std::abort();
}

std::string text_of(const std::optional<std::string>& cell) { return cell ? '\'' + *cell + '\'' : "NULL"; }

/// The cell in the reference's form: JSON without blanks, and -0 as nlohmann-json reads it.
std::optional<std::string> comparable(const std::string& column, const std::optional<std::string>& cell) {
  if (!cell) return cell;
  if (column == "charges" || column == "orderLineStatuses") return fuzz::one_form(*cell);
  return *cell == "-0" ? "0" : cell;
}

void compare_rows(const std::vector<Row>& rows, const std::vector<ExpectedOrder::Row>& expected) {
  if (rows.size() != expected.size())
    stop(std::to_string(rows.size()) + " rows where " + std::to_string(expected.size()) + " are due");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].cells.size() != expected[i].size()) stop("another number of columns");
    for (const auto& [column, cell] : rows[i].cells) {
      const auto due = expected[i].find(column);
      if (due == expected[i].end()) stop("a column that nobody knows: " + column);
      if (comparable(column, cell) != comparable(column, due->second))
        stop(column + " is " + text_of(cell) + " and should be " + text_of(due->second));
    }
  }
}

void compare(const Applied& applied, const ExpectedOrder& expected) {
  if (applied.rejected.empty()) {
    if (!expected.problems.empty())
      stop("taken in spite of " + expected.problems.begin()->first + " " + expected.problems.begin()->second);
    compare_rows(applied.rows, expected.rows);
    if (applied.filtered.size() != expected.filtered.size()) stop("another number of filtered parts");
    for (std::size_t i = 0; i < applied.filtered.size(); ++i)
      if (std::pair(applied.filtered[i].rule, applied.filtered[i].path) != expected.filtered[i])
        stop("filtered by " + applied.filtered[i].rule + " at " + applied.filtered[i].path);
    return;
  }
  const Rejected& dead = applied.rejected.front();
  if (applied.rejected.size() != 1 || !applied.rows.empty() || !applied.filtered.empty())
    stop("a dead record with rows, filtered parts or two causes");
  if (dead.message.empty()) stop("a dead record without a cause");
  if (!expected.problems.contains({dead.path, dead.column}))
    stop("refused for " + dead.path + " " + dead.column + ": " + dead.message);
}

/// The record between two good ones: they come out as they always do.
void check_neighbours(OrderTransform& transform, const std::string& payload) {
  static const auto alone = test::apply(transform, {kOrder}).rows.at(0).cells;
  const Applied applied = test::apply(transform, {kOrder, payload, kOrder});
  std::size_t found = 0;
  for (const Row& row : applied.rows)
    if (row.origin != 1 && ++found > 0 && row.cells != alone) stop("a record changed the row of its neighbour");
  if (found != 2) stop("a record took the row of its neighbour");
}

/// A part by itself gives what it gave within the whole.
void check_parts(OrderTransform& transform, const std::string& payload, const Applied& whole) {
  std::vector<Payload> parts;
  split_orders(payload, [&](std::string_view part, std::string_view path) {
    if (path.empty()) stop("a part without a path");
    parts.emplace_back(std::string(part));
  });
  if (parts.empty()) stop("a document without parts");
  const Applied apart = test::apply(transform, parts);
  if (whole.rejected.empty() != apart.rejected.empty()) stop("the parts end otherwise than the whole");
  if (!whole.rejected.empty()) return;
  if (apart.rows.size() != whole.rows.size() || apart.filtered.size() != whole.filtered.size())
    stop("the parts have other rows than the whole");
  for (std::size_t i = 0; i < whole.rows.size(); ++i)
    if (apart.rows[i].cells != whole.rows[i].cells) stop("a row of a part differs from that of the whole");
}

}  // namespace
}  // namespace cnx::order_transform::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cnx::order_transform::test;
  static const auto transform = [] {
    GTEST_FLAG_SET(break_on_failure, true);  // the test support reports its own findings by gtest
    return make_transform();
  }();
  const std::string payload(reinterpret_cast<const char*>(data), size);
  const Applied applied = apply(*transform, {payload});
  if (const auto expected = cnx::fuzz::expected_order(payload)) compare(applied, *expected);
  check_neighbours(*transform, payload);
  check_parts(*transform, payload, applied);
  return 0;
}

/// Changes the tree as well as the bytes: most changed bytes only make a text that is no JSON.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned int seed) {
  using namespace cnx::order_transform::test;
  OrderCorpus corpus(seed);
  std::string text;
  const auto choice = corpus.below(8);
  if (choice == 0) {
    text = corpus.write(corpus.document(corpus.below(3)));
  } else if (choice < 5) {
    const std::string_view now(reinterpret_cast<const char*>(data), size);
    // Deep trees are not built: they are copied recursively.
    const bool flat = std::count(now.begin(), now.end(), '[') + std::count(now.begin(), now.end(), '{') < 500;
    if (auto root = flat ? parse_json(now) : std::nullopt) {
      for (std::size_t i = 1 + corpus.below(3); i > 0; --i) corpus.make_odd(*root);
      text = corpus.write(*root);
    }
  }
  if (text.empty() || text.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::memcpy(data, text.data(), text.size());
  return text.size();
}
