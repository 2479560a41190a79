// SPDX-License-Identifier: Apache-2.0
//
// The transform against the reference on made-up documents, good, odd and damaged.
#include <gtest/gtest.h>

#include <algorithm>

#include "json_node_test_support.h"
#include "order_corpus_test_support.h"
#include "reference_flatten_test_support.h"
#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

/// The cells in the reference's form, in which JSON has one form only.
auto comparable(const Row& row) {
  auto cells = row.cells;
  for (const char* column : {"charges", "orderLineStatuses"}) {
    auto& cell = cells[column];
    if (!cell) continue;
    const auto node = parse_json(*cell);
    EXPECT_TRUE(node) << column << " is no JSON: " << *cell;
    EXPECT_EQ(cell->find_first_not_of(" \t\r\n"), 0u) << column << " begins with a blank";
    if (node) cell = node->dump();
  }
  return cells;
}

std::size_t problem_count(const std::string& message) {
  const std::string mark = "(the first of ";
  const auto at = message.find(mark);
  return at == std::string::npos ? 1 : std::stoul(message.substr(at + mark.size()));
}

void expect_same_death(const Applied& applied, const ReferenceResult& expected) {
  ASSERT_EQ(applied.rejected.size(), 1u) << "the reference found " << expected.problems[0].first << " "
                                         << expected.problems[0].second;
  const Rejected& dead = applied.rejected[0];
  const auto told = std::pair(dead.path, dead.column);
  EXPECT_NE(std::find(expected.problems.begin(), expected.problems.end(), told), expected.problems.end())
      << dead.path << " " << dead.column << ": " << dead.message << "\nwhile the reference found first "
      << expected.problems[0].first << " " << expected.problems[0].second;
  EXPECT_EQ(problem_count(dead.message), expected.problems.size()) << dead.path << " " << dead.message;
  EXPECT_TRUE(applied.rows.empty() && applied.filtered.empty());
}

void expect_same(OrderTransform& transform, const std::string& payload) {
  SCOPED_TRACE(payload);
  if (bool beyond_double = false; !parse_json(payload, &beyond_double) && beyond_double) return;
  const ReferenceResult expected = reference_flatten(payload);
  const Applied applied = apply(transform, {payload});
  if (!expected.problems.empty()) return expect_same_death(applied, expected);
  for (const auto& dead : applied.rejected) ADD_FAILURE() << dead.path << " " << dead.column << ": " << dead.message;
  ASSERT_EQ(applied.rows.size(), expected.rows.size());
  for (std::size_t i = 0; i < applied.rows.size(); ++i) EXPECT_EQ(comparable(applied.rows[i]), expected.rows[i]);
  ASSERT_EQ(applied.filtered.size(), expected.filtered.size());
  for (std::size_t i = 0; i < applied.filtered.size(); ++i)
    EXPECT_EQ(std::pair(applied.filtered[i].rule, applied.filtered[i].path), expected.filtered[i]);
}

class Differential : public testing::TestWithParam<std::uint64_t> {};

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

INSTANTIATE_TEST_SUITE_P(Seeds, Differential, testing::Range(std::uint64_t{1}, std::uint64_t{9}));

/// So that the comparison is about something: each way to end is taken often.
TEST(DifferentialCorpus, HasEnoughOfEverything) {
  OrderCorpus corpus(77);
  std::size_t dead = 0, with_rows = 0, with_filters = 0;
  for (int i = 0; i < 400; ++i) {
    const ReferenceResult result = reference_flatten(corpus.write(corpus.document(corpus.below(4))));
    dead += result.problems.empty() ? 0 : 1;
    with_rows += result.rows.empty() ? 0 : 1;
    with_filters += result.filtered.empty() ? 0 : 1;
  }
  EXPECT_GT(dead, 50u);
  EXPECT_GT(with_rows, 150u);
  EXPECT_GT(with_filters, 30u);
}

}  // namespace
}  // namespace cnx::order_transform::test
