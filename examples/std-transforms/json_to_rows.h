// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cells.h"
#include "cnx/component.hpp"
#include "json_reader.h"

namespace cnx::std_transforms {

/// Records with one JSON object each → rows of declared columns. One instance per task, owner thread; its batches may
/// be released from any thread and may outlive it.
class JsonToRows final : public Transform {
 public:
  static constexpr std::string_view kName = "json-to-rows";
  static constexpr std::string_view kDoc =
      "Makes a row of each record, whose value is a JSON object: its keys become columns of declared types, digit by "
      "digit.";
  static constexpr cnx_batch_kind kInput = CNX_RECORDS;
  static constexpr cnx_batch_kind kOutput = CNX_ROWS;
  static constexpr Key kKeys[] = {
      Key::list(
          "columns",
          "Columns of the rows as NAME:TYPE, in order; NAME is the object's key. Types: int8, int16, int32, int64, "
          "float64, boolean, decimal(PRECISION,SCALE), string, string(CHARACTERS), timestamp (ISO 8601 with a zone, or "
          "a number of milliseconds since 1970), timestamp(DECIMALS OF A SECOND), date, json (any value, nested ones "
          "too). A key that is missing or null gives NULL.")
          .required(),
      Key::string(
          "unknown.keys",
          "What becomes of a record with a key that is no column: reject: it is dead; drop: the key is left out.")
          .with_default("reject")
          .allow("reject,drop"),
  };
  static constexpr std::string_view kRuleTombstone = "tombstone";

  static Result<std::unique_ptr<JsonToRows>> create(Host host, const Config& config);
  static void validate(const Config& config, Findings& findings);
  Status shapes(const ShapeSink& shape);
  Status apply(const BatchView& in, Output& out) override;

 private:
  struct Fault {
    std::string path;
    std::string column;
    std::string message;
  };

  JsonToRows(std::vector<ColumnSpec> columns, bool drops_unknown);
  std::optional<Fault> add_row(std::string_view document, std::uint32_t origin, RowBatch& rows);
  std::optional<Fault> take(std::string_view key, yyjson_val* value, std::uint32_t row, RowBatch& rows);
  const char* read_value(yyjson_val* value, const ColumnSpec& column, Cell& cell);
  /// The column of a key; `next_` is where it stands when the keys come in the columns' order.
  std::optional<std::uint32_t> find(std::string_view key);

  const std::vector<ColumnSpec> columns_;
  const bool drops_unknown_;
  const std::shared_ptr<RowBatchPool> pool_;
  std::unordered_map<std::string_view, std::uint32_t> index_;
  JsonReader json_;
  std::vector<bool> seen_;  // of the present row
  std::uint32_t next_ = 0;
};

}  // namespace cnx::std_transforms
