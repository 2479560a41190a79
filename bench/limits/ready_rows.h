// SPDX-License-Identifier: Apache-2.0
//
// Rows as a database client wants them: column by column, texts laid out, sorted by key, in batches of as many orders
// as the sink's transactions have.
#pragma once

#include <mysql.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "generate/row_feed.h"
#include "limits/batch_plan.h"

namespace cnx::bench {

/// One column of one batch: `integers`, or `texts` with `lengths`, and for times `times` beside these.
struct ReadyColumn {
  enum_field_types type = MYSQL_TYPE_STRING;  ///< as the sink sends it: texts as bytes, times in parts
  std::vector<std::int64_t> integers;
  std::vector<MYSQL_TIME> times;
  std::vector<const MYSQL_TIME*> time_places;  ///< the library wants them so
  std::vector<const char*> texts;
  std::vector<unsigned long> lengths;
  std::vector<char> indicators;
};

struct ReadyBatch {
  std::vector<std::int32_t> partitions;
  std::size_t rows = 0;
  std::vector<ReadyColumn> columns;
  std::vector<std::unique_ptr<std::string>> arena;
};

struct ReadyRows {
  std::vector<std::string> names;              ///< of the columns that have values
  std::string write_time;                      ///< the column that the server fills
  std::vector<std::vector<ReadyBatch>> parts;  ///< per connection
};

[[nodiscard]] ReadyRows make_ready_rows(OrderSettings settings, const BatchPlan& plan);

}  // namespace cnx::bench
