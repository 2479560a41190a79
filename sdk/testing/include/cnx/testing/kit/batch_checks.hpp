// SPDX-License-Identifier: Apache-2.0
//
// Batches that are tried on a plugin.
#pragma once

#include <string>
#include <vector>

#include "cnx/testing/batches.hpp"
#include "cnx/testing/kit/call.hpp"
#include "cnx/testing/rows.hpp"

namespace cnx::testing::kit {

/// A batch to try, and what to call it.
struct Sample {
  std::string name;
  std::vector<TestRecord> records;
};

/// None, one, many; nulls; what is no JSON; a big value; and `inputs`, alone and together.
inline std::vector<Sample> record_samples(const std::vector<std::string>& inputs = {}) {
  std::vector<TestRecord> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back({"{\"id\":" + std::to_string(i) + ",\"name\":\"n\"}", std::to_string(i)});
  TestRecord headed{"{\"id\":1}", "1"};
  headed.headers = {{"h", "v"}, {"empty", ""}};
  std::vector<Sample> samples;
  samples.push_back({"no records", {}});
  samples.push_back({"one record", {{"{\"id\":1}", "1"}}});
  samples.push_back({"1,000 records", std::move(many)});
  samples.push_back({"a record without key and value", {TestRecord{}}});
  samples.push_back({"a record with an empty value", {{"", ""}}});
  samples.push_back({"a record with headers", {headed}});
  samples.push_back({"a record that is no JSON", {{std::string("\x00\xff{[\"", 5), "1"}}});
  samples.push_back({"a record of 10 MB", {{"\"" + std::string(10'000'000, 'x') + "\"", "1"}}});
  std::vector<TestRecord> all;
  for (const std::string& input : inputs) {
    samples.push_back({"input " + std::to_string(samples.size() - 7), {{input, "1"}}});
    all.push_back({input, "1"});
  }
  if (all.size() > 1) samples.push_back({"all inputs", std::move(all)});
  return samples;
}

/// The same for rows; target "".
inline Rows row_sample(std::size_t count) {
  std::vector<std::vector<Cell>> rows;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 3 == 2)
      rows.push_back({static_cast<std::int64_t>(i), kNull, kNull});
    else
      rows.push_back({static_cast<std::int64_t>(i), std::string_view("name"), static_cast<std::int64_t>(1995)});
  }
  return Rows({ColumnSpec::int64("id").key(), ColumnSpec::text("name", 50), ColumnSpec::decimal("price", 10, 2)},
              std::move(rows));
}

/// A batch as text, to compare two.
inline std::string batch_text(const cnx_batch& raw) {
  const BatchView batch(raw);
  std::string text;
  for (std::uint64_t i = 0; i < batch.size(); ++i) {
    if (raw.kind == CNX_ROWS) {
      text += row_text(batch, i);
    } else {
      const cnx_record& r = batch.record(i);
      text.append(view(r.topic)).append("|").append(is_absent(r.key) ? "NULL" : view(r.key)).append("|");
      text.append(is_absent(r.value) ? "NULL" : view(r.value)).append("|").append(std::to_string(r.timestamp_ms));
    }
    text += '\n';
  }
  return text;
}

}  // namespace cnx::testing::kit
