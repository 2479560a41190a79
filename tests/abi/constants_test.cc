// SPDX-License-Identifier: Apache-2.0
//
// The frozen constants and names of ABI 1.0. A line here is never changed; a later minor version appends lines.
#include <gtest/gtest.h>

#include <string_view>

#include "cnx/abi/ext/fault_points.h"
#include "cnx/abi/ext/preflight.h"
#include "cnx/abi/ext/render.h"
#include "cnx/abi/ext/sink_marks.h"
#include "cnx/abi/ext/sink_offsets.h"
#include "cnx/abi/ext/source_ahead.h"
#include "cnx/abi/ext/transform_info.h"
#include "cnx/abi/plugin.h"

#define CNX_VALUE(name, value) static_assert((name) == (value), #name " is frozen")

CNX_VALUE(CNX_OK, 0);
CNX_VALUE(CNX_RETRY, 1);
CNX_VALUE(CNX_RECORD, 2);
CNX_VALUE(CNX_AUTH, 3);
CNX_VALUE(CNX_CONFIG, 4);
CNX_VALUE(CNX_FATAL, 5);
CNX_VALUE(CNX_FENCED, 6);
CNX_VALUE(CNX_CANCELLED, 7);
CNX_VALUE(CNX_END, 8);
CNX_VALUE(CNX_CONFIG_STRING, 1);
CNX_VALUE(CNX_CONFIG_INT, 2);
CNX_VALUE(CNX_CONFIG_BOOL, 3);
CNX_VALUE(CNX_CONFIG_LIST, 4);
CNX_VALUE(CNX_CONFIG_REQUIRED, 1u << 0);
CNX_VALUE(CNX_CONFIG_SECRET, 1u << 1);
CNX_VALUE(CNX_CONFIG_HAS_RANGE, 1u << 2);
CNX_VALUE(CNX_FINDING_OK, 0);
CNX_VALUE(CNX_FINDING_WARNING, 1);
CNX_VALUE(CNX_FINDING_ERROR, 2);
CNX_VALUE(CNX_LOG_DEBUG, 1);
CNX_VALUE(CNX_LOG_INFO, 2);
CNX_VALUE(CNX_LOG_WARNING, 3);
CNX_VALUE(CNX_LOG_ERROR, 4);
CNX_VALUE(CNX_UNIT_PLANNED, 0);
CNX_VALUE(CNX_UNIT_OPEN, 1);
CNX_VALUE(CNX_UNIT_DONE, 2);
CNX_VALUE(CNX_UNIT_FAILED, 3);
CNX_VALUE(CNX_UNIT_SPLIT, 4);
CNX_VALUE(CNX_INT64, 1);
CNX_VALUE(CNX_FLOAT64, 2);
CNX_VALUE(CNX_BOOL, 3);
CNX_VALUE(CNX_DECIMAL, 4);
CNX_VALUE(CNX_TIMESTAMP, 5);
CNX_VALUE(CNX_DATETIME, 6);
CNX_VALUE(CNX_DATE, 7);
CNX_VALUE(CNX_TEXT, 8);
CNX_VALUE(CNX_BYTES, 9);
CNX_VALUE(CNX_JSON, 10);
CNX_VALUE(CNX_WRITE_TIME, 11);
CNX_VALUE(CNX_COLUMN_NOT_NULL, 1u << 0);
CNX_VALUE(CNX_COLUMN_KEY, 1u << 1);
CNX_VALUE(CNX_OP_UPSERT, 0);
CNX_VALUE(CNX_OP_DELETE, 1);
CNX_VALUE(CNX_RECORDS, 1);
CNX_VALUE(CNX_ROWS, 2);
CNX_VALUE(CNX_RANGE_NEW, 0);
CNX_VALUE(CNX_RANGE_FETCHING, 1);
CNX_VALUE(CNX_RANGE_FETCHED, 2);
CNX_VALUE(CNX_RANGE_DONE, 3);
CNX_VALUE(CNX_SOURCE, 1);
CNX_VALUE(CNX_TRANSFORM, 2);
CNX_VALUE(CNX_SINK, 3);
CNX_VALUE(CNX_COMMITTED, 1);
CNX_VALUE(CNX_NOT_COMMITTED, 2);
CNX_VALUE(CNX_OUTCOME_FENCED, 3);
CNX_VALUE(CNX_MARK_NONE, 0);
CNX_VALUE(CNX_MARK_DEAD, 1);
CNX_VALUE(CNX_MARK_REPLAYED, 2);
CNX_VALUE(CNX_MARK_DISCARDED, 3);
CNX_VALUE(CNX_PLUGIN_MAGIC, 0x31584e43u);
CNX_VALUE(CNX_ABI_1_0, 1000u);

TEST(AbiLayout, NamesThatPluginsAskForAreFrozen) {
  EXPECT_EQ(std::string_view(CNX_PLUGIN_SYMBOL), "cnx_plugin_v1");
  EXPECT_EQ(std::string_view(CNX_SERVICE_LOG), "cnx.log/1");
  EXPECT_EQ(std::string_view(CNX_SERVICE_CLOCK), "cnx.clock/1");
  EXPECT_EQ(std::string_view(CNX_SERVICE_WAIT), "cnx.wait/1");
  EXPECT_EQ(std::string_view(CNX_SERVICE_METRICS), "cnx.metrics/1");
  EXPECT_EQ(std::string_view(CNX_SERVICE_PROGRESS), "cnx.progress/1");
  EXPECT_EQ(std::string_view(CNX_EXT_PREFLIGHT), "cnx.preflight/1");
  EXPECT_EQ(std::string_view(CNX_EXT_RENDER), "cnx.render/1");
  EXPECT_EQ(std::string_view(CNX_EXT_SCHEMA), "cnx.schema/1");
  EXPECT_EQ(std::string_view(CNX_EXT_SPLIT), "cnx.split/1");
  EXPECT_EQ(std::string_view(CNX_EXT_SINK_OFFSETS), "cnx.sink-offsets/1");
  EXPECT_EQ(std::string_view(CNX_EXT_SINK_MARKS), "cnx.sink-marks/1");
  EXPECT_EQ(std::string_view(CNX_EXT_SOURCE_AHEAD), "cnx.source-ahead/1");
  EXPECT_EQ(std::string_view(CNX_DISCARD_PREFIX), ":discard/");
}
