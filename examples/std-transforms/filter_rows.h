// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cnx/component.hpp"

namespace cnx::std_transforms {

/// Rows → those whose column does not compare as told. One instance per task, owner thread.
class FilterRows final : public Transform {
 public:
  static constexpr std::string_view kName = "filter-rows";
  static constexpr std::string_view kDoc =
      "Drops the rows whose column compares with a value as told; they are counted as filtered by a rule of that "
      "comparison.";
  static constexpr cnx_batch_kind kInput = CNX_ROWS;
  static constexpr cnx_batch_kind kOutput = CNX_ROWS;
  static constexpr Key kKeys[] = {
      Key::string("field", "The column; it has to be there.").required(),
      Key::string(
          "is",
          "Drop the rows whose value is equal, not equal, less, less or equal, greater, greater or equal, or null.")
          .required()
          .allow("eq,ne,lt,le,gt,ge,null"),
      Key::string("value",
                  "What to compare with, as a value of the column's type; texts compare by bytes. Not for null."),
      Key::boolean("negate", "Drop the others instead. A null fulfils none of the comparisons.").with_default("false"),
  };

  static Result<std::unique_ptr<FilterRows>> create(Host host, const Config& config);
  Status apply(const BatchView& in, Output& out) override;

 private:
  explicit FilterRows(const Config& config);

  const std::string field_;
  const std::string is_;
  const std::string value_;
  const bool negate_;
  const std::string rule_;
};

}  // namespace cnx::std_transforms
