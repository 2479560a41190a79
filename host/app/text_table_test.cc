// SPDX-License-Identifier: Apache-2.0
#include "text_table.h"

#include <gtest/gtest.h>

namespace cnx::host::app {
namespace {

TEST(TextTable, AlignsColumnsByTheirWidestValue) {
  const TextTable table{{"name", "n"}, {{"a", "1"}, {"longer", "22"}}};
  EXPECT_EQ(render_table(table, 80),
            "name    n\n"
            "------  --\n"
            "a       1\n"
            "longer  22\n");
}

TEST(TextTable, CountsCharactersAndNotBytes) {
  EXPECT_EQ(display_width("Zürich"), 6u);
  EXPECT_EQ(render_table({{"x", "y"}, {{"Zürich", "1"}, {"Berlin", "2"}}}, 80),
            "x       y\n------  -\nZürich  1\nBerlin  2\n");
}

TEST(TextTable, TurnsUprightWhenItIsTooWide) {
  EXPECT_EQ(render_table({{"id", "value"}, {{"1", "abcdef"}, {"2", "x"}}}, 9),
            "--- row 1\nid     1\nvalue  abcdef\n--- row 2\nid     2\nvalue  x\n");
}

TEST(TextTable, FitsExactly) { EXPECT_EQ(render_table({{"ab", "cd"}, {}}, 6), "ab  cd\n--  --\n"); }

}  // namespace
}  // namespace cnx::host::app
