// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <regex>
#include <string>

#include "cnx/component.hpp"

namespace cnx::std_transforms {

/// Records → those that a predicate does not name. One instance per task, owner thread.
class Filter final : public Transform {
 public:
  static constexpr std::string_view kName = "Filter";
  static constexpr std::string_view kDoc =
      "Drops the records that a predicate is true for; they are counted as filtered by the rule of the predicate's "
      "name.";
  static constexpr cnx_batch_kind kInput = CNX_RECORDS;
  static constexpr cnx_batch_kind kOutput = CNX_RECORDS;
  static constexpr Key kKeys[] = {
      Key::string(
          "predicate",
          "Which records to drop: TopicNameMatches: the topic's whole name matches `pattern`; HasHeaderKey: there is "
          "a header called `name`; RecordIsTombstone: the value is null.")
          .required()
          .allow("TopicNameMatches,HasHeaderKey,RecordIsTombstone"),
      Key::string("pattern", "TopicNameMatches: the regular expression (ECMAScript)."),
      Key::string("name", "HasHeaderKey: the header's name."),
      Key::boolean("negate", "Drop the records that the predicate is false for.").with_default("false"),
  };

  static Result<std::unique_ptr<Filter>> create(Host host, const Config& config);
  static void validate(const Config& config, Findings& findings);
  Status apply(const BatchView& in, Output& out) override;

 private:
  struct Predicate {
    std::optional<std::regex> topic;    // TopicNameMatches
    std::optional<std::string> header;  // HasHeaderKey; neither of both: RecordIsTombstone
  };
  Filter(Predicate predicate, bool negate, std::string rule);
  static Result<Predicate> read(const Config& config);
  [[nodiscard]] bool holds(const cnx_record& record) const;

  const Predicate predicate_;
  const bool negate_;
  const std::string rule_;
};

}  // namespace cnx::std_transforms
