// SPDX-License-Identifier: Apache-2.0
#include "observe/summary.h"

#include <gtest/gtest.h>

namespace cnx::host::observe {
namespace {

RunSummary summary() {
  RunSummary run;
  run.title = "eForCity, 2 hours";
  run.orders = 10;
  run.records = 10;
  run.written = 8;
  run.filtered = 1;
  run.dead = 1;
  run.rows = 12;
  run.retries = 2;
  run.seconds = 3.25;
  run.units = {{"08:00", "done", 5, 5, 1, 1, 0},
               {"09:00", "split", 900, 0, 1, 1, 0},
               {"09:00/1", "done", 5, 6, 1, 1, 1},
               {"09:00/2", "done", 0, 0, 1, 3, 0},
               {"09:00/3", "failed", -1, 0, 0, 5, 0}};
  return run;
}

TEST(SummaryText, ShowsTheSumsAndTheUnitsThatNeedALook) {
  EXPECT_EQ(summary_text(summary()),
            "range     eForCity, 2 hours\n"
            "windows   3 of 4 done (1 were split)\n"
            "orders    10\n"
            "records   10 = 8 written + 1 filtered + 1 dead + 0 released\n"
            "rows      12\n"
            "retries   2\n"
            "seconds   3.2\n"
            "  09:00/1: done, expected 5, fetched 6, repeats 1, pages 1, tries 1\n"
            "  09:00/2: done, expected 0, fetched 0, repeats 0, pages 1, tries 3\n"
            "  09:00/3: failed, expected unknown, fetched 0, repeats 0, pages 0, tries 5\n");
}

TEST(SummaryText, SaysWhenTheRangeWasFetchedBefore) {
  RunSummary run;
  run.fetched_at = "2026-11-23 08:00:00";
  EXPECT_EQ(summary_text(run).substr(0, 43), "fetched   already, at 2026-11-23 08:00:00\nw");
}

}  // namespace
}  // namespace cnx::host::observe
