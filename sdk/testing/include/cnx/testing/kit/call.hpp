// SPDX-License-Identifier: Apache-2.0
//
// One call of a plugin that can fail.
#pragma once

#include <string>

#include "cnx/abi/base.h"
#include "cnx/testing/config.hpp"
#include "cnx/testing/kit/trial.hpp"
#include "cnx/testing/watch/breaches.hpp"

namespace cnx::testing::kit {

using watch::status_name;

/// One call that can fail. What is wrong with its answer is seen by the proxies (cnx/testing/watch).
struct Called {
  cnx_status status;
  std::string message;
};
template <class Call>
Called call(Report& report, const std::string& what, Call run) {
  ErrorSlot error;
  report.calling(what);
  const cnx_status status = run(error.slot());
  return {status, error.message};
}

}  // namespace cnx::testing::kit
