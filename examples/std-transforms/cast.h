// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cnx/component.hpp"

namespace cnx::std_transforms {

/// Rows → rows with columns of other types, exactly. One instance per task, owner thread.
class Cast final : public Transform {
 public:
  static constexpr std::string_view kName = "Cast";
  static constexpr std::string_view kDoc =
      "Gives columns other types. A value that the new type cannot hold exactly is a dead record, never rounded or "
      "cut.";
  static constexpr cnx_batch_kind kInput = CNX_ROWS;
  static constexpr cnx_batch_kind kOutput = CNX_ROWS;
  static constexpr Key kKeys[] = {
      Key::list(
          "spec",
          "Columns and their new types as NAME:TYPE; each has to be there. Types: int8, int16, int32, int64, float64, "
          "boolean, decimal(PRECISION,SCALE), string, string(CHARACTERS), timestamp, timestamp(DECIMALS OF A SECOND), "
          "date.")
          .required(),
  };

  static Result<std::unique_ptr<Cast>> create(Host host, const Config& config);
  static void validate(const Config& config, Findings& findings);
  Status apply(const BatchView& in, Output& out) override;

 private:
  explicit Cast(std::vector<ColumnSpec> spec) : spec_(std::move(spec)) {}

  const std::vector<ColumnSpec> spec_;
};

}  // namespace cnx::std_transforms
