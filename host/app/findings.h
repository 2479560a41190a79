// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "plugin/features.h"

namespace cnx::host::app {

/// Gathers what `check` and `init` find and prints each at once: "ok|warning|error OBJECT: MESSAGE; MEND", one line and
/// without secrets; or, with json, all of them as one array at the end. One thread.
class FindingPrinter {
 public:
  explicit FindingPrinter(bool json) : json_(json) {}

  void add(const plugin::Finding& finding);
  void ok(std::string object, std::string message) { add({CNX_FINDING_OK, std::move(object), std::move(message), {}}); }
  void warning(std::string object, std::string message, std::string mend) {
    add({CNX_FINDING_WARNING, std::move(object), std::move(message), std::move(mend)});
  }
  void error(std::string object, std::string message, std::string mend = {}) {
    add({CNX_FINDING_ERROR, std::move(object), std::move(message), std::move(mend)});
  }

  /// Prints the array (json) and a line of sums to stderr; true: no error was among them.
  [[nodiscard]] bool finish();

 private:
  const bool json_;
  std::vector<plugin::Finding> all_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

/// The line of one finding.
[[nodiscard]] std::string line_of(const plugin::Finding& finding);

}  // namespace cnx::host::app
