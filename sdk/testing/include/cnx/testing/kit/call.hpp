// SPDX-License-Identifier: Apache-2.0
//
// One call of a plugin that can fail.
#pragma once

#include <string>

#include "cnx/abi/base.h"
#include "cnx/testing/config.hpp"
#include "cnx/testing/kit/trial.hpp"

namespace cnx::testing::kit {

inline const char* status_name(cnx_status status) {
  static constexpr const char* kNames[] = {"OK",    "RETRY",  "RECORD",    "AUTH", "CONFIG",
                                           "FATAL", "FENCED", "CANCELLED", "END"};
  return status >= CNX_OK && status <= CNX_END ? kNames[status] : "an unknown status";
}

/// One call that can fail: its status is known, its error says the same, and what went wrong has a message.
struct Called {
  cnx_status status;
  std::string message;
};
template <class Call>
Called call(Report& report, const std::string& what, Call run) {
  ErrorSlot error;
  report.calling(what);
  const cnx_status status = run(error.slot());
  if (status < CNX_OK || status > CNX_END)
    report.fault(what + " returned " + std::to_string(status) + ", which is no status");
  const bool fine = status == CNX_OK || status == CNX_END || status == CNX_CANCELLED;
  if (!fine && error.message.empty()) report.fault(what + " failed with " + status_name(status) + " and no message");
  if (!fine && error.raw().action != status)
    report.fault(what + " returned " + status_name(status) + ", but its error says " + status_name(error.raw().action));
  return {status, error.message};
}

}  // namespace cnx::testing::kit
