// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cnx/component.hpp"

namespace cnx::std_transforms {

/// Rows → rows with fewer or renamed columns. One instance per task, owner thread.
class ReplaceField final : public Transform {
 public:
  static constexpr std::string_view kName = "ReplaceField";
  static constexpr std::string_view kDoc = "Leaves columns out of the rows, and renames them.";
  static constexpr cnx_batch_kind kInput = CNX_ROWS;
  static constexpr cnx_batch_kind kOutput = CNX_ROWS;
  static constexpr Key kKeys[] = {
      Key::list("exclude", "Columns to leave out; each has to be there."),
      Key::list("include", "The only columns to keep, if any are named; each has to be there."),
      Key::list("renames", "OLD:NEW, for columns that are kept; each has to be there."),
  };

  static Result<std::unique_ptr<ReplaceField>> create(Host host, const Config& config);
  Status apply(const BatchView& in, Output& out) override;

 private:
  using Renames = std::vector<std::pair<std::string, std::string>>;
  ReplaceField(const Config& config, Renames renames);

  const std::vector<std::string> exclude_;
  const std::vector<std::string> include_;
  const Renames renames_;
};

}  // namespace cnx::std_transforms
