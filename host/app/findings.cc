// SPDX-License-Identifier: Apache-2.0
#include "findings.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/secrets.h"
#include "base/strings.h"

namespace cnx::host::app {
namespace {

const char* severity_name(cnx_severity severity) {
  switch (severity) {
    case CNX_FINDING_OK:
      return "ok";
    case CNX_FINDING_WARNING:
      return "warning";
    default:
      return "error";
  }
}

std::string quoted(std::string_view text) { return json_quote(secrets().mask(text)); }

}  // namespace

std::string line_of(const plugin::Finding& finding) {
  const std::string line = fmt::format("{} {}: {}{}{}", severity_name(finding.severity), finding.object,
                                       finding.message, finding.mend.empty() ? "" : "; ", finding.mend);
  return escape_line(secrets().mask(line));
}

void FindingPrinter::add(const plugin::Finding& finding) {
  if (finding.severity == CNX_FINDING_WARNING) ++warnings_;
  if (finding.severity == CNX_FINDING_ERROR) ++errors_;
  all_.push_back(finding);
  if (json_) return;
  fmt::print("{}\n", line_of(finding));
  std::fflush(stdout);
}

bool FindingPrinter::finish() {
  if (json_) {
    fmt::print("[");
    const char* separator = "\n  ";
    for (const plugin::Finding& finding : all_) {
      fmt::print("{}{{\"severity\": \"{}\", \"object\": {}, \"message\": {}, \"mend\": {}}}", separator,
                 severity_name(finding.severity), quoted(finding.object), quoted(finding.message),
                 quoted(finding.mend));
      separator = ",\n  ";
    }
    fmt::print("\n]\n");
    std::fflush(stdout);
  }
  fmt::print(stderr, "{} error{}, {} warning{}\n", errors_, errors_ == 1 ? "" : "s", warnings_,
             warnings_ == 1 ? "" : "s");
  return errors_ == 0;
}

}  // namespace cnx::host::app
