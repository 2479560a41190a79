// SPDX-License-Identifier: Apache-2.0
//
// The transform against the reference of tests/fuzz on made-up documents, good, odd and damaged.
#include <gtest/gtest.h>

#include "fuzz/order_reference.h"
#include "order_corpus_test_support.h"
#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

using fuzz::ExpectedOrder;

/// The cells in the reference's form: JSON has one form only, and -0 is what nlohmann-json makes of it.
auto comparable(const Row& row) {
  auto cells = row.cells;
  for (auto& [column, cell] : cells)
    if (cell == "-0") cell = "0";
  for (const char* column : {"charges", "orderLineStatuses"}) {
    auto& cell = cells[column];
    if (!cell) continue;
    EXPECT_EQ(cell->find_first_not_of(" \t\r\n"), 0u) << column << " begins with a blank";
    const auto form = fuzz::one_form(*cell);
    EXPECT_TRUE(form) << column << " is no JSON: " << *cell;
    cell = form;
  }
  return cells;
}

void expect_same_death(const Applied& applied, const ExpectedOrder& expected) {
  const auto& first = *expected.problems.begin();
  ASSERT_EQ(applied.rejected.size(), 1u) << "the reference found " << first.first << " " << first.second;
  const Rejected& dead = applied.rejected[0];
  EXPECT_TRUE(expected.problems.contains({dead.path, dead.column}))
      << dead.path << " " << dead.column << ": " << dead.message << "\nwhile the reference found " << first.first << " "
      << first.second;
  EXPECT_TRUE(applied.rows.empty() && applied.filtered.empty());
}

void expect_same(OrderTransform& transform, const std::string& payload) {
  SCOPED_TRACE(payload);
  const auto expected = fuzz::expected_order(payload);
  if (!expected) return;
  const Applied applied = apply(transform, {payload});
  if (!expected->problems.empty()) return expect_same_death(applied, *expected);
  for (const auto& dead : applied.rejected) ADD_FAILURE() << dead.path << " " << dead.column << ": " << dead.message;
  ASSERT_EQ(applied.rows.size(), expected->rows.size());
  for (std::size_t i = 0; i < applied.rows.size(); ++i) EXPECT_EQ(comparable(applied.rows[i]), expected->rows[i]);
  ASSERT_EQ(applied.filtered.size(), expected->filtered.size());
  for (std::size_t i = 0; i < applied.filtered.size(); ++i)
    EXPECT_EQ(std::pair(applied.filtered[i].rule, applied.filtered[i].path), expected->filtered[i]);
}

class Differential : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Differential, GoodAndOddDocuments) {
  OrderCorpus corpus(GetParam());
  const auto transform = make_transform();
  for (int i = 0; i < 250 && !HasFailure(); ++i)
    expect_same(*transform, corpus.write(corpus.document(corpus.below(4))));
}

TEST_P(Differential, DamagedDocuments) {
  OrderCorpus corpus(GetParam() + 1000);
  const auto transform = make_transform();
  for (int i = 0; i < 250 && !HasFailure(); ++i)
    expect_same(*transform, corpus.damaged(corpus.write(corpus.document(corpus.below(2))), 1 + corpus.below(3)));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Differential, ::testing::Range(std::uint64_t{1}, std::uint64_t{9}));

/// So that the comparison is about something: each way to end is taken often, and the short way to the rows.
TEST(DifferentialCorpus, HasEnoughOfEverything) {
  OrderCorpus corpus(77);
  std::size_t dead = 0, with_rows = 0, with_filters = 0, plain = 0, plain_with_lines = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string document = corpus.write(corpus.document(corpus.below(4)));
    const std::uint32_t rows = plain_rows(document);
    plain += rows > 0 ? 1 : 0;
    plain_with_lines += rows > 1 ? 1 : 0;
    const auto result = fuzz::expected_order(document);
    if (!result) continue;
    dead += result->problems.empty() ? 0 : 1;
    with_rows += result->rows.empty() ? 0 : 1;
    with_filters += result->filtered.empty() ? 0 : 1;
  }
  EXPECT_GT(dead, 50u);
  EXPECT_GT(with_rows, 150u);
  EXPECT_GT(with_filters, 30u);
  EXPECT_GT(plain, 100u);
  EXPECT_GT(plain_with_lines, 50u);
}

}  // namespace
}  // namespace cnx::order_transform::test
