// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cnx/component.hpp"

namespace cnx::std_transforms {

/// Rows → rows with one value in all rows of a column. One instance per task, owner thread.
class MaskField final : public Transform {
 public:
  static constexpr std::string_view kName = "MaskField";
  static constexpr std::string_view kDoc =
      "Puts one value in the place of all values of columns that others shall not see; nulls stay null.";
  static constexpr cnx_batch_kind kInput = CNX_ROWS;
  static constexpr cnx_batch_kind kOutput = CNX_ROWS;
  static constexpr Key kKeys[] = {
      Key::list("fields", "Columns to mask; each has to be there, and none may be part of the key.").required(),
      Key::string("replacement",
                  "The value, of the column's type; without it 0, false, an empty text, 1970-01-01, or null in JSON."),
  };

  static Result<std::unique_ptr<MaskField>> create(Host host, const Config& config);
  Status apply(const BatchView& in, Output& out) override;

 private:
  explicit MaskField(const Config& config);

  const std::vector<std::string> fields_;
  const std::optional<std::string> replacement_;
};

}  // namespace cnx::std_transforms
